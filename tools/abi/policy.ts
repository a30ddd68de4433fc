// What every policy module, and kernel.wasm itself, exports. Policies import nothing (`--use abort=` turns abort into a trap).

export interface PolicyExport {
  name: string;
  signature: string;
  doc: string;
}

/** What kernel.wasm exports to the shim. */
export const KERNEL_EXPORTS: PolicyExport[] = [
  { name: "kernel_abi", signature: "() → i64", doc: "ABI_HASH that kernel.wasm was compiled with; the shim refuses another." },
  { name: "kernel_mailbox", signature: "() → i32", doc: "Address of the Trap that the shim fills before each kernel_enter." },
  { name: "kernel_trace_ring", signature: "() → i32", doc: "Address of the TraceRing, for the epitaph; valid after kernel_init." },
  {
    name: "kernel_init",
    signature: "() → i32",
    doc: "Read the boot information, size all metadata (memory.grow works until the first host.boot_region), take over the frames. Ok or a Status.",
  },
  {
    name: "kernel_enter",
    signature: "(cause: i32, slot: i32) → i32",
    doc: "Serve one Cause for the context slot that was running (−1: none). Returns the slot to run (≥ 0) or a Next. Runs to completion.",
  },
];

export const POLICY_EXPORTS: PolicyExport[] = [
  { name: "policy_kind", signature: "() → i32", doc: "ModuleKind." },
  { name: "policy_abi", signature: "() → i64", doc: "ABI_HASH that the module was compiled with." },
  { name: "policy_input", signature: "() → i32", doc: "Address of the input buffer." },
  { name: "policy_input_capacity", signature: "() → i32", doc: "Its size in bytes." },
  { name: "policy_output", signature: "() → i32", doc: "Address of the decision." },
  { name: "policy_output_bytes", signature: "() → i32", doc: "Size of the decision in bytes." },
  { name: "policy_reset", signature: "(seed: i32) → i32", doc: "Forget all state. 0, or a negative number on failure." },
  { name: "policy_decide", signature: "(inputBytes: i32) → i32", doc: "Read the input, write the decision. ≥ 0, or a negative number on failure." },
  { name: "fuel", signature: "mutable global i64", doc: "Added by the metering pass: set before a call, counted down at each function entry and loop header, trap below zero." },
  { name: "memory", signature: "memory, initial = maximum", doc: "≤ 64 pages of 64 KiB." },
];

/** What a policy with weights exports besides; all of them or none. */
export const WEIGHTS_EXPORTS: PolicyExport[] = [
  { name: "policy_weights_bytes", signature: "() → i32", doc: "Size of its weights, ≤ WEIGHTS_BYTES." },
  { name: "policy_weights_active", signature: "() → i32", doc: "Address of the weights in use." },
  { name: "policy_weights_staging", signature: "() → i32", doc: "Address where weights to come are written." },
  {
    name: "policy_weights_commit",
    signature: "(version: i32) → i32",
    doc: "Check what was written (form, version, every number finite) and use it from the next decision on; policy_reset keeps it. 0, or negative: refused, nothing changed.",
  },
];
