// Replays an episode through kernel.wasm under V8 on a virtual clock: real processes of the kernel, real page faults, its own
// allocator, beats of 100 ms. Records every beat, the OOM, kills, and what any number of policies said in the champion's shadow.
// Not the booted replay (kernel-as/user/replay), which plays the same with ring-3 programs; test/… hold the two against each other.
import { Control, Event, ExitReason, LAYOUT, Risk, USER_IMAGE_VA, USER_LINEAR_VA, USER_STACK_TOP_VA } from "../abi/index.js";
import { type Episode, episodeEndMs } from "../episodes/index.js";
import { BOOTED_COSTS, type Costs, fillNsOf, waitNs } from "./costs.js";
import { type Engine, FastKernel, type FrameRange } from "./fast.js";
import { Holding, limitBytes, NO_ORDER, Op, type Operations, processesOf } from "./operations.js";
import { isWarning, type Opinion, type Policy } from "./policies.js";
import { BeatLog, type Kill, type PolicyTrack, type Replay } from "./record.js";

export type { Beats, Kill, PolicyTrack, Replay } from "./record.js";

/** The episode's time 0 lies this far behind the kernel's boot: on a beat, and a millisecond more, so that no beat is a tie. */
export const ZERO_MS = 1001;
/** Longest that the last operations may take after their time has come. */
const LATEST_MS = 60_000;
const LINEAR_PAGE = USER_LINEAR_VA / 4096;
const STACK_PAGE = USER_STACK_TOP_VA / 4096;
/** System calls point here. */
const BUFFER_VA = (STACK_PAGE - 1) * 4096;
/** Linear memory of the program `replay` before it holds anything, in pages. */
const BASE_PAGES = 16;
/**
 * Pages that a program has of its own before it does anything, as the booted kernel's ps and free show them: first page and count, in
 * the image, in linear memory, on the stack. The shell's stand for all that the booted kernel has in use at the episode's time 0.
 */
const OWN_PAGES = [
  [USER_IMAGE_VA / 4096, 1],
  [LINEAR_PAGE, 2],
  [STACK_PAGE - 3, 3],
] as const;
const SHELL_PAGES = [
  [USER_IMAGE_VA / 4096, 1],
  [LINEAR_PAGE, 8],
  [STACK_PAGE - 29, 29],
] as const;
/** Pages of processes at time 0 with these. */
const FIRST_PAGES = [...OWN_PAGES, ...SHELL_PAGES].reduce((sum, [, count]) => sum + count, 0);
/** The machine may idle this long before somebody looks whether the replay is over. */
const IDLE_MS = 1000;
/** Flag of the system call wait. */
const NO_WAIT = 1;
/** Alarms closer than this are one. */
const SEPARATE_MS = 60_000;
/** Pages touched between two looks at the trace ring. */
const CHUNK = 1024;
const SHELL = 0;
const COORDINATOR = 1;
const programs = (shellPages: number) => [
  { name: "shell", initialPages: shellPages, maximumPages: 16_384 },
  { name: "replay", initialPages: BASE_PAGES, maximumPages: 1 << 20 },
  { name: "worker", initialPages: BASE_PAGES, maximumPages: 1 << 20 },
];
const SAMPLE = LAYOUT.MemorySample;

/** A machine as it is at the episode's time 0: what another machine said of itself, so that the same one is simulated. */
export interface MachineStart {
  /** usable frames, in rising order; the kernel takes over as many of them as the episode says */
  ranges: FrameRange[];
  /** frames that processes hold */
  userPages: number;
  /** pages that processes have reserved */
  reservedPages: number;
  /** what the kernel took an arena for, where the champion is interpreted: the bytes and pages of memory of its module */
  interpreted: { bytes: number; memoryPages: number } | undefined;
}

