// A small task that shows that the trainer learns at all: the number of a named process is copied out of a state, or a share looked up. Not a model that is
// kept; tests and trials of the trainer's settings use it.
import { Random } from "../jobs/random.js";
import type { Example, Source, Split } from "./ops-data.js";

const NAMES = ["leaky", "calm", "web", "index", "batch", "cache", "log", "sort"];
const QUESTIONS = 4;

/** @param most processes in a state: with one there is no choice of what to copy */
export function toySource(most: number): Source {
  return {
    name: "toy",
    example(split: Split, index: number): Example {
      const random = new Random(`toy/${split}/${index}`);
      const free = random.whole(1, 99);
      const names = [...NAMES].sort(() => random.unit() - 0.5).slice(0, random.whole(1, most));
      const processes = names.map((name) => ({ name, pid: random.whole(2, 199) }));
      const state = `a f${free}${processes.map(({ name, pid }) => ` ${name} p${pid}`).join("")}`;
      const questions = Array.from({ length: QUESTIONS }, () => {
        const { name, pid } = random.pick(processes);
        if (random.unit() < 0.2) return { question: "how much is free", answer: `free | ${free}`, area: "free" };
        return { question: random.pick([`kill ${name}`, `end ${name} please`, `stop the process ${name}`]), answer: `asked | kill ${pid}`, area: "kill" };
      });
      return { state, questions };
    },
  };
}
