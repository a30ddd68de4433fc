// Baseline 1: keyword rules, as a careful person writes them in an afternoon. The first rule whose words occur answers; numbers, names and sizes are taken out
// of the question, the process in question out of the state. It was written by who wrote the test's templates, and after them: a strong rival there.

import { bareName } from "../../mind/questions/intents/pick.js";
import { EVENTS, LIMITS, MEMORY_POLICIES, POLICIES, PROGRAMS } from "../../mind/questions/intents/values.js";
import { factsOf, isOpen } from "../../mind/questions/world/facts.js";
import type { Process } from "../../mind/questions/world/types.js";
import type { Answer, Answerer, Query } from "./types.js";

/** What a rule may use of a question. */
export interface Reading {
  text: string;
  query: Query;
  numbers: readonly string[];
  /** a size in the way of the shell, if one is said */
  size: string | undefined;
  percent: string | undefined;
  decimal: string | undefined;
  policy: string | undefined;
  program: string | undefined;
  /** the process that is meant: by its pid, else by its name */
  process: Process | undefined;
  /** all pids of the state that are said */
  pids: readonly number[];
}

const WORDS: Readonly<Record<string, string>> = {
  one: "1",
  two: "2",
  three: "3",
  four: "4",
  five: "5",
  six: "6",
  seven: "7",
  eight: "8",
  nine: "9",
  ten: "10",
  twelve: "12",
  twenty: "20",
  thirty: "30",
  fifty: "50",
};

export function read(query: Query): Reading {
  const text = query.question
    .toLowerCase()
    .replace(/\b(one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty|fifty)\b(?! of| in )/g, (word) => WORDS[word] as string)
    .replace(/minus (\d)/g, "-$1")
    .replace(/\s+/g, " ");
  const sized = /(\d+)\s?(k|m|kb|mb|kib|mib|megabytes?|kilobytes?|megs?)\b/.exec(text);
  const bare = sized ? text.replace(sized[0], " ") : text;
  const numbers = [...bare.matchAll(/(?<![\w.])[-+]?\d+(?![\w.%])/g)].map((match) => match[0].replace("+", ""));
  const open = query.state.processes.filter(isOpen);
  const pids = numbers.map(Number).filter((pid) => open.some((p) => p.pid === pid));
  const named = open.find((p) => new RegExp(`(?<![\\w-])${bareName(p.name)}(?![\\w-])`).test(text));
  const policy = POLICIES.flatMap((p) => [p.name, ...p.said].map((said) => ({ name: p.name, said })))
    .sort((a, b) => b.said.length - a.said.length)
    .find(({ said }) => text.includes(said));
  return {
    text,
    query,
    numbers,
    size: sized ? `${sized[1]}${(sized[2] as string)[0]?.toUpperCase()}` : undefined,
    percent: /(\d+) ?(%|percent)/.exec(text)?.[1],
    decimal: /\b0\.\d+/.exec(text)?.[0],
    policy: policy?.name,
    program: PROGRAMS.find((program) => new RegExp(`\\b${program}\\b`).test(text)),
    process: open.find((p) => p.pid === pids[0]) ?? named,
    pids,
  };
}

type Rule = [words: RegExp, answer: (r: Reading) => string | undefined];

const other = (r: Reading): string | undefined => r.numbers.find((n) => Number(n) !== r.process?.pid);
const last = (r: Reading) => r.numbers[0];
const facts = (r: Reading) => factsOf(r.query.state);
const kill = (p: Process | undefined) => (p ? `kill ${p.pid}` : undefined);
const largest = (r: Reading) => r.query.state.processes.filter(isOpen).toSorted((a, b) => b.residentKib - a.residentKib)[0];
const busiest = (r: Reading) => r.query.state.processes.filter(isOpen).toSorted((a, b) => b.cpuPpm - a.cpuPpm)[0];

