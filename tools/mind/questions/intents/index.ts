// All intents.
import { ADJUST_MACHINE } from "./adjust-machine.table.js";
import { ADJUST_PROCESS } from "./adjust-process.table.js";
import { DESTROY } from "./destroy.table.js";
import { DIAGNOSE } from "./diagnose.table.js";
import { OBSERVE } from "./observe.table.js";
import { OBSERVE_SLOTS } from "./observe-slots.table.js";
import { REFUSE } from "./refuse.table.js";
import type { Intent } from "./types.js";

export type { Asked, Intent } from "./types.js";

export const INTENTS: readonly Intent[] = [...OBSERVE, ...OBSERVE_SLOTS, ...ADJUST_PROCESS, ...ADJUST_MACHINE, ...DESTROY, ...DIAGNOSE, ...REFUSE];
