// The services of the image. The shell: started at boot, protected from the out-of-memory killer, started again when it ends. The learner:
// started at boot, held to a small share of the processor and of memory, neither protected nor needed. The mind: started when somebody connects to
// it for the first time, protected, held to its memory; its program lies in the initrd, and is checked before it runs. Where one of the two ends it
// starts again a while later.
import { Status } from "../abi/numbers";
import { literalCopy } from "../lib/bytes";
import { bootInfo, optionNumber } from "./boot";
import { addChannel, NONE } from "./fs/channels";
import { closeChannel } from "./fs/open-files";
import { rootNode, vfsLookup, vfsPlace, vfsSize } from "./fs/vfs";
import { initLearning } from "./learning";
import { LEARNER_CPU_PPM, LEARNER_MEMORY_BYTES, LEARNER_NICE, MIND_MEMORY_BYTES, SERVICE_REST_NS } from "./limits";
import { say, sayEnd } from "./obs";
import { entryTime } from "./proc/account";
import { checkInitrdProgram, setInitrdProgram } from "./proc/initrd-program";
import { startService } from "./proc/lifecycle";
import { FLAG_OWNER, FLAG_PROTECTED, FLAG_SERVICE, FOREVER, NO_SLOT, Process, processAt, slotOf } from "./proc/process";
import { findProgram } from "./proc/program";
import { setNice } from "./scheduling";
import { queueWork, Work } from "./work";

const argv: usize = memory.data(32);

/** A service that the kernel starts again. */
@unmanaged
class Service {
  /** 0: it does not run */
  pid: u32;
  /** 1: it was said that it cannot start now */
  complained: u32;
  /** when it is started next; FOREVER: it runs, or is not wanted, or the image has none */
  dueNs: u64;
}

const learner = changetype<Service>(memory.data(16, 8));
const mind = changetype<Service>(memory.data(16, 8));
/** The mind's program, −1: there is none. */
let mindProgram: i32 = -1;
/** Its channel, and whether its program is still to be checked, or being checked. */
let mindChannel: i32 = NONE;
let unchecked: bool = false;
let checking: bool = false;

function nameBytes(name: string): u32 {
  const bytes = <u32>literalCopy(argv, name);
  store<u8>(argv + bytes, 0);
  return bytes;
}

function begin(name: string, flags: u32): i32 {
  const bytes = nameBytes(name) + 1;
  return startService(argv, bytes, flags);
}

/** Starts the shell, and the learner. Ok, or why there is no shell. */
export function startServices(): i32 {
  initLearning();
  learner.dueNs = FOREVER;
  mind.dueNs = FOREVER;
  findMind();
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

// In the image, or in the initrd: then it is the program behind those of the image.
function findMind(): void {
  mindProgram = findProgram(argv, nameBytes("mind"));
  if (mindProgram < 0) {
    const folder = vfsLookup(rootNode(), argv, nameBytes("programs"));
    const node = folder < 0 ? folder : vfsLookup(folder, argv, nameBytes("mind.elf"));
    const place = node < 0 ? <i64>node : vfsPlace(node);
    if (place < 0) return;
    setInitrdProgram(place, vfsSize(node));
    mindProgram = <i32>bootInfo.programCount;
    unchecked = true;
  }
  const bytes = nameBytes("mind");
  mindChannel = addChannel(argv, bytes, mindProgram);
}

/** One step of the check of the mind's program (Work.Check). True when it is done; then the mind starts, or never does. */
export function checkStep(_subject: i32): bool {
  const status = checkInitrdProgram();
  if (status === Status.Again) return false;
  checking = false;
  if (status === Status.Ok) {
    unchecked = false;
    startMind(entryTime());
    return true;
  }
  say(status === Status.Unrecorded ? "programs/mind.elf is not this build's" : "programs/mind.elf is damaged");
  say(": the mind does not start");
  sayEnd();
  mindProgram = -1;
  closeChannel(mindChannel);
  return true;
}

// Starts a service, or notes when to try again. Its row in the table of processes, or null.
function tryStart(service: Service, name: string, flags: u32, nowNs: u64): Process | null {
  const pid = begin(name, flags);
  service.dueNs = FOREVER;
  service.pid = 0;
  if (pid === Status.NotFound) return null;
  if (pid < 0) {
    // No frame or slot is left: tried again, and said once.
    service.dueNs = nowNs + SERVICE_REST_NS;
    if (service.complained === 0) {
      say("the ");
      say(name);
      say(" cannot start now");
      sayEnd();
    }
    service.complained = 1;
    return null;
  }
  service.complained = 0;
  service.pid = pid;
  return processAt(slotOf(pid));
}

function startLearner(nowNs: u64): void {
  const process = tryStart(learner, "learner", FLAG_SERVICE, nowNs);
  if (process === null) return;
  process.cpuPpm = LEARNER_CPU_PPM;
  setNice(process.pid, LEARNER_NICE);
  process.memoryMaxBytes = LEARNER_MEMORY_BYTES;
}

function startMind(nowNs: u64): void {
  const process = tryStart(mind, "mind", FLAG_SERVICE | FLAG_PROTECTED, nowNs);
  if (process !== null) process.memoryMaxBytes = MIND_MEMORY_BYTES;
}

/** Somebody connected to a program that does not listen: it starts unless it runs, or rests before it starts again. */
export function wantService(program: i32): void {
  if (program !== mindProgram || mind.pid !== 0 || mind.dueNs !== FOREVER || checking) return;
  if (unchecked) {
    checking = true;
    queueWork(Work.Check, 0);
  } else startMind(entryTime());
}

function noteEnd(service: Service, nowNs: u64): void {
  if (service.pid === 0 || slotOf(service.pid) !== NO_SLOT) return;
  service.pid = 0;
  service.dueNs = nowNs + SERVICE_REST_NS;
}

/** Starts services again that ended. On the beat. */
export function tendServices(nowNs: u64): void {
  noteEnd(learner, nowNs);
  noteEnd(mind, nowNs);
  if (nowNs >= learner.dueNs) startLearner(nowNs);
  if (nowNs >= mind.dueNs) startMind(nowNs);
}
