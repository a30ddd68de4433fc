// Asks for the decision of a beat: the active memory module, and the built-in fallback where there is none or where it failed.
// A module that fails or answers nonsense is ejected at once. The only part of kernel/predict that reaches host calls.
import { MEMORY_DECISION_BYTES } from "../../abi/layouts";
import { ModuleKind, Status } from "../../abi/numbers";
import { moduleActive, moduleDecide, moduleEject } from "../module/registry";
import { predictAccept, predictFallback, predictFault, predictInput, predictInputBytes } from "./index";

const decision: usize = memory.data(64, 8);
if (MEMORY_DECISION_BYTES !== 64) ERROR("the decision's buffer is stale");

/**
 * Decide about the window as it stands.
 * @param fuel metering points that a module may use
 * Returns the Risk; never fails.
 */
export function predictDecide(nowNs: u64, fuel: u64): i32 {
  const id = moduleActive(ModuleKind.Memory);
  const status = moduleDecide(ModuleKind.Memory, fuel, predictInput(), predictInputBytes(), decision, MEMORY_DECISION_BYTES);
  if (id === 0) return predictFallback(nowNs);
  if (status < 0) moduleEject(ModuleKind.Memory, status, "");
  else {
    const risk = predictAccept(decision, id, nowNs);
    if (risk >= 0) return risk;
    moduleEject(ModuleKind.Memory, Status.BadAnswer, predictFault());
  }
  return predictFallback(nowNs);
}
