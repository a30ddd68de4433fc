// Test policy: gives everything to the task that it chose first, for as long as that one wants it, and to the newest after it. Every
// answer is in order: only the kernel's guard keeps the others alive.
import { QUANTUM_MOST_NS } from "../../abi/numbers";
import { answer, forget, offer, readyTask, readyTasks, running, take, task } from "../sched/table";

export { policy_abi, policy_input, policy_input_capacity, policy_kind, policy_output, policy_output_bytes } from "../sched/exports";

let favourite: u32 = 0xffff_ffff;

export function policy_reset(_seed: i32): i32 {
  forget();
  favourite = 0xffff_ffff;
  return 0;
}

export function policy_decide(inputBytes: i32): i32 {
  const asked = take(inputBytes);
  if (asked <= 0) return asked;
  if (favourite == 0xffff_ffff) favourite = running();
  for (let i = 0; i < readyTasks(); i++) {
    const slot = readyTask(i);
    offer(slot, slot == favourite ? 1e12 : <f64>task(slot).readySinceNs * 0.001);
  }
  return answer(QUANTUM_MOST_NS);
}
