// A report as headings, paragraphs, tables and pictures, and its two forms: one HTML file with everything in it, and Markdown with the
// pictures beside it. Knows nothing of what it reports. Pure.

export type Block =
  | { kind: "heading"; text: string }
  | { kind: "paragraph"; text: string }
  | { kind: "list"; items: readonly string[] }
  /** a column of words is aligned left and may wrap, one of figures is aligned right; an interval in parentheses stands below its figure */
  | { kind: "table"; head: readonly string[]; rows: readonly (readonly string[])[]; caption?: string }
  | { kind: "pictures"; pictures: readonly { name: string; svg: string; caption: string }[]; columns: number };

export interface Document {
  title: string;
  blocks: Block[];
}

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const STYLE = `
  :root { color-scheme: light; }
  body { font: 15px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; color: #1d2430; background: #fff; max-width: 1160px; margin: 32px auto; padding: 0 24px; }
  h1 { font-size: 26px; line-height: 1.25; margin: 0 0 12px; } h2 { font-size: 19px; margin: 36px 0 8px; border-bottom: 1px solid #d8dee6; padding-bottom: 4px; }
  p { margin: 8px 0; max-width: 860px; } table { border-collapse: collapse; margin: 12px 0; font-size: 13px; }
  caption { caption-side: top; text-align: left; color: #55606e; padding: 2px 0 4px; }
  th, td { padding: 4px 8px; text-align: right; vertical-align: baseline; border-bottom: 1px solid #e6eaef; font-variant-numeric: tabular-nums; white-space: nowrap; }
  th { color: #55606e; font-weight: 600; border-bottom-color: #b8c1cc; white-space: normal; vertical-align: bottom; } th.words, td.words { text-align: left; }
  td.long { white-space: normal; min-width: 200px; max-width: 420px; } td small { display: block; color: #6b7684; font-size: 11px; line-height: 1.2; }
  td.good { color: #11713f; font-weight: 600; } td.bad { color: #b3261e; font-weight: 600; } td.open { color: #8a5a00; font-weight: 600; }
  code { font: 0.92em ui-monospace, "DejaVu Sans Mono", monospace; background: #f2f4f7; padding: 0 3px; border-radius: 3px; }
  .pictures { display: grid; gap: 18px 16px; margin: 14px 0; } figure { margin: 0; } figcaption { font-size: 12px; color: #55606e; line-height: 1.35; } svg { width: 100%; height: auto; display: block; }
  .wide { overflow-x: auto; }`;

/** Verdicts, in the last column. */
const MARKS: Record<string, string> = { yes: "good", better: "good", NO: "bad", worse: "bad", "not shown": "open" };
/** Letters from which on a cell may wrap. */
const LONG = 34;
/** `80.2 % (77.6 … 82.6)`, and what may follow. */
const INTERVAL = /^(.*\S) (\([^()]*…[^()]*\))(.*)$/;

/** Text of the page; what stands between backticks as code. */
const inline = (text: string) => escaped(text).replaceAll(/`([^`]+)`/g, "<code>$1</code>");

/** Whether a column's cells are words rather than figures, marks and dashes. */
function ofWords(cells: readonly string[]): boolean {
  const told = cells.filter((text) => text !== "" && text !== "-" && !(text in MARKS));
  return told.filter((text) => /^[^\d+−<>≤≥-]*\p{L}/u.test(text)).length * 2 > told.length;
}

function htmlTable({ head, rows, caption }: Extract<Block, { kind: "table" }>): string {
  const words = head.map((_, column) => column === 0 || ofWords(rows.map((row) => row[column] ?? "")));
  const cell = (text: string, column: number) => {
    const [, figure, interval, rest = ""] = INTERVAL.exec(text) ?? [];
    const long = (figure === undefined ? text : figure + rest).length > LONG;
    const mark = column === head.length - 1 ? MARKS[text] : undefined;
    const kinds = [words[column] ? "words" : "", long ? "long" : "", mark ?? ""].filter(Boolean).join(" ");
    const inner = figure === undefined ? inline(text) : `${inline(figure + rest)}<small>${escaped(interval as string)}</small>`;
    return `<td${kinds ? ` class="${kinds}"` : ""}>${inner}</td>`;
  };
  const top = `<tr>${head.map((text, column) => `<th${words[column] ? ' class="words"' : ""}>${escaped(text)}</th>`).join("")}</tr>`;
  const body = rows.map((row) => `<tr>${row.map(cell).join("")}</tr>`).join("\n");
  return `<div class="wide"><table>${caption ? `<caption>${inline(caption)}</caption>` : ""}${top}${body}</table></div>`;
}

function htmlBlock(block: Block): string {
  switch (block.kind) {
    case "heading":
      return `<h2>${escaped(block.text)}</h2>`;
    case "paragraph":
      return `<p>${inline(block.text)}</p>`;
    case "list":
      return `<ul>${block.items.map((item) => `<li>${inline(item)}</li>`).join("")}</ul>`;
    case "table":
      return htmlTable(block);
    case "pictures": {
      const figure = (p: { svg: string; caption: string }) => `<figure>${p.svg}<figcaption>${inline(p.caption)}</figcaption></figure>`;
      return `<div class="pictures" style="grid-template-columns: repeat(${block.columns}, 1fr)">${block.pictures.map(figure).join("\n")}</div>`;
    }
  }
}

/** One file, nothing fetched. */
export function toHtml(document: Document): string {
  const body = document.blocks.map(htmlBlock).join("\n");
  return `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(document.title)}</title><style>${STYLE}</style></head>\n<body><h1>${escaped(document.title)}</h1>\n${body}\n</body></html>\n`;
}

function markdownBlock(block: Block): string {
  const cell = (text: string) => text.replaceAll("|", "\\|");
  switch (block.kind) {
    case "heading":
      return `## ${block.text}`;
    case "paragraph":
      return block.text;
    case "list":
      return block.items.map((item) => `- ${item}`).join("\n");
    case "table": {
      const line = (row: readonly string[]) => `| ${row.map(cell).join(" | ")} |`;
      const rule = `|${block.head.map((_, i) => (i === 0 ? "---" : "---:")).join("|")}|`;
      return `${block.caption ? `${block.caption}\n\n` : ""}${[line(block.head), rule, ...block.rows.map(line)].join("\n")}`;
    }
    case "pictures":
      return block.pictures.map((p) => `![${p.caption}](${p.name}.svg)\n\n${p.caption}`).join("\n\n");
  }
}

/** Markdown; pictures are files beside it. */
export function toMarkdown(document: Document): string {
  return `# ${document.title}\n\n${document.blocks.map(markdownBlock).join("\n\n")}\n`;
}

/** Every picture: file name → SVG. */
export function picturesOf(document: Document): Map<string, string> {
  return new Map(document.blocks.flatMap((block) => (block.kind === "pictures" ? block.pictures.map((p): [string, string] => [`${p.name}.svg`, p.svg]) : [])));
}
