// The validator (kernel-as/validate) beside V8's on the same bytes, and the real modules to compare them on. Used by validate.test.ts
// and by `npm run eval -- validator`. Where ours says that it does not know a feature, or that nesting is too deep, the two may differ.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { MODULE_NESTING, Status } from "../abi/generated.js";
import { runGraph } from "../build/graph.js";
import { policies, policySteps } from "../build/policies.js";
import { PROGRAMS, SPEC } from "../build/programs.js";
import { compileWasm } from "../build/wasm.js";
import { ROOT } from "../lib/index.js";
import { compileHarness, readString } from "../sim/harness.js";
import type { Rng } from "../sim/rng.js";
import { MUTATIONS, WEIGHTED } from "./validate-mutations.js";

export type Bytes = Uint8Array<ArrayBuffer>;
/** The programs of /bin, where the build made them. */
const BIN = "build/bin";

interface Harness {
  memory: WebAssembly.Memory;
  place(bytes: number): number;
  validate(nesting: number, room: number): number;
  taken(): number;
  fault(): number;
  offset(): number;
  nesting(): number;
  used(): number;
  functions(): number;
}

/** Our validator under V8. */
export class Ours {
  /** The harness's own bytes: a module like any other. */
  readonly self: Bytes;
  readonly #h: Harness;

  constructor() {
    this.self = compileHarness("validate", "kernel-as/validate/reference.harness.ts");
    this.#h = new WebAssembly.Instance(new WebAssembly.Module(this.self), {}).exports as unknown as Harness;
  }

  /** A Status. `room`: bytes of working memory; 0: what validateRoom says. */
  validate(bytes: Uint8Array, nesting = MODULE_NESTING as number, room = 0): number {
    const at = this.#h.place(bytes.length);
    new Uint8Array(this.#h.memory.buffer).set(bytes, at);
    return this.#h.validate(nesting, room);
  }
  /** Of the module judged last. */
  get why(): string {
    return readString(this.#h.memory, this.#h.fault());
  }
  get offset(): number {
    return this.#h.offset();
  }
  get nesting(): number {
    return this.#h.nesting();
  }
  get used(): number {
    return this.#h.used();
  }
  get taken(): number {
    return this.#h.taken();
  }
}

/** The modules of the image, compiled where they are stale: kernel, programs, policies as compiled and as metered. */
export async function imageModules(): Promise<Map<string, Bytes>> {
  const steps = [
    compileWasm("kernel", "kernel-as/kernel/main.ts", "kernel"),
    ...[...PROGRAMS, SPEC].map(({ name, entry, target }) => compileWasm(name, entry, target)),
    ...policySteps(policies()),
  ];
  await runGraph(steps, { jobs: 1 });
  return new Map(steps.flatMap(({ outputs }) => outputs).map((path) => [path, new Uint8Array(readFileSync(join(ROOT, path)))]));
}

/** The programs of /bin that are there; none before `npm run build -- initrd`. */
export function binModules(): Map<string, Bytes> {
  const folder = join(ROOT, BIN);
  if (!existsSync(folder)) return new Map();
  const names = readdirSync(folder)
    .filter((name) => name.endsWith(".wasm"))
    .sort();
  return new Map(names.map((name) => [`${BIN}/${name}`, new Uint8Array(readFileSync(join(folder, name)))]));
}

/** One seeded mutation of one of `modules`; `parts` are what may be spliced in. Its name and bytes. */
export function mutate(rng: Rng, modules: Bytes[], parts: Bytes[]): { name: string; bytes: Bytes } {
  const name = rng.pick(WEIGHTED);
  const mutation = MUTATIONS[name] as (typeof MUTATIONS)[string];
  return { name, bytes: mutation(rng, rng.pick(modules), rng.pick(parts)) };
}

/** Where both may differ, by kind: how often ours refused what V8 took; and every other difference. */
export class Tally {
  agreed = { accepted: 0, refused: 0 };
  readonly differences = new Map<string, number>();
  readonly disagreements: string[] = [];
  readonly #ours: Ours;
  readonly #nesting: number;

  constructor(ours: Ours, nesting = MODULE_NESTING as number) {
    this.#ours = ours;
    this.#nesting = nesting;
  }

  compare(bytes: Bytes, what: string): void {
    const mine = this.#ours.validate(bytes, this.#nesting);
    const theirs = WebAssembly.validate(bytes);
    if ((mine === Status.Ok) === theirs) {
      if (theirs) this.agreed.accepted++;
      else this.agreed.refused++;
      return;
    }
    const { why, offset } = this.#ours;
    if (theirs && (mine === Status.Unsupported || mine === Status.TooDeep)) {
      const kind = `${mine === Status.TooDeep ? "TooDeep" : "Unsupported"}: ${why}`;
      this.differences.set(kind, (this.differences.get(kind) ?? 0) + 1);
      return;
    }
    let reason = "";
    try {
      new WebAssembly.Module(bytes);
    } catch (error) {
      reason = String(error);
    }
    this.disagreements.push(`${what}: ours ${mine} "${why}" at ${offset}, V8 ${theirs} ${reason} ${bytes.length < 400 ? Buffer.from(bytes).toString("hex") : ""}`);
  }
  get text(): string {
    const kinds = [...this.differences].sort((a, b) => b[1] - a[1]).map(([kind, count]) => `${count} × ${kind}`);
    return `${this.agreed.accepted} accepted and ${this.agreed.refused} refused by both; V8 alone accepts: ${kinds.join(", ") || "none"}`;
  }
}
