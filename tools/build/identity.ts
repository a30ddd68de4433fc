// What a compiled policy says it is, against what the build takes it for.
import { ABI_HASH } from "../abi/index.js";
import { MeterError } from "./meter.js";

/** Asks a metered policy itself. Throws MeterError where kind or ABI are not what the build says. */
export function checkIdentity(policy: { name: string; kind: number }, wasm: Uint8Array): void {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(wasm as BufferSource), {});
  const { policy_kind, policy_abi } = instance.exports as { policy_kind(): number; policy_abi(): bigint };
  if (policy_kind() !== policy.kind) throw new MeterError("EXPORT", `${policy.name}: policy_kind answers ${policy_kind()}, the build says ${policy.kind}`);
  if (BigInt.asUintN(64, policy_abi()) !== ABI_HASH) throw new MeterError("EXPORT", `${policy.name}: it was compiled with another interface table`);
}
