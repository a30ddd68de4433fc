// Policy modules: AssemblyScript → metered wasm, and the record of what the build vouches for.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { LAYOUT, ModuleKind } from "../abi/index.js";
import { BuildFailed } from "./command.js";
import type { Step } from "./graph.js";
import { checkIdentity } from "./identity.js";
import { inspectModule, meterFile } from "./meter.js";
import { filesBelow, ROOT } from "./places.js";
import { MIND, programElf, programSteps } from "./programs.js";
import { compileWasm } from "./wasm.js";

export interface Policy {
  /** ≤ 31 bytes, a C identifier; the file name without its ending. */
  name: string;
  entry: string;
  kind: number;
  /** Compiled ahead of time into the image, too. */
  builtIn: boolean;
  /** It sees what no kernel can tell it: built for the simulator, and in no image, initrd or record. */
  evaluationOnly?: boolean;
}

/** Policies that are compiled into the image where their file exists. The others only travel in the initrd. */
const BUILT_IN = new Set(
  ["memory/linear", "sched/rr", "sched/mlfq", "sched/las", "sched/eevdf", "sched/sjf_history", "sched/fifo", "sched/transformer"].map((name) => `kernel-as/policy/${name}.ts`),
);
const EVALUATION_ONLY = new Set(["kernel-as/policy/sched/oracle_srpt.ts"]);

/**
 * Every policy: each file below kernel-as/policy that defines policy_decide. A new file is a new policy. Its kind is that of its folder; a
 * test policy that schedules has sched in its name. The build asks the compiled module, too.
 * Throws BuildFailed where two have one name, or a folder is no kind.
 */
export function policies(): Policy[] {
  const found = filesBelow("kernel-as/policy", [".ts"])
    .filter((entry) => !/\.(spec|test|harness)\.ts$/.test(entry))
    .filter((entry) => /^export function policy_decide\b/m.test(readFileSync(join(ROOT, entry), "utf8")))
    .map(policyOf);
  for (const policy of found) {
    const other = found.find(({ name, entry }) => name === policy.name && entry !== policy.entry);
    if (other) throw new BuildFailed(`${policy.entry} and ${other.entry} are both the policy ${policy.name}: a name is there once`);
  }
  return found;
}

/** What travels: everything but what is for evaluation only. */
export function travelling(): Policy[] {
  return policies().filter((policy) => !policy.evaluationOnly);
}

const KINDS: Record<string, number> = { memory: ModuleKind.Memory, sched: ModuleKind.Sched };

function policyOf(entry: string): Policy {
  const folder = entry.split("/")[2] as string;
  const name = basename(entry, ".ts").replaceAll("-", "_");
  const word = folder === "testing" ? (/(^|_)sched/.test(name) ? "sched" : "memory") : folder;
  const kind = KINDS[word];
  if (kind === undefined) throw new BuildFailed(`${entry}: ${word} is no kind of policy; there are ${Object.keys(KINDS).join(", ")}`);
  return { name, entry, kind, builtIn: BUILT_IN.has(entry), evaluationOnly: EVALUATION_ONLY.has(entry) };
}

// A policy that needs more memory than others of its kind has an asconfig target of its own: policy-NAME.
function targetOf(policy: Policy): string {
  const config = JSON.parse(readFileSync(join(ROOT, "asconfig.json"), "utf8")) as { targets: Record<string, unknown> };
  const own = `policy-${policy.name.replaceAll("_", "-")}`;
  if (config.targets[own]) return own;
  return policy.kind === ModuleKind.Sched ? "sched-policy" : "policy";
}

export function meteredWasm(policy: Policy): string {
  return `build/policies/${policy.name}.wasm`;
}

/** Compile and meter each policy. */
export function policySteps(list: Policy[]): Step[] {
  return list.flatMap((policy) => {
    const plain = `build/wasm/policy-${policy.name}.wasm`;
    return [
      compileWasm(`policy-${policy.name}`, policy.entry, targetOf(policy)),
      {
        name: `meter ${policy.name}`,
        inputs: [plain, "tools/build/meter.ts", "tools/build/_wasm.ts"],
        outputs: [meteredWasm(policy)],
        key: "",
        run: async () => {
          await meterFile(join(ROOT, plain), join(ROOT, meteredWasm(policy)));
        },
      },
    ];
  });
}

export const RECORD = "build/c/record.bin";

/** The steps that write the record: a ModuleRecord for each metered policy, and for the program that lies in the initrd. */
export function recordSteps(list: Policy[]): Step[] {
  const programs = [programElf(MIND.name)];
  const record: Step = {
    name: "record of modules",
    inputs: [...list.map(meteredWasm), ...programs],
    outputs: [RECORD],
    key: JSON.stringify([LAYOUT.ModuleRecord, programs, list.map(({ name, kind }) => [name, kind])]),
    run: () => {
      const { bytes, fields } = LAYOUT.ModuleRecord;
      const rows = list.map((policy) => {
        const wasm = readFileSync(join(ROOT, meteredWasm(policy)));
        checkIdentity(policy, wasm);
        const row = Buffer.alloc(bytes);
        createHash("sha256").update(wasm).digest().copy(row, fields.sha256.offset);
        row.writeUInt32LE(policy.kind, fields.kind.offset);
        row.writeUInt32LE(inspectModule(wasm).nesting, fields.nesting.offset);
        return row;
      });
      for (const program of programs) {
        const row = Buffer.alloc(bytes);
        createHash("sha256")
          .update(readFileSync(join(ROOT, program)))
          .digest()
          .copy(row, fields.sha256.offset);
        rows.push(row);
      }
      writeFileSync(join(ROOT, RECORD), Buffer.concat(rows));
    },
  };
  return [...programSteps(MIND), record];
}