/** In order: what is more particular comes first. */
const RULES: readonly Rule[] = [
  [/\b(everything|all (of )?(the )?(processes|programs))\b.*|\b(kill|stop|end) (all|everything)/, (r) => (/kill|stop|end|terminate/.test(r.text) ? "" : undefined)],
  [/learning rate|set-lr/, (r) => (r.decimal ? `schedctl set-lr ${r.decimal}` : "")],
  [/threshold|warn(ed|ing)? from|warn at/, (r) => (r.percent ? `crashctl tune ${r.percent}%` : r.decimal ? `crashctl tune ${r.decimal}` : undefined)],
  [/shadow/, (r) => (/\b(off|stop|disable|no)\b|don't need/.test(r.text) ? "schedctl shadow off" : r.policy ? `schedctl shadow on ${r.policy}` : "schedctl shadow")],
  [/oom[ -]score|kill score/, (r) => (r.process && other(r) ? `memctl protect --oom-score ${other(r)} ${r.process.pid}` : "ps -l")],
  [/reserve|guarantee|keeps? at least/, (r) => (r.process && r.size ? `memctl protect --reserve ${r.size} ${r.process.pid}` : undefined)],
  [
    /protect|safe|survive|not (be )?kill|doesn't get killed|don't (let|want).*kill|alive no matter/,
    (r) => {
      const p = /biggest|largest|most memory/.test(r.text) ? largest(r) : r.process;
      return p ? `memctl protect ${/\b(stop|remove|end|no longer|any more|unprotect|again)\b/.test(r.text) ? "--off " : ""}${p.pid}` : "";
    },
  ],
  [
    /\bnice\b|niceness|renice|priority|important|\bfaster\b.*|hurry|urgent/,
    (r) => {
      const p = r.process ?? (/hog|most cpu|all the cpu|uses the/.test(r.text) ? busiest(r) : undefined);
      if (!p && !r.program) return "";
      const n = other(r);
      if (r.program && /\b(run|start|launch)\b/.test(r.text) && n) return `run --nice ${n} ${r.program}`;
      if (!p) return "";
      if (n !== undefined && /nice|priority/.test(r.text)) return `renice ${n} ${p.pid}`;
      return `renice ${/lower|less|isn't|not|nicer|reduce|down|slow/.test(r.text) ? "10" : "-5"} ${p.pid}`;
    },
  ],
  [
    /transformer|learned|learner/,
    (r) => {
      if (/forget|reset|original/.test(r.text)) return "schedctl transformer reset";
      if (/stop|freeze|don't train|further/.test(r.text) && /learn|train|freeze|weights/.test(r.text) && !/schedul/.test(r.text)) return "schedctl transformer freeze";
      if (/\boff\b|disable|stop|shouldn't/.test(r.text)) return "schedctl transformer off";
      if (/let|start|turn on|want/.test(r.text) && /learn|train/.test(r.text)) return "schedctl transformer learn";
      if (/use|switch|change|schedul|try/.test(r.text)) return "schedctl policy transformer";
      return "schedctl transformer";
    },
  ],
  [/compact|defrag|larger free block|bigger free block/, (r) => (/order/.test(r.text) && last(r) ? `memctl compact --order ${last(r)}` : "memctl compact")],
  [/order/, (r) => (last(r) && /need|get/.test(r.text) ? `memctl compact --order ${last(r)}` : /free|block/.test(r.text) ? "memctl orders" : undefined)],
  [/fragment/, (r) => (/\bfix|rid|do about|what should/.test(r.text) ? "memctl compact" : "memctl orders")],
  [/large (allocation|block)|big block/, (r) => (/should|do something/.test(r.text) ? "memctl compact" : "memctl orders")],
  [
    /hog|most cpu|all the cpu/,
    (r) => (/kill|stop/.test(r.text) ? kill(busiest(r)) : /lower|slow|nic|less/.test(r.text) && busiest(r) ? `renice 10 ${busiest(r)?.pid}` : "schedctl top"),
  ],
  [/leak|keeps? growing|growing the fastest/, (r) => (/kill|stop|end|rid/.test(r.text) ? (facts(r).grower ? kill(facts(r).grower) : "") : "ps -l")],
  [/\b(kill|terminate|stop|end|get rid of|shut)\b.*(biggest|largest|most memory)/, (r) => kill(largest(r))],
  [
    /\b(turn|switch|shut|power)\b.*\b(off|down)\b/,
    (r) => (/auto/.test(r.text) ? "crashctl auto off" : /machine|computer|system|\bit down\b|power/.test(r.text) ? "poweroff" : undefined),
  ],
  [/reboot|restart/, () => "reboot"],
  [/auto(matic)?|react to warnings|by itself/, (r) => `crashctl auto ${/\boff\b|don't|shouldn't|disable|not/.test(r.text) ? "off" : "on"}`],
  [
    /\bstress\b|simulate|per second|a second/,
    (r) => {
      const pattern = ["leak", "burst", "sawtooth", "plateau", "fragment"].find((name) => r.text.includes(name));
      return pattern && r.size ? `stress ${pattern} --rate ${r.size}` : undefined;
    },
  ],
  [/\b(kill|terminate|stop|end|rid)\b/, (r) => (r.pids.length > 1 ? `kill ${r.pids.join(" ")}` : (kill(r.process) ?? (/kill|terminate|rid/.test(r.text) ? "" : undefined)))],
  [
    /reclaim|free up|get .* back/,
    (r) => (r.size ? `memctl reclaim ${r.size}` : /setting|parameter|limit/.test(r.text) ? "memctl limits" : /memory/.test(r.text) ? "memctl reclaim 16M" : undefined),
  ],
  [
    /\b(run|start|launch)\b/,
    (r) => {
      if (!r.program) return undefined;
      if (r.size) return `run --mem ${r.size} ${r.program}`;
      return r.percent ? `run --cpu ${r.percent}% ${r.program}` : `run ${r.program}`;
    },
  ],
  [
    /[a-z]+-[a-z]+/,
    (r) => {
      const limit = LIMITS.find((l) => r.text.includes(l.name) || l.said.some((said) => r.text.includes(said)));
      return limit ? `memctl limits ${limit.name}${last(r) ? ` ${last(r)}` : ""}` : undefined;
    },
  ],
  [
    /predict(or|ions?)|module/,
    (r) => {
      const module = MEMORY_POLICIES.find((name) => r.text.includes(name));
      if (module) return `modctl swap ${module}`;
      if (/unload|remove|don't need/.test(r.text) && r.policy) return `modctl unload ${r.policy}`;
      if (/module/.test(r.text)) return "modctl list";
      if (/reset|forget|clear/.test(r.text)) return "crashctl reset";
      if (/built-in|fallback/.test(r.text)) return "modctl fallback memory";
      if (/last|earlier|past|made|well|accura|right/.test(r.text)) return last(r) ? `crashctl history ${last(r)}` : "crashctl history";
      return "crashctl status";
    },
  ],
  [/\b(use|using|switch|change|try|make|want|set|now|schedule)\b/, (r) => (r.policy ? `schedctl policy ${r.policy}` : undefined)],
  [/risk|run out|crash\b|exhaust|danger/, () => "crashctl status"],
  [
    /scheduler|scheduling|policy|schedule/,
    (r) => {
      if (r.policy && /use|switch|change|try|make|want|set|now/.test(r.text)) return `schedctl policy ${r.policy}`;
      if (/fair/.test(r.text)) return "schedctl policy eevdf";
      if (/responsive|interactive|short/.test(r.text)) return "schedctl policy mlfq";
      if (/decision/.test(r.text)) return /stop|off|don't/.test(r.text) ? "schedctl explain off" : last(r) ? `schedctl explain every ${last(r)}` : "schedctl explain last";
      if (/history|forget|clear|reset/.test(r.text)) return "schedctl reset";
      return /statistic|doing|response/.test(r.text) ? "schedctl status" : "schedctl policy";
    },
  ],
  [/decision/, (r) => (last(r) ? `schedctl explain every ${last(r)}` : /stop|don't|off/.test(r.text) ? "schedctl explain off" : "schedctl explain last")],
  [/responsive|interactive|short (tasks|jobs)/, () => "schedctl policy mlfq"],
  [/\bfair/, () => "schedctl policy eevdf"],
  [
    /event|trace/,
    (r) => {
      if (/clear|empty|delete/.test(r.text)) return "trace clear";
      const event = EVENTS.find((e) => [e.name.toLowerCase(), ...e.said].some((said) => r.text.includes(`${said} event`)));
      return event ? `trace --event ${event.name}` : last(r) ? `trace ${last(r)}` : "trace";
    },
  ],
  [/\blog(ged)?\b|dmesg|kernel messages/, (r) => (last(r) ? `dmesg --tail ${last(r)}` : "dmesg")],
  [/killed|crashed|disappeared|died/, () => "dmesg"],
  [
    /slow|lag|sluggish|speed|forever|takes so long/,
    (r) => {
      const f = facts(r);
      if (!/fix|do |can i|help|please|recommend|make/.test(r.text)) return "schedctl top";
      return f.hog ? `renice 10 ${f.hog.pid}` : f.grower ? kill(f.grower) : "schedctl policy mlfq";
    },
  ],
  [/starv/, (r) => (/help|fix|do something|raise/.test(r.text) ? (facts(r).starving ? `renice -5 ${facts(r).starving?.pid}` : "") : "schedctl tasks")],
  [/throttled|ladder|rung/, () => "memctl ladder"],
  [/zpool|compress/, () => "memctl zpool"],
  [/pressure|stalled|waiting for memory/, () => "memctl pressure"],
  [/accounted|self check|accounting of the frames|lost any/, () => "memctl check"],
  [/cpu|processor/, (r) => (/which|version|what cpu/.test(r.text) && /running on|version/.test(r.text) ? "version" : "schedctl top")],
  [
    /memory|\bram\b/,
    (r) => {
      if (/why|shrink|going down|low|losing|dropping|falling|almost gone|running out|using up/.test(r.text)) {
        if (!/do\b|fix|stop|how|recommend|keep/.test(r.text)) return "ps -l";
        return facts(r).grower ? kill(facts(r).grower) : "memctl reclaim 16M";
      }
      if (/detail|full|statistics/.test(r.text)) return "memctl status";
      if (/free up|more|room/.test(r.text)) return "memctl reclaim 16M";
      return /process|using all|eats/.test(r.text) ? "ps -l" : "free";
    },
  ],
  [/waiting|ready to run/, () => "schedctl tasks"],
  [/process(es)?|tasks?|programs|pids?|running/, (r) => (/detail|long|score/.test(r.text) ? "ps -l" : "ps")],
  [/counter|statistics|stats|histogram|syscalls/, (r) => (/page/.test(r.text) ? "stats page" : /sched/.test(r.text) ? "stats sched" : "stats")],
  [/disk|space|file systems|mounts/, () => "df"],
  [/(in|inside|at|into) (\/\w*)/, (r) => `ls ${/(\/\w*)/.exec(r.text)?.[1]}`],
  [/directory|folder/, (r) => (/files?|what's in|list/.test(r.text) ? "ls" : "pwd")],
  [/files/, () => "ls"],
  [/uptime|been up|boot/, () => "uptime"],
  [/version|kernel is|kernel are/, () => "version"],
  [
    /help|commands|what can you/,
    (r) => {
      const command = /\b(ps|kill|memctl|crashctl|schedctl|stress|trace|run|renice|modctl|free|stats|dmesg|ls|df|grep|uptime|cat|version)\b/.exec(r.text)?.[1];
      return command ? `help ${command}` : "help";
    },
  ],
  [
    /\b(healthy|ok|wrong|problem|doing)\b/,
    (r) => (/fix|should|help|do something/.test(r.text) ? (facts(r).grower ? kill(facts(r).grower) : "crashctl status") : "crashctl status"),
  ],
];

export function keywordAnswer(query: Query): string {
  const reading = read(query);
  for (const [words, answer] of RULES) {
    if (!words.test(reading.text)) continue;
    const command = answer(reading);
    if (command !== undefined) return command;
  }
  return "";
}

/** Its confidence is its share of right answers on validation's questions, one number for every answer. */
export function keywordRules(confidence: number, parses: (query: Query, command: string) => boolean): Answerer {
  return {
    name: "keyword rules",
    about: `${RULES.length} rules, the first that fits`,
    async answer(query): Promise<Answer> {
      const command = keywordAnswer(query);
      return { command, cause: "", confidence, abstains: command === "", parses: command === "" || parses(query, command) };
    },
  };
}
