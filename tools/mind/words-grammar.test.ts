// The grammar of answers against the shell's own parser: what the one writes the other takes.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { examples } from "./questions/examples.js";
import { SPLITS } from "./questions/split.js";
import type { StateInput } from "./state.js";
import { openTable } from "./table.js";
import { openWords } from "./words.js";
import { BadTable } from "./words-grammar.js";

const WALKS = 100_000;
const words = await openWords();
/** makes the examples: it puts states of its own into its module */
const maker = await openWords();
const table = await openTable();
const STATE: StateInput = {
  managedKib: 121_856,
  freeKib: 46_000,
  processes: [
    { pid: 1, name: "shell", guarded: true },
    { pid: 3, name: "a" },
    { pid: 31, name: "b" },
    { pid: 120, name: "c" },
    { pid: 4_000_000_000, name: "d" },
  ],
};
words.set(STATE);
const text = table.text();
const grammar = words.grammar(text);

/** Numbers from 0 to 1, the same ones each time. */
function randomFrom(seed: number): () => number {
  let state = BigInt(seed);
  return () => {
    state = (state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) & 0xffff_ffff_ffff_ffffn;
    return Number(state >> 33n) / 2 ** 31;
  };
}

/** Lines of the README and the docs that a mind may say, and what an operator would. */
const LEGAL = [
  ..."kill 3;kill 3 31;kill 120;memctl protect 31 --reserve 8M;memctl protect 3 --oom-score -1000;memctl protect --off 3;memctl reclaim 16M;memctl reclaim 25%".split(";"),
  ..."memctl compact;memctl compact --order 9;memctl ladder;memctl ladder drop compact kill;memctl limits;memctl limits target-ppm 200000;memctl zpool;memctl pressure".split(";"),
  ..."crashctl status;crashctl tune 0.7;crashctl tune 70%;crashctl tune 1;crashctl auto on;crashctl auto off;crashctl history 5;crashctl reset;free;free --human".split(";"),
  ..."renice -5 3;renice 10 3;renice 19 3 31;renice 0 120;run primes 200000;run --cpu 20% --mem 8M primes 200000;run --nice 5 sort;run --cpu 0.5 hello".split(";"),
  ..."stress leak --rate 4M --seconds 60;stress burst --size 25% --workers 4;stress plateau --seconds 200ms;schedctl policy transformer;schedctl policy fallback".split(";"),
  ..."schedctl policy;schedctl status;schedctl explain last;schedctl explain every 4;schedctl top --rounds 3 --seconds 0.5;schedctl shadow on las;schedctl shadow off".split(";"),
  ..."schedctl transformer learn;schedctl transformer;schedctl set-lr 0.001;schedctl weights;modctl swap linear;modctl load policies/neural.wasm;modctl list".split(";"),
  ..."ps;ps -l;ps --all -l;trace 20;trace clear;trace --event Oom;uptime;dmesg --tail 20;stats;version;df -h;ls -l /tmp;cat /tmp/a.txt;head -n 5 /README.md;help memctl".split(";"),
  ..."poweroff;reboot;rm -r /tmp/old;mkdir -p /tmp/a/b;cp /README.md /tmp/r;sha256sum /bin/sort.wasm;grep -n error /tmp/log".split(";"),
].map((line) => line.replace("--event Oom", "--event OutOfMemory"));

/** What no answer may say, and why. */
const REFUSED: [string, string][] = [
  ["kill 1", "nobody may touch it"],
  ["kill 4", "no such process"],
  ["kill", "needs a pid"],
  ["kill 3 3", "twice"],
  ["kill %1", "a job of the shell's"],
  ["renice 20 3", "out of range"],
  ["renice -21 3", "out of range"],
  ["memctl compact --order 11", "out of range"],
  ["crashctl tune 1.5", "out of range"],
  ["crashctl tune 101%", "out of range"],
  ["crashctl auto maybe", "no choice of it"],
  ["schedctl policy nosuch", "no such policy"],
  ["run /files/evil.wasm", "only programs of /bin"],
  ["run shell -c kill", "only programs of /bin"],
  ["nice kill 3", "runs another command"],
  ["watch 1 ps", "runs another command"],
  ["repeat 3 kill 3", "runs another command"],
  ["panic", "by hand"],
  ["exit", "by hand"],
  ["cd /tmp", "by hand"],
  ["ps; kill 3", "two commands"],
  ["ps | tee /x", "a pipeline"],
  ["ps > /tmp/x", "a redirection"],
  ["ps &", "in the background"],
  ["cat $?", "a sign of the shell's"],
  ["ls *", "a pattern"],
  ["cat -x", "no such option"],
  ["free --json", "for programs"],
  ["free ", "a space at the end"],
  ["free  --human", "two spaces"],
  [" free", "a space in front"],
  ["renice 05 3", "a zero in front"],
];

