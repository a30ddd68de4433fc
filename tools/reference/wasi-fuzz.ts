// `npm run eval -- wasi`: seeded mutations of programs through the WASI runtime under ASan and UBSan (build/hosted/wasi-host-sanitized),
// every function compiled. Only those that V8 calls valid are run: the validator stops the others (npm run eval -- validator). A report
// of a sanitizer or a signal is a failure; a trap, a refusal and running for ever are not.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildConformance, buildWasiHost } from "../build/wasi-runtime.js";
import { ExitCode, type Progress, ROOT, TimeLimit, UsageError } from "../lib/index.js";
import { Rng } from "../sim/rng.js";
import { MUTATIONS, WEIGHTED } from "./validate-mutations.js";
import { HOSTILE } from "./wasi-hostile.js";
import { assemble, runBytes } from "./wasi-run.js";

export const WASI_USAGE = `npm run eval -- wasi [--seconds 60] [--seed 1] [--json]
  seeded mutations of WASI programs through the runtime of ring 3, as a Linux process under ASan and UBSan. What breaks it is kept in
  build/fuzz.`;

const KEPT = join(ROOT, "build/fuzz");
/** A module may run for ever: then it is ended. */
const PATIENCE_MS = 3000;
const LARGEST_BYTES = 100_000;
const CRASH = /AddressSanitizer|runtime error|SUMMARY/;

async function bases(): Promise<Uint8Array[]> {
  const bin = join(ROOT, "build/bin");
  const programs = readdirSync(bin, { withFileTypes: true }).filter((entry) => entry.name.endsWith(".wasm"));
  const files = [await buildConformance(), ...programs.map((entry) => join(bin, entry.name))].map((file) => readFileSync(file));
  const texts = await Promise.all(HOSTILE.map(async ({ name, module }) => (typeof module === "string" ? assemble(name, module) : module)));
  return [...files, ...texts].filter((bytes) => bytes.length > 8 && bytes.length < LARGEST_BYTES && WebAssembly.validate(bytes as Uint8Array<ArrayBuffer>));
}

function options(args: string[]): { seconds: number; seed: number; json: boolean } {
  try {
    const { values } = parseArgs({
      args,
      options: { seconds: { type: "string", default: "60" }, seed: { type: "string", default: "1" }, json: { type: "boolean", default: false } },
    });
    const [seconds, seed] = [Number(values.seconds), Number(values.seed)];
    if (!(seconds > 0) || !Number.isSafeInteger(seed)) throw new UsageError("--seconds takes a number above 0, --seed a whole number", { hint: WASI_USAGE });
    return { seconds, seed, json: values.json };
  } catch (cause) {
    throw cause instanceof UsageError ? cause : new UsageError((cause as Error).message, { hint: WASI_USAGE, cause });
  }
}

/** Runs until the time is over. Failed where a module broke the runtime. */
export async function main(args: string[], progress: Progress): Promise<number> {
  const { seconds, seed, json } = options(args);
  progress.phase("sanitized runtime");
  const program = await buildWasiHost("sanitized");
  const modules = await bases();
  progress.phase("mutations");
  mkdirSync(KEPT, { recursive: true });
  const rng = new Rng(seed);
  const count = { mutations: 0, run: 0, started: 0, trapped: 0, refused: 0, forever: 0, broken: 0 };
  const kept: string[] = [];
  for (const end = performance.now() + seconds * 1000; performance.now() < end; ) {
    count.mutations++;
    const mutation = MUTATIONS[rng.pick(WEIGHTED)] as (typeof MUTATIONS)[string];
    const bytes = mutation(rng, rng.pick(modules), rng.pick(modules));
    if (!WebAssembly.validate(bytes)) continue;
    count.run++;
    try {
      const ended = await runBytes(program, "fuzzed", bytes, { host: ["--mem", String(256 << 20), "--eager", "1"], deadlineMs: PATIENCE_MS });
      if (ended.status === null || CRASH.test(ended.output)) {
        count.broken++;
        const file = join(KEPT, `seed-${seed}-${count.mutations}.wasm`);
        writeFileSync(file, bytes);
        writeFileSync(`${file}.txt`, ended.output);
        kept.push(file);
      } else if (ended.status === 126) count.refused++;
      else if (ended.status === 134) count.trapped++;
      else count.started++;
    } catch (error) {
      if (!(error instanceof TimeLimit)) throw error;
      count.forever++;
    }
    progress.step(`${count.run} modules run of ${count.mutations} mutations, ${count.broken} broke it`);
  }
  progress.done();
  if (json) console.log(JSON.stringify({ seed, seconds, ...count, kept }));
  else {
    console.log(
      `${count.mutations} mutations of ${modules.length} modules (seed ${seed}); ${count.run} valid ones run: ${count.started} ended by themselves, ${count.trapped} trapped, ${count.refused} were refused, ${count.forever} ran for ever`,
    );
    console.log(count.broken === 0 ? "none broke the runtime" : `${count.broken} broke the runtime: ${kept.slice(0, 5).join(" ")}`);
  }
  return count.broken === 0 ? ExitCode.Ok : ExitCode.Failed;
}
