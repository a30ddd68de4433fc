// Surface of tools/sim for other rooms: replays of episodes and policies under V8.
export { Engine } from "./fast.js";
export { Policy } from "./policies.js";
export type { Replay } from "./record.js";
export { type ReplayOptions, replay } from "./replay.js";
export * from "./sched/index.js";
