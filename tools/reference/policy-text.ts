// A memory policy without a meter, as WebAssembly text: what a person's own compiler may hand over. Used by the tests.
import { ABI_HASH, LAYOUT, ModuleKind } from "../abi/index.js";

export const POLICY_OUTPUT = 64;
export const POLICY_INPUT = 1024;

/** Body of a policy_decide that sees no danger. */
export const CALM = `(f64.store (i32.const ${POLICY_OUTPUT}) (f64.const 0.25)) (f64.store (i32.const ${POLICY_OUTPUT + 8}) (f64.const -1)) (i32.const 0)`;

/** `decide` is the body of policy_decide, `$decide`; `extra` stands before the memory of `pages` pages. */
export function policyText(decide: string, extra = "", pages = 1): string {
  return `(module ${extra}
    (memory (export "memory") ${pages} ${pages})
    (func (export "policy_kind") (result i32) (i32.const ${ModuleKind.Memory}))
    (func (export "policy_abi") (result i64) (i64.const ${BigInt.asIntN(64, ABI_HASH)}))
    (func (export "policy_input") (result i32) (i32.const ${POLICY_INPUT}))
    (func (export "policy_input_capacity") (result i32) (i32.const 16384))
    (func (export "policy_output") (result i32) (i32.const ${POLICY_OUTPUT}))
    (func (export "policy_output_bytes") (result i32) (i32.const ${LAYOUT.MemoryDecision.bytes}))
    (func (export "policy_reset") (param i32) (result i32) (i32.const 0))
    (func $decide (export "policy_decide") (param i32) (result i32) ${decide}))`;
}
