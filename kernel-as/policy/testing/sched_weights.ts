// Test policy: decides by its weights, so that a test sees which are in use. Weights are a head (magic, format, count, reserved) and
// 1300 f32; it takes none of another form and none that are not finite. Some counts make it trap or loop for ever while it checks.
import { decision } from "../sched/exports";

export { policy_abi, policy_input, policy_input_capacity, policy_kind, policy_output, policy_output_bytes } from "../sched/exports";

const MAGIC: u32 = 0x5357_5447; // "GTWS"
const FORMAT: u32 = 3;
const COUNT: u32 = 1300;
const BYTES: i32 = 5216; // 16 + COUNT × 4
const TRAPS: u32 = 0xdead;
const LOOPS: u32 = 0xbeef;

const FIRST: usize = memory.data(5216, 16);
const SECOND: usize = memory.data(5216, 16);
let active: usize = FIRST;
let inUse: i32 = 0;

store<u32>(FIRST, MAGIC);
store<u32>(FIRST + 4, FORMAT);
store<u32>(FIRST + 8, COUNT);
store<f32>(FIRST + 16, 7.0);

function staging(): usize {
  return active === FIRST ? SECOND : FIRST;
}

export function policy_weights_bytes(): i32 {
  return BYTES;
}

export function policy_weights_active(): i32 {
  return <i32>active;
}

export function policy_weights_staging(): i32 {
  return <i32>staging();
}

export function policy_weights_commit(version: i32): i32 {
  const head = staging();
  if (load<u32>(head + 8) === TRAPS) unreachable();
  while (load<u32>(head + 8) === LOOPS) store<u32>(head + 12, load<u32>(head + 12) + 1);
  if (load<u32>(head) !== MAGIC) return -1;
  if (load<u32>(head + 4) !== FORMAT) return -2;
  if (load<u32>(head + 8) !== COUNT) return -3;
  for (let i: u32 = 0; i < COUNT; i++) {
    const value = load<f32>(head + 16 + ((<usize>i) << 2));
    if (!isFinite<f32>(value)) return -4;
  }
  active = head;
  inUse = version;
  return 0;
}

/** Weights outlive a reset. */
export function policy_reset(_seed: i32): i32 {
  return 0;
}

/** The first weight as the slot, the version as the quantum, all of them summed as the score. */
export function policy_decide(_inputBytes: i32): i32 {
  const out = decision();
  out.slot = <u32>load<f32>(active + 16);
  out.candidates = 0;
  out.quantumNs = 1_000_000 + <u64>inUse;
  let sum: f32 = 0;
  for (let i: u32 = 0; i < COUNT; i++) sum += load<f32>(active + 16 + ((<usize>i) << 2));
  out.score = <f64>sum;
  return 0;
}