export interface ReplayOptions {
  engine: Engine;
  champion: Policy;
  /** Asked about each beat with the kernel's own input. The champion may be among them. */
  shadows?: Policy[];
  /** The champion never warns: with auto=1 the ladder is then climbed only when an allocation fails. */
  muted?: boolean;
  /** 1: the kernel acts (auto=1): the ladder at a warning, and when an allocation fails. */
  auto?: 0 | 1;
  seed?: number;
  /** The machine to begin with, where it is not the simulator's own. */
  start?: MachineStart;
  /** Go on after the first OOM. */
  beyondOom?: boolean;
  costs?: Costs;
  /** More words of the kernel command line. */
  append?: string;
  /** Sees each beat's input. */
  onBeat?: (input: Uint8Array, timeMs: number) => void;
  /** No OOM is asked for, but what the confidences were: keeps every confidence of every shadow. */
  keepConfidences?: boolean;
}

/** One process of the episode. */
interface Worker {
  demand: Operations;
  holding: Holding;
  slot: number;
  pid: number;
  /** runs of its own pages that are written */
  begun: number;
  at: number;
  /** pages of the operation under way that are still to be written; −1: not begun */
  left: number;
  limit: number;
  /** pages of a block still to be written */
  block: number;
  written: number;
  /** when the fault began that it has not got over; −1 none */
  sinceNs: number;
  /** work left on the page that it wrote last */
  owedNs: number;
  /** it faulted and found no frame */
  starving: boolean;
  ended: boolean;
  killed: boolean;
}

type Track = PolicyTrack & { warning: boolean; lastWarnedMs: number; confidences: number[] };

/** Replays one episode. The same episode and options give the same result. */
export function replay(episode: Episode, options: ReplayOptions): Replay {
  return new Replaying(episode, options).run();
}

class Replaying {
  readonly #episode: Episode;
  readonly #options: ReplayOptions;
  readonly #kernel: FastKernel;
  readonly #workers: Worker[];
  readonly #bySlot = new Map<number, Worker>();
  readonly #byPid = new Map<number, Worker>();
  readonly #log = new BeatLog();
  readonly #tracks: Track[];
  readonly #kills: Kill[] = [];
  readonly #opinion: Opinion = { confidence: 0, timeToExhaustionMs: -1, abstained: true, fault: undefined, status: 0 };
  #oomMs: number | undefined;
  #spawned = 0;
  #reaped = false;
  #shellDone = false;
  #started = false;
  #over = false;
  readonly #fillNs: number;
  readonly #shellPages: readonly (readonly [number, number])[];
  #stalledMs = 0;
  #compactions = 0;
  #kernelWarnsNow = false;
  readonly #kernelWarningsMs: number[] = [];
  #pagesMoved = 0;

