// The mind in the booted kernel, beside the hosted figures of llm.ts and never among them: how long `ops` takes to answer a question, and SmolLM2's tokens a second. Real clock,
// the accelerator that was proven. The model's own time: what waiting, typing and the serial line take is not in it.
import { z } from "zod";
import { Machine } from "../machine/index.js";
import { addModel } from "../mind/models.js";
import { median } from "./median.js";

const QUESTIONS = [
  "why is memory shrinking and what should I do?",
  "which processes are running?",
  "how much memory is free?",
  "use mlfq",
  "is anything leaking?",
  "who eats the processor?",
  "show the last 20 events",
  "are we going to run out of memory?",
  "what is the weather like?",
  "compact the memory",
  "make the scheduler learn",
];
const ROUNDS = 3;
const TOKENS = 16;
const PROMPT = "A page fault is raised when a program touches memory that";
const ANSWER_MS = 300_000;

const spent = z.looseObject({ promptTokens: z.number(), cachedTokens: z.number(), tokens: z.number(), firstNs: z.number(), totalNs: z.number() });
const mind = z.looseObject({ instructions: z.string() });

export interface LlmBootedBench {
  accelerator: string;
  instructions: string;
  /** `ops`: from the question to the whole answer; the first question of a boot, which loads the model and translates its code, stands apart. */
  firstMs: number;
  medianMs: number;
  worstMs: number;
  questions: number;
  /** SmolLM2 as it is published, Q4_1. */
  prefill: number;
  decode: number;
}

async function withMachine<T>(options: Parameters<typeof Machine.boot>[0], use: (machine: Machine) => Promise<T>): Promise<T> {
  const machine = await Machine.boot(options);
  try {
    return await use(machine);
  } finally {
    await machine.close();
  }
}

/** Measures; needs pip where SmolLM2 is not here yet. */
export async function runLlmBootedBench({ onProgress, accelerator }: { onProgress: (text: string) => void; accelerator: "tcg" | "kvm" }): Promise<LlmBootedBench> {
  onProgress("ops in the booted kernel");
  const ops = await withMachine({ accel: accelerator }, async (machine) => {
    await machine.run("stress leak --rate 1M --seconds 600 > /tmp/stress &");
    const times: number[] = [];
    for (let i = 0; i < QUESTIONS.length * ROUNDS + 1; i++) times.push((await machine.ask(`llmctl infer --json "${QUESTIONS[i % QUESTIONS.length]}"`, spent)).totalNs / 1e6);
    return { first: times[0] as number, rest: times.slice(1), instructions: (await machine.ask("llmctl status --json", mind)).instructions };
  });
  onProgress("SmolLM2 in the booted kernel");
  const model = await addModel("smollm2");
  const large = await withMachine({ accel: accelerator, mem: "1G", model, commandDeadlineMs: ANSWER_MS }, async (machine) => {
    await machine.run(`llmctl ask --raw --json --max-tokens 2 "${PROMPT}"`); // loads it, translates its code
    return machine.ask(`llmctl ask --raw --json --max-tokens ${TOKENS} "But ${PROMPT}"`, spent);
  });
  return {
    accelerator,
    instructions: ops.instructions,
    firstMs: ops.first,
    medianMs: median(ops.rest),
    worstMs: Math.max(...ops.rest),
    questions: ops.rest.length,
    prefill: (large.promptTokens - large.cachedTokens) / (large.firstNs / 1e9),
    decode: (large.tokens - 1) / ((large.totalNs - large.firstNs) / 1e9),
  };
}

/** The table for a person. */
export function formatLlmBootedBench(b: LlmBootedBench): string {
  return [
    `in QEMU, ${b.accelerator}, instructions ${b.instructions}`,
    `ops, a question about the machine, ms   ${b.medianMs.toFixed(0)} median, ${b.worstMs.toFixed(0)} worst of ${b.questions}; the first of a boot ${b.firstMs.toFixed(0)}`,
    `SmolLM2-135M Q4_1 decode tok/s          ${b.decode.toFixed(1)}`,
    `SmolLM2-135M Q4_1 prefill tok/s         ${b.prefill.toFixed(1)}`,
  ].join("\n");
}
