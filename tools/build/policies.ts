// Policy modules: AssemblyScript → metered wasm, and the record of what the build vouches for.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { LAYOUT, ModuleKind } from "../abi/index.js";
import type { Step } from "./graph.js";
import { inspectModule, meterFile } from "./meter.js";
import { filesBelow, ROOT } from "./places.js";
import { compileWasm } from "./wasm.js";

export interface Policy {
  /** ≤ 31 bytes, a C identifier; the file name without its ending. */
  name: string;
  entry: string;
  kind: number;
  /** Compiled ahead of time into the image, too. */
  builtIn: boolean;
}

/** Policies that are compiled into the image. The others only travel in the initrd. */
const BUILT_IN = new Set(["kernel-as/policy/memory/linear.ts"]);

/** Every policy: each file below kernel-as/policy that defines policy_decide. A new file is a new policy. */
export function policies(): Policy[] {
  return filesBelow("kernel-as/policy", [".ts"])
    .filter((entry) => !/\.(spec|test|harness)\.ts$/.test(entry) && /^export function policy_decide\b/m.test(readFileSync(join(ROOT, entry), "utf8")))
    .map((entry) => policyOf(entry, BUILT_IN.has(entry)));
}

function policyOf(entry: string, builtIn: boolean): Policy {
  const name = basename(entry, ".ts").replaceAll("-", "_");
  const kind = entry.startsWith("kernel-as/policy/sched/") || name.startsWith("bad_sched") ? ModuleKind.Sched : ModuleKind.Memory;
  return { name, entry, kind, builtIn };
}

export function meteredWasm(policy: Policy): string {
  return `build/policies/${policy.name}.wasm`;
}

/** Compile and meter each policy. */
export function policySteps(list: Policy[]): Step[] {
  return list.flatMap((policy) => {
    const plain = `build/wasm/policy-${policy.name}.wasm`;
    return [
      compileWasm(`policy-${policy.name}`, policy.entry, policy.kind === ModuleKind.Sched ? "sched-policy" : "policy"),
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

/** The step that writes the record: a ModuleRecord for each metered policy. */
export function recordStep(list: Policy[]): Step {
  return {
    name: "record of modules",
    inputs: list.map(meteredWasm),
    outputs: [RECORD],
    key: JSON.stringify(LAYOUT.ModuleRecord),
    run: () => {
      const { bytes, fields } = LAYOUT.ModuleRecord;
      const rows = list.map((policy) => {
        const row = Buffer.alloc(bytes);
        createHash("sha256")
          .update(readFileSync(join(ROOT, meteredWasm(policy))))
          .digest()
          .copy(row, fields.sha256.offset);
        row.writeUInt32LE(policy.kind, fields.kind.offset);
        row.writeUInt32LE(inspectModule(readFileSync(join(ROOT, meteredWasm(policy)))).nesting, fields.nesting.offset);
        return row;
      });
      writeFileSync(join(ROOT, RECORD), Buffer.concat(rows));
    },
  };
}