  constructor(episode: Episode, options: ReplayOptions) {
    this.#episode = episode;
    this.#options = options;
    this.#workers = processesOf(episode).map((demand) => ({
      demand,
      holding: new Holding(),
      slot: -1,
      pid: 0,
      begun: 0,
      at: 0,
      left: -1,
      limit: limitBytes(BASE_PAGES, 0),
      block: 0,
      written: 0,
      sinceNs: -1,
      owedNs: 0,
      starving: false,
      ended: false,
      killed: false,
    }));
    this.#tracks = (options.shadows ?? []).map((policy) => {
      policy.reset(options.seed ?? 1);
      return {
        name: policy.name,
        alarmsMs: [],
        separateAlarmsMs: [],
        lastWarnedMs: Number.NEGATIVE_INFINITY,
        warnedBeats: 0,
        abstainedBeats: 0,
        fault: undefined,
        confidence: undefined,
        warning: false,
        confidences: [],
      };
    });
    const { start } = options;
    const more = Math.max((start?.userPages ?? FIRST_PAGES) - FIRST_PAGES, 0);
    this.#shellPages = more === 0 ? SHELL_PAGES : [...SHELL_PAGES, [STACK_PAGE - 29 - more, more]];
    this.#fillNs = fillNsOf(options.costs ?? BOOTED_COSTS, episode.compressPct ?? 0);
    options.champion.reset(options.seed ?? 1);
    this.#kernel = new FastKernel({
      engine: options.engine,
      managedPages: episode.totalPages,
      commandLine: `console=machine seed=${options.seed ?? 1} auto=${options.auto ?? 0}${options.append ? ` ${options.append}` : ""}`,
      programs: programs((start?.reservedPages ?? 2 * BASE_PAGES) - BASE_PAGES),
      champion: options.champion,
      onBeat: (input, fuel) => this.#beat(input, fuel),
      onEvent: (event, timeMs, pid, a, b) => this.#event(event, timeMs - ZERO_MS, pid, a, b),
      ...(options.costs ? { costs: options.costs } : {}),
      compressPct: episode.compressPct ?? 0,
      muted: options.muted ?? false,
      ranges: start?.ranges,
      interpreted: start?.interpreted,
    });
  }

  run(): Replay {
    const kernel = this.#kernel;
    const endMs = episodeEndMs(this.#episode);
    kernel.driver.boot();
    for (;;) {
      const slot = kernel.driver.running();
      if (kernel.unread > CHUNK) kernel.readEvents();
      const pastMs = kernel.nowMs - ZERO_MS - endMs;
      if (this.#over || pastMs >= LATEST_MS || (pastMs >= 0 && this.#allDone())) break;
      if (slot >= 0) this.#act(slot);
      else this.#idle((pastMs < 0 ? Math.min(ZERO_MS + endMs, kernel.nowMs + IDLE_MS) : kernel.nowMs + 1) * 1e6);
    }
    kernel.readEvents();
    let written = 0;
    let lost = 0;
    for (const worker of this.#workers) {
      written += worker.written;
      if (worker.killed) lost += worker.written;
    }
    const beats = this.#log.done();
    return {
      id: this.#episode.id,
      family: this.#episode.family,
      managedPages: this.#episode.totalPages,
      endMs: kernel.nowMs - ZERO_MS,
      oomMs: this.#oomMs,
      kills: this.#kills,
      beats,
      tracks: this.#tracks.map(({ warning: _warning, lastWarnedMs: _last, confidences, ...track }) => ({
        ...track,
        confidence: this.#options.keepConfidences ? Float32Array.from(confidences) : undefined,
      })),
      kernelWarningsMs: this.#kernelWarningsMs,
      compactions: this.#compactions,
      pagesMoved: this.#pagesMoved,
      pagesWritten: written,
      pagesLost: lost,
      faultNs: kernel.faultTimes(),
    };
  }

  // While somebody waits for a frame and nobody can run, the machine is stalled.
  #idle(untilNs: number): void {
    const kernel = this.#kernel;
    const beforeMs = kernel.nowMs;
    const starving = this.#workers.some((worker) => worker.starving && !worker.ended);
    kernel.driver.idle(untilNs);
    if (starving) this.#stalledMs += kernel.nowMs - beforeMs;
  }

  #allDone(): boolean {
    return this.#workers.every((worker) => worker.ended || worker.at >= worker.demand.count);
  }

  #beat(input: Uint8Array, fuel: bigint): number | undefined {
    this.#kernel.readEvents();
    const timeMs = this.#kernel.nowMs - ZERO_MS;
    if (!this.#started || this.#over) return undefined;
    this.#log.add(timeMs, this.#stalledMs, new DataView(input.buffer, input.byteOffset + input.length - SAMPLE.bytes, SAMPLE.bytes));
    this.#stalledMs = 0;
    this.#options.onBeat?.(input, timeMs);
    const shadows = this.#options.shadows ?? [];
    let answered: number | undefined;
    for (let i = 0; i < shadows.length; i++) {
      const track = this.#tracks[i] as Track;
      if (track.fault !== undefined) continue;
      const opinion = (shadows[i] as Policy).ask(input, fuel, this.#opinion);
      if (shadows[i] === this.#options.champion) answered = opinion.status;
      if (opinion.fault !== undefined) track.fault = opinion.fault;
      const warns = isWarning(opinion);
      if (warns && !track.warning) track.alarmsMs.push(timeMs);
      if (warns && timeMs - track.lastWarnedMs >= SEPARATE_MS) track.separateAlarmsMs.push(timeMs);
      if (warns) track.lastWarnedMs = timeMs;
      track.warning = warns;
      if (warns) track.warnedBeats++;
      if (opinion.abstained) track.abstainedBeats++;
      if (this.#options.keepConfidences) track.confidences.push(opinion.abstained ? 0 : opinion.confidence);
    }
    return answered;
  }

  #event(event: number, timeMs: number, pid: number, a: number, _b: number): void {
    if (event === Event.OutOfMemory) {
      this.#oomMs ??= timeMs;
      this.#kills.push({ timeMs, pid: this.#byPid.get(pid)?.demand.pid ?? 0 });
      if (!this.#options.beyondOom) this.#over = true;
    } else if (event === Event.Exit) {
      const worker = this.#byPid.get(pid);
      if (!worker && a !== ExitReason.Exited) throw new Error(`${this.#episode.id}: process ${pid} of the replay itself ended with reason ${a}`);
      if (!worker) return;
      worker.ended = true;
      worker.killed = a === ExitReason.OutOfMemory;
    } else if (event === Event.Risk) {
      const warns = a >= Risk.Warning;
      if (warns && !this.#kernelWarnsNow) this.#kernelWarningsMs.push(timeMs);
      this.#kernelWarnsNow = warns;
    } else if (event === Event.CompactEnd) {
      this.#compactions++;
      this.#pagesMoved += a;
    }
  }

  // ---- what each process does when it has the processor

  #act(slot: number): void {
    const program = this.#kernel.program(slot);
    if (program === SHELL) this.#actShell(slot);
    else if (program === COORDINATOR) this.#actCoordinator(slot);
    else this.#actWorker(slot);
  }

  // Writes the next pages of a new program; returns how many runs of them it has.
  #begin(slot: number, done: number, runs: readonly (readonly [number, number])[]): number {
    const [first, count] = runs[done] as readonly [number, number];
    const wrote = this.#kernel.driver.touch(this.#kernel.space(slot), first, count, 1, this.#kernel.costs.ownNs, -1, 0);
    return wrote === count ? done + 1 : done;
  }

  #shellBegun = 0;
  #coordinatorBegun = 0;

  #actShell(slot: number): void {
    if (this.#shellBegun < this.#shellPages.length) {
      this.#shellBegun = this.#begin(slot, this.#shellBegun, this.#shellPages);
      return;
    }
    if (!this.#shellDone) {
      this.#shellDone = this.#spawn("replay");
      return;
    }
    this.#kernel.syscall("wait", 0, 0, BUFFER_VA);
  }

  #spawn(name: string): boolean {
    const text = new TextEncoder().encode(`${name}\0`);
    this.#kernel.outbox = text;
    return this.#kernel.syscall("spawn", BUFFER_VA, text.length, 0);
  }

  #actCoordinator(slot: number): void {
    const kernel = this.#kernel;
    if (this.#coordinatorBegun < OWN_PAGES.length) {
      this.#coordinatorBegun = this.#begin(slot, this.#coordinatorBegun, OWN_PAGES);
      return;
    }
    if (!this.#started) {
      if (kernel.nowMs < ZERO_MS) {
        kernel.syscall("sleep", Math.round((ZERO_MS - kernel.nowMs) * 1e6));
        return;
      }
      if (kernel.syscall("control", Control.CrashReset)) this.#started = true;
      return;
    }
    const next = this.#workers[this.#spawned];
    if (!next) {
      kernel.syscall("wait", 0, 0, BUFFER_VA);
      return;
    }
    const at = ZERO_MS + next.demand.startMs;
    if (kernel.nowMs < at) {
      kernel.syscall("sleep", waitNs(kernel.costs, kernel.nowMs, at));
      return;
    }
    // Ended processes give their slots back before the next one starts.
    if (!this.#reaped) {
      if (kernel.syscall("wait", 0, NO_WAIT, BUFFER_VA)) this.#reaped = kernel.result(slot) < 0;
      return;
    }
    if (!this.#spawn("worker")) return;
    this.#reaped = false;
    const pid = kernel.result(slot);
    this.#spawned++;
    if (pid < 0) throw new Error(`${this.#episode.id}: process ${next.demand.pid} cannot start: status ${pid}`);
    next.pid = pid;
    next.slot = kernel.lastCreated;
    this.#byPid.set(pid, next);
    this.#bySlot.set(next.slot, next);
  }

  #actWorker(slot: number): void {
    const kernel = this.#kernel;
    const worker = this.#bySlot.get(slot) as Worker;
    if (worker.begun < OWN_PAGES.length) {
      worker.begun = this.#begin(slot, worker.begun, OWN_PAGES);
      return;
    }
    const { demand, holding } = worker;
    if (worker.at >= demand.count) {
      // Its demand is known no further: it keeps what it has.
      kernel.syscall("sleep", 3_600_000 * 1e6 * 24 * 7);
      return;
    }
    const dueMs = ZERO_MS + (demand.tMs[worker.at] as number);
    if (worker.left < 0 && kernel.nowMs < dueMs) {
      kernel.syscall("sleep", waitNs(kernel.costs, kernel.nowMs, dueMs));
      return;
    }
    this.#operate(slot, worker, demand.op[worker.at] as number, demand.pages[worker.at] as number, demand.order[worker.at] as number, holding);
  }

  #operate(slot: number, worker: Worker, op: number, pages: number, order: number, holding: Holding): void {
    const kernel = this.#kernel;
    const done = () => {
      worker.at++;
      worker.left = -1;
    };
    if (op === Op.Exit) {
      kernel.syscall("exit", 0);
      return;
    }
    if (op === Op.Alloc && order === NO_ORDER) {
      const limit = limitBytes(BASE_PAGES, holding.reserved + pages);
      if (limit > worker.limit) {
        if (!kernel.syscall("memory_limit", limit)) return;
        worker.limit = limit;
      }
      holding.alloc(pages);
      done();
      return;
    }
    if (op === Op.Free) {
      const before = holding.touched;
      const { first, end } = holding.free(pages);
      if (end > first && !kernel.syscall("memory_release", (LINEAR_PAGE + BASE_PAGES + first) * 4096, (end - first) * 4096)) {
        holding.touched = before;
        holding.reserved += pages;
        return;
      }
      done();
      return;
    }
    if (op === Op.Alloc) {
      this.#allocBlocks(slot, worker, pages, order, holding);
      return;
    }
    if (worker.left < 0) worker.left = pages;
    worker.left -= this.#touchRun(slot, worker, worker.left);
    if (worker.left === 0 && worker.owedNs === 0) done();
  }

  // Blocks of 2^order: each is asked for; one that cannot be had is a failed request, and its pages are missing. The pages of one
  // that can be had are taken at once (from the free frames, not from that very block: no system call gives a process a block).
  #allocBlocks(slot: number, worker: Worker, pages: number, order: number, holding: Holding): void {
    const kernel = this.#kernel;
    if (worker.block > 0 || worker.owedNs > 0) {
      worker.block -= this.#touchRun(slot, worker, worker.block);
      return;
    }
    if (worker.left < 0) worker.left = pages;
    if (worker.left === 0) {
      worker.at++;
      worker.left = -1;
      return;
    }
    const block = 2 ** order;
    const limit = limitBytes(BASE_PAGES, holding.reserved + block);
    if (limit > worker.limit) {
      if (!kernel.syscall("memory_limit", limit)) return;
      worker.limit = limit;
    }
    if (!kernel.syscall("control", Control.TryOrder, order)) return;
    worker.left -= block;
    if (kernel.result(slot) < 0) holding.missing += block;
    else {
      holding.alloc(block);
      worker.block = block;
    }
  }

  // Writes some of the next `pages`; returns how many.
  #touchRun(slot: number, worker: Worker, pages: number): number {
    const { holding } = worker;
    const run = holding.next(Math.min(pages, CHUNK));
    if (run.count === 0 && worker.owedNs === 0) return pages;
    const { driver, costs } = this.#kernel;
    const pageNs = run.first === holding.touched ? this.#fillNs : costs.touchNs;
    const seed = (worker.demand.pid << 20) + run.first + 2;
    const wrote = driver.touch(this.#kernel.space(slot), LINEAR_PAGE + BASE_PAGES + run.first, run.count, seed & 0x7fff_ffff, pageNs, worker.sinceNs, worker.owedNs);
    worker.sinceNs = driver.waitingSince();
    worker.owedNs = driver.left();
    worker.starving = wrote < run.count && driver.starved() === 1;
    holding.wrote(run.first, wrote);
    worker.written += wrote;
    return wrote;
  }
}
