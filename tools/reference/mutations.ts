// `npm run eval -- validator`: our validator and V8's on seeded mutations of real modules: the image's, the policies, the programs of
// /bin. Fails where they disagree. The short form is a part of validate.test.ts.
import { parseArgs } from "node:util";
import { ExitCode, type Progress, UsageError } from "../lib/index.js";
import { Rng } from "../sim/rng.js";
import { binModules, imageModules, mutate, Ours, Tally } from "./agreement.js";

export const VALIDATOR_USAGE = `npm run eval -- validator [--mutations 100000] [--seed 1] [--json]
  our WebAssembly validator against V8's on seeded mutations of every module of the build: kernel, programs, policies, /bin.`;

/** As deep as wasm programs of /bin nest, and more. */
const NESTING = 1024;
const SHOWN = 12;
const STEP = 200;

function whole(text: string, name: string, least: number): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least) throw new UsageError(`--${name} ${text} is not a whole number from ${least} on`, { hint: VALIDATOR_USAGE });
  return value;
}

function options(args: string[]): { mutations: number; seed: number; json: boolean } {
  try {
    const { values } = parseArgs({
      args,
      options: { mutations: { type: "string", default: "100000" }, seed: { type: "string", default: "1" }, json: { type: "boolean", default: false } },
    });
    return { mutations: whole(values.mutations, "mutations", 1), seed: whole(values.seed, "seed", 0), json: values.json };
  } catch (cause) {
    throw cause instanceof UsageError ? cause : new UsageError((cause as Error).message, { hint: VALIDATOR_USAGE, cause });
  }
}

/** Compares and prints. Failed where they disagree, or where a module of the build is not valid. */
export async function main(args: string[], progress: Progress): Promise<number> {
  const { mutations, seed, json } = options(args);
  progress.phase("modules");
  const ours = new Ours();
  const named = new Map([...(await imageModules()), ...binModules()]);
  const modules = [...named.values()];
  const whole = new Tally(ours, NESTING);
  for (const [path, bytes] of named) whole.compare(bytes, path);

  progress.phase("mutations");
  const rng = new Rng(seed);
  const tally = new Tally(ours, NESTING);
  let bytesCompared = 0;
  const started = performance.now();
  for (let i = 0; i < mutations; i++) {
    const { name, bytes } = mutate(rng, modules, modules);
    tally.compare(bytes, `${name} ${i}`);
    bytesCompared += bytes.length;
    if (i % STEP === 0) progress.step(`${i} of ${mutations}, ${tally.disagreements.length} disagreements`);
  }
  const seconds = (performance.now() - started) / 1000;
  progress.done();

  const disagreements = [...whole.disagreements, ...tally.disagreements];
  const undamaged = { modules: modules.length, accepted: whole.agreed.accepted };
  if (json) console.log(JSON.stringify({ seed, mutations, undamaged, ...tally.agreed, onlyV8: Object.fromEntries(tally.differences), disagreements, bytesCompared, seconds }));
  else {
    console.log(
      `${modules.length} modules of the build, ${[...named.keys()].filter((path) => path.startsWith("build/bin/")).length} of them programs of /bin: ${undamaged.accepted} accepted by both`,
    );
    console.log(`${mutations} mutations (seed ${seed}, ${(bytesCompared / 2 ** 20).toFixed(0)} MiB, ${seconds.toFixed(0)} s): ${tally.text}`);
    console.log(disagreements.length === 0 ? "no disagreement" : `${disagreements.length} disagreements:\n${disagreements.slice(0, SHOWN).join("\n")}`);
  }
  return disagreements.length === 0 && undamaged.accepted === modules.length ? ExitCode.Ok : ExitCode.Failed;
}
