// Phrasings as templates: `[stop|end] process {pid}` with alternatives that nest, slots in braces and `@word` for a set of synonyms. This
// file parses, expands and compares them; it knows no question.
import type { Random } from "../../jobs/random.js";

type Node = { kind: "text"; text: string } | { kind: "slot"; name: string } | { kind: "choice"; options: readonly Node[][] };

/** A parsed template. */
export interface Phrase {
  /** as written: the unit of the split */
  text: string;
  nodes: readonly Node[];
  /** slots that it needs, in order of appearance */
  slots: readonly string[];
}

/** @param macros synonyms by name, each as alternatives `a|b|c`. @throws Error where brackets do not match or a macro is unknown: a bug of the table */
export function parsePhrase(text: string, macros: Readonly<Record<string, string>>): Phrase {
  const expanded = text.replace(/@([a-z]+)/g, (_, name: string) => {
    const options = macros[name];
    if (options === undefined) throw new Error(`no synonyms @${name}: ${text}`);
    return `[${options}]`;
  });
  let at = 0;
  const sequence = (depth: number): Node[][] => {
    const options: Node[][] = [[]];
    let run = "";
    const endRun = () => {
      if (run !== "") options.at(-1)?.push({ kind: "text", text: run });
      run = "";
    };
    while (at < expanded.length) {
      const c = expanded[at++] as string;
      if (c === "[") {
        endRun();
        options.at(-1)?.push({ kind: "choice", options: sequence(depth + 1) });
      } else if (c === "]") {
        if (depth === 0) throw new Error(`] without [: ${text}`);
        endRun();
        return options;
      } else if (c === "|") {
        if (depth === 0) throw new Error(`| outside brackets: ${text}`);
        endRun();
        options.push([]);
      } else if (c === "{") {
        endRun();
        const end = expanded.indexOf("}", at);
        if (end < 0) throw new Error(`{ without }: ${text}`);
        options.at(-1)?.push({ kind: "slot", name: expanded.slice(at, end) });
        at = end + 1;
      } else run += c;
    }
    if (depth > 0) throw new Error(`[ without ]: ${text}`);
    endRun();
    return options;
  };
  const nodes = sequence(0)[0] as Node[];
  return { text, nodes, slots: [...new Set([...expanded.matchAll(/\{([a-zA-Z]+)\}/g)].map((match) => match[1] as string))] };
}

/** Text of a choice at random; spaces are tidied. @throws Error where a slot has no value: a bug of the intent */
export function expandPhrase(phrase: Phrase, slots: Readonly<Record<string, string>>, random: Random): string {
  const walk = (nodes: readonly Node[]): string => {
    let text = "";
    for (const node of nodes) {
      if (node.kind === "text") text += node.text;
      else if (node.kind === "choice") text += walk(random.pick(node.options));
      else {
        const value = slots[node.name];
        if (value === undefined) throw new Error(`no value for {${node.name}}: ${phrase.text}`);
        text += value;
      }
    }
    return text;
  };
  return tidy(walk(phrase.nodes));
}

function tidy(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/ ([,.?!])/g, "$1")
    .trim();
}

/** How many texts a template has, slots left open. */
export function countExpansions(nodes: readonly Node[]): number {
  return nodes.reduce((product, node) => product * (node.kind === "choice" ? node.options.reduce((sum, option) => sum + countExpansions(option), 0) : 1), 1);
}

/** A template as a pattern over bare words (lower case, no punctuation, slots as `#`): does one of its texts equal a given one? */
export function patternOf(phrase: Phrase): RegExp {
  const bare = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "");
  const walk = (nodes: readonly Node[]): string =>
    nodes
      .map((node) =>
        node.kind === "text"
          ? bare(node.text)
              .toLowerCase()
              .replace(/[,!'"-]/g, "")
              .replace(/\s+/g, "\\s*")
          : node.kind === "slot"
            ? "#"
            : `(?:${node.options.map(walk).join("|")})`,
      )
      .join("");
  return new RegExp(`^\\s*${walk(phrase.nodes)}\\s*$`);
}

/** One text of a template as `patternOf` reads it. */
export function bareText(text: string): string {
  return text
    .toLowerCase()
    .replace(/\{[a-zA-Z]+\}/g, "#")
    .replace(/[.,?!'"-]/g, "")
    .replace(/\s+/g, " ")
    .trim();
}

/** The words of a template without its slots. */
export function wordsOf(phrase: Phrase): Set<string> {
  const words = new Set<string>();
  const walk = (nodes: readonly Node[]): void => {
    for (const node of nodes) {
      if (node.kind === "text") for (const word of node.text.toLowerCase().match(/[a-z]+/g) ?? []) words.add(word);
      if (node.kind === "choice") for (const option of node.options) walk(option);
    }
  };
  walk(phrase.nodes);
  return words;
}
