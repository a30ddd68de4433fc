// The sentence beside an answer: figures of the State, and no other.
import { expect, test } from "vitest";
import type { StateInput } from "./state.js";
import { openTable } from "./table.js";
import { openWords } from "./words.js";

const words = await openWords();
const table = (await openTable()).text();
const STATE: StateInput = {
  managedKib: 121_856,
  freeKib: 46_080,
  freeKibPerSecond: -6144,
  fragmentationPpm: 730_000,
  largestKib: 512,
  risk: "warning",
  exhaustionMs: 7400,
  busyPpm: 990_000,
  ready: 4,
  policy: "eevdf",
  processes: [
    { pid: 1, name: "shell", guarded: true, residentKib: 400 },
    { pid: 3, name: "leaky", residentKib: 73_728, growthKibPerSecond: 6144, cpuPpm: 90_000 },
    { pid: 7, name: "primes", residentKib: 1024, cpuPpm: 880_000 },
    { pid: 9, name: "slow", residentKib: 1024, waitMs: 2500 },
  ],
  events: [{ happened: "oom", pid: 8, agoMs: 4200 }],
};
words.set(STATE);
words.grammar(table);
words.ask("raise the priority of slow to 5");

test.each([
  [
    "leak | kill 3",
    "a process takes more and more memory: leaky (pid 3) holds 72 MiB, grows by 6.0 MiB/s, takes 9.0 % of the processor; 45 MiB of 119 MiB are free, shrinking by 6.0 MiB/s, exhausted in 7.4 s.",
  ],
  [
    "leak | memctl reclaim 16M",
    "a process takes more and more memory: leaky (pid 3) holds 72 MiB, grows by 6.0 MiB/s, takes 9.0 % of the processor; 45 MiB of 119 MiB are free, shrinking by 6.0 MiB/s, exhausted in 7.4 s.",
  ],
  ["hog | renice 10 7", "a process takes most of the processor: primes (pid 7) holds 1.0 MiB, takes 88.0 % of the processor; 4 runnable under eevdf, the processor 99.0 % busy."],
  ["starvation | renice -5 9", "a process waits too long for its turn: slow (pid 9) holds 1.0 MiB, has waited 2.5 s; 4 runnable under eevdf, the processor 99.0 % busy."],
  ["fragmentation | memctl compact", "free memory is scattered; fragmentation 73.0 %, the largest free block 512 KiB."],
  ["oom | dmesg", "a process was killed for lack of memory; 45 MiB of 119 MiB are free, shrinking by 6.0 MiB/s, exhausted in 7.4 s; pid 8, 4.2 s ago."],
  ["asked | renice 5 9", "as you asked: slow (pid 9) holds 1.0 MiB, has waited 2.5 s."],
  ["asked | renice 5 3", "if this one is meant: leaky (pid 3) holds 72 MiB, grows by 6.0 MiB/s, takes 9.0 % of the processor."],
  ["look | ps", "this shows it"],
  ["unsure | process", "not sure: say which process: its pid or its name"],
])("%s", (line, sentence) => {
  expect(words.explain(line)).toBe(sentence);
});

test("every figure of a sentence stands in the State", () => {
  const grown = words.explain("leak | kill 3") as string;
  words.set({ ...STATE, processes: [{ pid: 3, name: "leaky", residentKib: 2048, growthKibPerSecond: 0 }] });
  expect(words.explain("leak | kill 3")).not.toBe(grown);
  expect(words.explain("leak | kill 3")).toContain("leaky (pid 3) holds 2.0 MiB;");
  words.set(STATE);
});

test.each(["", "leak", "leak |", "leak | ", "frob | kill 3", "unsure | frob", "leak kill 3"])("no answer: %j", (line) => {
  expect(words.explain(line)).toBeUndefined();
});
