// The module validator as C: kernel-as/validate/entry.ts → wasm → wasm2c → objects that a program links (hostshim-c/user/validate),
// and the same as a Linux process, build/hosted/validate-host.
import { compileObject, objectPath } from "./cc.js";
import { command } from "./command.js";
import { hostedFlags, hostedPolicyFlags, hostedShimFlags, userFlags, userWasmFlags } from "./flags.js";
import { runGraph, type Step } from "./graph.js";
import { compileWasm, wasmToC } from "./wasm.js";

const NAME = "moduleValidator";
const GENERATED = `build/c/${NAME}.c`;
const HEADER = `build/c/${NAME}.h`;
const VALIDATOR = "hostshim-c/user/validate/validator.c";
const RING3 = "hostshim-c/user/validate/validator_user.c";
const HOST = "hostshim-c/hosted/validate_host.c";
const HOST_GROUP = "hosted-validate";
// Where the scratch window of ring 3 would lie, ASan has its shadow.
const SANITIZE = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-DVALIDATOR_WINDOW_VA=0x500000000000ULL"];

/** The wasm of the validator, and the C that wasm2c makes of it. */
export function validatorModuleSteps(): Step[] {
  return [compileWasm(NAME, "kernel-as/validate/entry.ts", "validator"), wasmToC(NAME, `build/wasm/${NAME}.wasm`)];
}

/** Objects of the validator for a ring-3 program of this group, which also links hostshim-c/user/base.c and not wasm_runtime.c. */
export function validatorObjects(group: string): string[] {
  return [GENERATED, VALIDATOR, RING3].map((source) => objectPath(group, source));
}
/** The steps that make them. */
export function validatorSteps(group: string): Step[] {
  return [
    ...validatorModuleSteps(),
    compileObject(group, GENERATED, userWasmFlags(), [HEADER]),
    ...[VALIDATOR, RING3].map((source) => compileObject(group, source, userFlags(), [HEADER])),
  ];
}

/** Objects of the validator for a Linux process of this group; who links them supplies validator_scratch and wasm_rt_trap. */
export function hostedValidatorObjects(group: string): string[] {
  return [GENERATED, VALIDATOR].map((source) => objectPath(group, source));
}
export function hostedValidatorSteps(group: string, extra: string[] = []): Step[] {
  return [
    ...validatorModuleSteps(),
    compileObject(group, GENERATED, [...hostedPolicyFlags(), ...extra], [HEADER]),
    compileObject(group, VALIDATOR, [...hostedShimFlags(), ...extra], [HEADER]),
  ];
}

export type ValidateHost = "plain" | "sanitized";

/** Builds validate-host; resolves with its path, relative to the repository. */
export async function buildValidateHost(variant: ValidateHost = "plain"): Promise<string> {
  const extra = variant === "sanitized" ? SANITIZE : [];
  const group = `${HOST_GROUP}-${variant}`;
  const output = `build/hosted/validate-host${variant === "sanitized" ? "-sanitized" : ""}`;
  const objects = [...hostedValidatorObjects(group), objectPath(group, HOST)];
  await runGraph(
    [
      ...hostedValidatorSteps(group, extra),
      compileObject(group, HOST, [...hostedFlags(), ...extra], [HEADER]),
      {
        name: `link ${output}`,
        inputs: objects,
        outputs: [output],
        key: extra.join(" "),
        run: async () => {
          await command("gcc", ["-no-pie", ...extra, ...objects, "-o", output]);
        },
      },
    ],
    { jobs: 1 },
  );
  return output;
}
