// The services of the image. The shell: started at boot, protected from the out-of-memory killer, started again when it ends. The learner:
// held to a small share of the processor and of memory, neither protected nor needed; where it ends it starts again a while later.
import { Status } from "../abi/numbers";
import { literalCopy } from "../lib/bytes";
import { optionNumber } from "./boot";
import { initLearning } from "./learning";
import { LEARNER_CPU_PPM, LEARNER_MEMORY_BYTES, LEARNER_NICE, SERVICE_REST_NS } from "./limits";
import { say, sayEnd } from "./obs";
import { startService } from "./proc/lifecycle";
import { FLAG_OWNER, FLAG_PROTECTED, FLAG_SERVICE, FOREVER, NO_SLOT, processAt, slotOf } from "./proc/process";
import { setNice } from "./scheduling";

const argv: usize = memory.data(32);

/** 0: it does not run. */
let learner: u32 = 0;
/** When it is started next; FOREVER: it runs, or the image has none. */
let learnerDueNs: u64 = FOREVER;
let complained: bool = false;

function begin(name: string, flags: u32): i32 {
  const bytes = <u32>literalCopy(argv, name) + 1;
  store<u8>(argv + bytes - 1, 0);
  return startService(argv, bytes, flags);
}

/** Starts the shell, and the learner. Ok, or why there is no shell. */
export function startServices(): i32 {
  initLearning();
  const pid = begin("shell", FLAG_PROTECTED | FLAG_SERVICE | FLAG_OWNER);
  if (pid < 0) {
    say("the shell cannot start");
    sayEnd();
    return pid;
  }
  // `learner=0` on the command line: none, for runs in which nothing but the programs may take memory.
  if (optionNumber("learner", 1) !== 0) startLearner(0);
  return Status.Ok;
}

function startLearner(nowNs: u64): void {
  const pid = begin("learner", FLAG_SERVICE);
  learnerDueNs = FOREVER;
  learner = 0;
  if (pid === Status.NotFound) return;
  if (pid < 0) {
    // No frame or slot is left: tried again, and said once.
    learnerDueNs = nowNs + SERVICE_REST_NS;
    if (!complained) {
      say("the learner cannot start now");
      sayEnd();
    }
    complained = true;
    return;
  }
  complained = false;
  learner = pid;
  const process = processAt(slotOf(pid));
  process.cpuPpm = LEARNER_CPU_PPM;
  setNice(pid, LEARNER_NICE);
  process.memoryMaxBytes = LEARNER_MEMORY_BYTES;
}

/** Starts the learner again where it ended. On the beat. */
export function tendServices(nowNs: u64): void {
  if (learner !== 0 && slotOf(learner) === NO_SLOT) {
    learner = 0;
    learnerDueNs = nowNs + SERVICE_REST_NS;
  }
  if (nowNs >= learnerDueNs) startLearner(nowNs);
}
