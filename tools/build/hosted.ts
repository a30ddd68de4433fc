// The shim's wasm and host layers as a Linux process (hostshim-c/hosted): build/hosted/policy-host, and with ASan and UBSan
// build/hosted/policy-host-sanitized. All policies are compiled in, the test policies too.
import { aotPolicy, policyUnit, writeAotTable } from "./aot-table.js";
import { compileObject, objectPath } from "./cc.js";
import { command } from "./command.js";
import { hostedFlags, hostedPolicyFlags, hostedShimFlags, hostedWasm3Flags } from "./flags.js";
import { runGraph, type Step } from "./graph.js";
import { meteredWasm, type Policy, policies, policySteps, RECORD, recordSteps, travelling } from "./policies.js";
import { wasmToPolicyC } from "./wasm.js";
import { WASM3_DEFINES, WASM3_HEADERS, WASM3_SOURCES, wasm3Step } from "./wasm3.js";

export type Variant = "plain" | "sanitized";

const TABLE = "build/hosted/aot_table.c";
const SANITIZE = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];
const SHIM = ["trap", "runtime", "arena", "module", "aot", "rt/bits"].map((name) => `hostshim-c/wasm/${name}.c`).concat("hostshim-c/host/modules.c", "hostshim-c/base/fmt.c");
const HOSTED = ["hostshim-c/hosted/platform.c", "hostshim-c/hosted/policy_host.c"];

export function policyHost(variant: Variant): string {
  return variant === "plain" ? "build/hosted/policy-host" : "build/hosted/policy-host-sanitized";
}

/** Builds the program; resolves with its path, relative to the repository. */
export async function buildPolicyHost(variant: Variant): Promise<string> {
  await runGraph(hostedSteps(variant), { jobs: 1 });
  return policyHost(variant);
}

/** Every step that leads to the program. */
export function hostedSteps(variant: Variant): Step[] {
  const list = policies();
  const group = `hosted-${variant}`;
  const extra = variant === "sanitized" ? SANITIZE : [];
  const units = list.map((policy) => `build/c/${policyUnit(policy.name)}.c`);
  const headers = list.map((policy) => `build/c/${policyUnit(policy.name)}.h`);
  const compile = (sources: string[], flags: string[], inputs: string[] = []) => sources.map((source) => compileObject(group, source, [...flags, ...extra], inputs));
  // The sanitizers' frames are larger; the depth of calls must still be what ends a recursion.
  const wasm3Flags = [...hostedWasm3Flags(), ...WASM3_DEFINES, ...(variant === "sanitized" ? ["-DWASM3_NATIVE_BYTES=0x400000"] : [])];
  const objects = [...HOSTED, ...SHIM, "hostshim-c/wasm/wasm3.c", ...WASM3_SOURCES, ...units, TABLE].map((source) => objectPath(group, source));
  return [
    ...policySteps(list),
    ...recordSteps(travelling()),
    ...list.map((policy) => wasmToPolicyC(policyUnit(policy.name), meteredWasm(policy))),
    wasm3Step(),
    tableStep(list),
    ...compile(HOSTED, hostedFlags()),
    ...compile(SHIM, hostedShimFlags()),
    ...compile(["hostshim-c/wasm/wasm3.c", ...WASM3_SOURCES], wasm3Flags, WASM3_HEADERS),
    ...compile(units, hostedPolicyFlags(), headers),
    ...compile([TABLE], hostedShimFlags(), [...headers, RECORD, ...list.map(meteredWasm)]),
    {
      name: `link ${policyHost(variant)}`,
      inputs: objects,
      outputs: [policyHost(variant)],
      key: extra.join(" "),
      run: async () => {
        await command("gcc", ["-no-pie", ...extra, ...objects, "-o", policyHost(variant)]);
      },
    },
  ];
}

function tableStep(list: Policy[]): Step {
  return {
    name: "hosted table of policies",
    inputs: ["tools/build/aot-table.ts", ...list.map(meteredWasm)],
    outputs: [TABLE],
    key: JSON.stringify(list.map(aotPolicy)),
    run: () => writeAotTable(list.map(aotPolicy), RECORD, TABLE),
  };
}