describe("the grammar", () => {
  test(`${WALKS} commands at random: the shell's parser takes every one`, () => {
    const random = randomFrom(7);
    const seen = new Set<string>();
    for (let i = 0; i < WALKS; i++) {
      const command = grammar.walk(random, true, 0.1 + 0.4 * random());
      const verdict = table.judge(command);
      if (verdict !== "") expect(`${command}: ${verdict}`).toBe("");
      seen.add(command.split(" ", 2).join(" "));
    }
    // every command that a mind may propose was there
    const proposable = text.split("\n").filter((line) => /^c\t\w+\t[^\t]*\t[^x\t]*r/.test(line));
    for (const line of proposable)
      expect(
        [...seen].some((command) => `${command} `.startsWith(`${(line.split("\t")[2] as string).split(" ", 2).join(" ")} `)),
        line,
      ).toBe(true);
  });

  test("whole lines at random: a cause and a command, or what is needed", () => {
    const random = randomFrom(11);
    let unsure = 0;
    for (let i = 0; i < 5000; i++) {
      const line = grammar.walk(random);
      const [cause, rest] = line.split(" | ") as [string, string];
      if (cause === "unsure") unsure++;
      else expect(table.judge(rest), line).toBe("");
      expect(grammar.isLine(line)).toBe(true);
    }
    expect(unsure).toBeGreaterThan(50);
  });

  test.each(LEGAL)("takes %s", (line) => {
    expect(table.judge(line)).toBe("");
    expect(grammar.accepts(`${line}\n`, true)).toEqual({ taken: line.length + 1, ended: true });
    expect(grammar.isLine(`look | ${line}`)).toBe(true);
  });

  test.each(REFUSED)("refuses %s: %s", (line) => {
    expect(grammar.isLine(line, true)).toBe(false);
  });

  test("every answer that `ops` is trained on is a line for its state, and every accepted command of the tests", () => {
    const other = new Set<string>();
    for (const split of SPLITS) {
      for (const { state, target, accepted } of examples(maker, 5, 400, split)) {
        words.set(state);
        grammar.prepare();
        expect(grammar.isLine(target.trimEnd()), target).toBe(true);
        for (const command of accepted) if (!command.includes("*") && !grammar.isLine(command, true)) other.add(command);
      }
    }
    words.set(STATE);
    grammar.prepare();
    // what is right and no mind can say is only what is for programs or an older way to say the same
    expect([...other].filter((command) => table.judge(command) !== "")).toEqual([]);
  });

  test("no beginning that it takes is a dead end", () => {
    const random = randomFrom(13);
    for (let i = 0; i < 2000; i++) {
      const line = `${grammar.walk(random)}\n`;
      const cut = Math.floor(random() * line.length);
      expect(grammar.next(line.slice(0, cut)), line.slice(0, cut)).not.toBe("");
      expect(grammar.next(line)).toBe("");
    }
  });

  test("numbers at random within and outside their bounds: what it takes the shell takes, plain forms within are taken", () => {
    const line = fc.oneof(
      fc.integer({ min: -40, max: 40 }).map((n) => [`renice ${n} 3`, n >= -20 && n <= 19] as const),
      fc.integer({ min: 0, max: 40 }).map((n) => [`memctl compact --order ${n}`, n <= 10] as const),
      fc.integer({ min: 1, max: 4000 }).map((n) => [`memctl reclaim ${n}K`, n >= 4] as const),
      fc.integer({ min: 1, max: 200 }).map((n) => [`memctl reclaim ${n}%`, n <= 100] as const),
      fc.integer({ min: 1, max: 2000 }).map((n) => [`run --mem ${n}K sort`, n >= 64] as const),
      fc.integer({ min: 0, max: 300 }).map((n) => [`run --cpu ${n}% sort`, n >= 1 && n <= 100] as const),
      fc.integer({ min: 0, max: 999 }).map((n) => [`crashctl tune 0.${String(n).padStart(3, "0")}`, true] as const),
      fc.integer({ min: 1, max: 2000 }).map((n) => [`schedctl top --seconds ${n}ms`, n >= 10] as const),
      fc.integer({ min: 1, max: 9999 }).map((n) => [`stress leak --seconds ${n}h`, n <= 24] as const),
    );
    fc.assert(
      fc.property(line, ([text, right]) => {
        expect(table.judge(text) === "", text).toBe(right);
        expect(grammar.isLine(text, true), text).toBe(right);
      }),
      { numRuns: 3000, seed: 3 },
    );
  });

  test("a machine where nobody may be touched: no kill, no renice, and the rest goes on", () => {
    words.set({ ...STATE, processes: [{ pid: 1, name: "shell", guarded: true }] });
    grammar.prepare();
    for (const line of ["kill 1", "kill 3", "renice 5 1", "memctl protect 1"]) expect(grammar.isLine(line, true)).toBe(false);
    expect(grammar.next("leak | k")).toBe("");
    expect(grammar.isLine("memctl pressure", true)).toBe(true);
    words.set(STATE);
    grammar.prepare();
    expect(grammar.isLine("kill 4000000000", true)).toBe(true);
  });

  test("a name of a process is never part of the grammar", () => {
    words.set({ ...STATE, processes: [{ pid: 9, name: "poweroff | kill" }] });
    grammar.prepare();
    expect(grammar.next("leak | kill ")).toBe("9");
    words.set(STATE);
    grammar.prepare();
  });

  test("a table that is none, or has a type that nobody knows, is refused with its line", () => {
    const fresh = (lines: string) => () => words.grammar(lines);
    expect(fresh("")).toThrow(BadTable);
    expect(fresh("hello\n")).toThrow(/line 1/);
    expect(fresh("commands 1\nc\tobserve\tfree\tr\n")).toThrow(/line 2/);
    expect(fresh("commands 1\nc\tobserve\tfree\tr\tx\no\tN\tnumeral\tn\t-\t-\t-\n")).toThrow(/line 3/);
    expect(fresh("commands 1\nc\tobserve\tno parent\tr\tx\n")).toThrow(/line 2/);
    expect(fresh(`commands 1\n${Array.from({ length: 300 }, (_, i) => `c\tobserve\tx${i}\tr\tx\n`).join("")}`)).toThrow(/more commands/);
    words.grammar(text);
  });
});
