// kernel.wasm under V8 for fast replays: the same bytes as in the image, with the machine and the entry loop in WebAssembly
// (engine/), and in TypeScript only what is seldom or needs kernel.wasm's memory. Not SimKernel (kernel.ts), which runs scripts
// of any system call for tests; not a replay: that is replay.ts, which decides what each process does next.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ABI_HASH, Event, LAYOUT, ModuleKind, PAGE_BYTES, Prot, RegionKind, Status, SYS, USER_IMAGE_VA } from "../abi/index.js";
import { frameBytes, seedOf } from "./contents.js";
import { BOOTED_COSTS, type Costs } from "./costs.js";
import type { Policy } from "./policies.js";

/** Contents from here on are bytes of a frame's own, kept here: frame number + this. Seeds lie below. */
const OWN_BYTES = 0x8000_0000;
/** Frames below the managed ones: where the image lies. */
const IMAGE_FRAMES = 512;
const TRACE_ROW = LAYOUT.TraceRow;
const TRACE_HEAD_BYTES = LAYOUT.TraceRing.bytes;

interface MachineExports {
  [name: string]: CallableFunction;
}
interface DriverExports {
  setUp(mailbox: number, faultNs: number, syscallNs: number, stepNs: number, inPieces: boolean): void;
  running(): number;
  boot(): void;
  call(number: number, a: number, b: number, c: number, d: number, e: number): void;
  putOff(): number;
  starved(): number;
  touch(space: number, firstPage: number, count: number, seed: number, pageNs: number, sinceNs: number, owedNs: number): number;
  waitingSince(): number;
  left(): number;
  idle(untilNs: number): number;
}

/** The compiled modules; one set serves every episode of a thread. */
export class Engine {
  readonly kernel: WebAssembly.Module;
  readonly driver: WebAssembly.Module;
  readonly machine: MachineExports;

  constructor(root: string) {
    const module = (name: string) => new WebAssembly.Module(readFileSync(join(root, `build/wasm/${name}.wasm`)));
    this.kernel = module("kernel");
    this.driver = module("sim-driver");
    this.machine = new WebAssembly.Instance(module("sim-machine"), {}).exports as unknown as MachineExports;
  }
}

export class FastPanic extends Error {}

/** Told of each trace row that the kernel wrote. */
export type OnEvent = (event: number, timeMs: number, pid: number, a: number, b: number) => void;

export interface FastOptions {
  engine: Engine;
  managedPages: number;
  commandLine: string;
  /** Program names in order; program i of a context is the i-th. */
  programs: { name: string; initialPages: number; maximumPages: number }[];
  champion?: Policy | undefined;
  /** The champion says nothing: it abstains at every beat. */
  muted?: boolean;
  /**
   * The kernel asks for a decision: its input, as it lies in kernel.wasm's memory, and the fuel that there is. Returns what the
   * champion answered where it was asked in here, so that it decides once; else undefined.
   */
  onBeat(input: Uint8Array, fuel: bigint): number | undefined;
  onEvent: OnEvent;
  costs?: Costs;
  /** Share of a page's bytes that a codec can save, in percent. */
  compressPct?: number;
  /** Usable frames, in rising order; absent: `managedPages` in one range. The kernel takes over the first `managedPages` of them. */
  ranges?: readonly FrameRange[] | undefined;
  /** The champion is interpreted: the kernel takes an arena for it, as for a module of so many bytes and pages of memory. */
  interpreted?: { bytes: number; memoryPages: number } | undefined;
}

/** Frames by number. */
export interface FrameRange {
  first: number;
  pages: number;
}

export class FastKernel {
  readonly machine: MachineExports;
  readonly driver: DriverExports;
  readonly costs: Costs;
  console = "";
  /** What the kernel reads from the calling process: the argument of the system call that is being made. */
  outbox = new Uint8Array();
  /** What the kernel last wrote to a process. */
  inbox = new Uint8Array();
  readonly #options: FastOptions;
  readonly #memory: WebAssembly.Memory;
  readonly #ring: number;
  readonly #ringRows: number;
  #seen = 0;
  #faultVa = 0n;
  readonly #ranges: readonly FrameRange[];
  readonly #endFrame: number;
  readonly #written = new Map<number, Uint8Array>();

  constructor(options: FastOptions) {
    this.#options = options;
    this.costs = options.costs ?? BOOTED_COSTS;
    this.machine = options.engine.machine;
    this.#ranges = options.ranges ?? [{ first: IMAGE_FRAMES, pages: options.managedPages }];
    this.#endFrame = Math.max(...this.#ranges.map((range) => range.first + range.pages));
    this.#call("reset", this.#endFrame);
    const imports: WebAssembly.ModuleImports = {};
    const cold = this.#coldCalls();
    for (const { module, name, kind } of WebAssembly.Module.imports(options.engine.kernel)) {
      if (module !== "host" || kind !== "function") throw new Error(`kernel.wasm imports ${module}.${name}, which the simulator does not have`);
      imports[name] =
        cold[name] ??
        (this.machine[name] as WebAssembly.ImportValue | undefined) ??
        (() => {
          throw new Error(`kernel.wasm called host.${name}, which the simulator does not have`);
        });
    }
    const kernel = new WebAssembly.Instance(options.engine.kernel, { host: imports });
    const exports = kernel.exports as unknown as {
      memory: WebAssembly.Memory;
      kernel_mailbox(): number;
      kernel_trace_ring(): number;
      kernel_init(): number;
      kernel_enter: CallableFunction;
    };
    this.#memory = exports.memory;
    const status = exports.kernel_init();
    if (status !== Status.Ok) throw new Error(`kernel_init answered ${status}: ${this.console}`);
    const driver = new WebAssembly.Instance(options.engine.driver, {
      env: { memory: exports.memory },
      machine: this.machine as WebAssembly.ModuleImports,
      kernel: { kernel_enter: exports.kernel_enter as WebAssembly.ImportValue },
    });
    this.driver = driver.exports as unknown as DriverExports;
    this.driver.setUp(exports.kernel_mailbox(), this.costs.faultNs, this.costs.syscallNs, this.costs.stepNs, this.costs.exact);
    this.#call("chargeUnmap", this.costs.unmapNs);
    this.#ring = exports.kernel_trace_ring();
    this.#ringRows = new DataView(this.#memory.buffer).getUint32(this.#ring + LAYOUT.TraceRing.fields.capacity.offset, true);
  }

  #call(name: string, ...args: (number | bigint)[]): number {
    return (this.machine[name] as (...args: (number | bigint)[]) => number)(...args);
  }

  get nowMs(): number {
    return this.#call("nowMs");
  }

  /** Makes a system call for the running process; `bytes` is what it points to. False where it lost the processor before it could. */
  syscall(name: keyof typeof SYS, a = 0, b = 0, c = 0, d = 0, e = 0): boolean {
    this.driver.call(SYS[name], a, b, c, d, e);
    return this.driver.putOff() === 0;
  }

  result(slot: number): number {
    return this.#call("contextResult", slot);
  }

  space(slot: number): number {
    return this.#call("contextSpace", slot);
  }

  program(slot: number): number {
    return this.#call("contextProgram", slot);
  }

  /** Slot of the process that was started last. */
  get lastCreated(): number {
    return this.#call("lastCreated");
  }

  /** Service times of faults: the start of each bucket in ns, and how many. */
  faultTimes(): [number, number][] {
    const times: [number, number][] = [];
    for (let bucket = 0; bucket < 320; bucket++) {
      const count = this.#call("faultsOf", bucket) >>> 0;
      if (count > 0) times.push([2 ** Math.floor(bucket / 8) * (1 + (bucket % 8) / 8), count]);
    }
    return times;
  }

  /** Rows written to the trace ring since the last look, oldest first. Look often: what is overwritten is lost, and said so. */
  readEvents(): void {
    const view = new DataView(this.#memory.buffer);
    const end = view.getUint32(this.#ring, true);
    if (end === this.#seen) return;
    if (end - this.#seen > this.#ringRows) throw new Error(`${end - this.#seen} trace rows since the last look: more than the ring's ${this.#ringRows}`);
    const { event, timeNs, pid, a, b } = TRACE_ROW.fields;
    for (; this.#seen < end; this.#seen++) {
      const row = this.#ring + TRACE_HEAD_BYTES + (this.#seen & (this.#ringRows - 1)) * TRACE_ROW.bytes;
      const kind = view.getUint32(row + event.offset, true);
      if (kind === Event.Fault || kind === Event.Switch) continue;
      const time = Number(view.getBigUint64(row + timeNs.offset, true)) / 1e6;
      this.#options.onEvent(kind, time, view.getUint32(row + pid.offset, true), Number(view.getBigUint64(row + a.offset, true)), Number(view.getBigInt64(row + b.offset, true)));
    }
  }

  /** Trace rows that nobody has looked at yet. */
  get unread(): number {
    return new DataView(this.#memory.buffer).getUint32(this.#ring, true) - this.#seen;
  }

  #span(at: number, bytes: number): Uint8Array {
    return new Uint8Array(this.#memory.buffer, at >>> 0, bytes);
  }

  #coldCalls(): Record<string, (...args: never[]) => unknown> {
    const { fields: boot } = LAYOUT.BootInfo;
    const { fields: region } = LAYOUT.MemRegion;
    const { fields: info } = LAYOUT.ProgramInfo;
    const { fields: part } = LAYOUT.ProgramSegment;
    const { fields: builtin } = LAYOUT.BuiltinModule;
    const options = this.#options;
    const view = () => new DataView(this.#memory.buffer);
    const champion = options.champion;
    const words = [options.commandLine, `frames=${options.managedPages}`];
    if (champion) words.push(`memory_policy=${champion.name.slice(0, 31)}`);
    if (options.interpreted) words.push("policy_engine=wasm3");
    const commandLine = new TextEncoder().encode(words.join(" "));
    const lookup = (space: number, va: bigint) => (this.machine["space_lookup"] as (space: number, va: bigint) => bigint)(space, va);
    // Which page of a span is not mapped, if any.
    const missing = (space: number, va: bigint, count: number): boolean => {
      for (let page = va & ~0xfffn; page < va + BigInt(count); page += 4096n) {
        if (lookup(space, page) >= 0n) continue;
        this.#faultVa = page > va ? page : va;
        return true;
      }
      return false;
    };
    const content = (pfn: number): Uint8Array => {
      const seed = this.#call("contentOf", pfn) >>> 0;
      return (seed >= OWN_BYTES ? this.#written.get(seed) : undefined) ?? frameBytes(seed, options.compressPct ?? 0);
    };
    return {
      boot_info: (out: number) => {
        this.#span(out, LAYOUT.BootInfo.bytes).fill(0);
        view().setBigUint64(out + boot.tscHz.offset, 1_000_000_000n, true);
        view().setBigUint64(out + boot.ramBytes.offset, BigInt(this.#endFrame * PAGE_BYTES), true);
        view().setBigUint64(out + boot.abiHash.offset, ABI_HASH, true);
        view().setUint32(out + boot.regionCount.offset, this.#ranges.length, true);
        view().setUint32(out + boot.commandLineBytes.offset, commandLine.length, true);
        view().setUint32(out + boot.programCount.offset, options.programs.length, true);
        return Status.Ok;
      },
      boot_region: (index: number, out: number) => {
        const row = this.#ranges[index];
        if (!row) return Status.NotFound;
        view().setBigUint64(out + region.basePa.offset, BigInt(row.first * PAGE_BYTES), true);
        view().setBigUint64(out + region.bytes.offset, BigInt(row.pages * PAGE_BYTES), true);
        view().setUint32(out + region.kind.offset, RegionKind.Usable, true);
        return Status.Ok;
      },
      boot_command_line: (buffer: number, capacity: number) => {
        const bytes = commandLine.subarray(0, capacity);
        this.#span(buffer, bytes.length).set(bytes);
        return bytes.length;
      },
      entropy: () => 1n,
      power_off: (code: number) => {
        throw new FastPanic(`powered off with ${code}`);
      },
      reboot: () => {
        throw new FastPanic("rebooted");
      },
      panic: (message: number, bytes: number) => {
        throw new FastPanic(new TextDecoder().decode(this.#span(message, bytes)));
      },
      console_write: (bytes: number, count: number) => {
        this.console += new TextDecoder().decode(this.#span(bytes, count));
        return count;
      },
      console_read: () => 0,
      frame_checksum: (pfn: number) => {
        let hash = 0xcbf29ce484222325n;
        for (const word of new BigUint64Array(content(pfn).slice().buffer)) hash = BigInt.asUintN(64, (hash ^ word) * 0x100000001b3n);
        return hash;
      },
      frame_read: (pfn: number, offset: number, buffer: number, count: number) => {
        this.#call("advance", BigInt(Math.round((this.costs.compressNs * count) / PAGE_BYTES)));
        this.#span(buffer, count).set(content(pfn).subarray(offset, offset + count));
        return Status.Ok;
      },
      // A whole page that comes back from the compressed pool is made by its seed again; the pool's own frames keep their bytes.
      frame_write: (pfn: number, offset: number, bytes: number, count: number) => {
        const from = this.#span(bytes, count);
        this.#call("advance", BigInt(Math.round((this.costs.restoreNs * count) / PAGE_BYTES)));
        const seed = count === PAGE_BYTES ? seedOf(from, options.compressPct ?? 0) : undefined;
        if (seed === undefined) {
          const now = content(pfn).slice();
          now.set(from, offset);
          this.#written.set(OWN_BYTES + pfn, now);
          this.#call("setContent", pfn, OWN_BYTES + pfn);
        } else this.#call("setContent", pfn, seed);
        return Status.Ok;
      },
      user_read: (space: number, va: bigint, buffer: number, count: number) => {
        if (missing(space, va, count)) return Status.Fault;
        const from = Number(va & 0xfffn);
        this.#span(buffer, count).set(this.outbox.subarray(from, from + count));
        return Status.Ok;
      },
      user_write: (space: number, va: bigint, bytes: number, count: number) => {
        if (missing(space, va, count)) return Status.Fault;
        this.inbox = this.#span(bytes, count).slice();
        return Status.Ok;
      },
      user_fault_va: () => this.#faultVa,
      program_info: (index: number, out: number) => {
        const row = options.programs[index];
        if (!row) return Status.NotFound;
        this.#span(out, LAYOUT.ProgramInfo.bytes).fill(0);
        this.#span(out + info.name.offset, 24).set(new TextEncoder().encode(row.name));
        view().setBigUint64(out + info.entryVa.offset, BigInt(index), true);
        view().setUint32(out + info.initialPages.offset, row.initialPages, true);
        view().setUint32(out + info.maximumPages.offset, row.maximumPages, true);
        return Status.Ok;
      },
      // One page of data that no file fills: the simulator runs no code.
      program_segment: (index: number, segment: number, out: number) => {
        if (!options.programs[index] || segment !== 0) return Status.NotFound;
        this.#span(out, LAYOUT.ProgramSegment.bytes).fill(0);
        view().setBigUint64(out + part.va.offset, BigInt(USER_IMAGE_VA), true);
        view().setBigUint64(out + part.memoryBytes.offset, BigInt(PAGE_BYTES), true);
        view().setUint32(out + part.prot.offset, Prot.Write, true);
        return Status.Ok;
      },
      module_builtin: (index: number, out: number) => {
        if (index !== 0 || !champion) return Status.NotFound;
        this.#span(out, LAYOUT.BuiltinModule.bytes).fill(0);
        this.#span(out + builtin.name.offset, 32).set(new TextEncoder().encode(champion.name).subarray(0, 31));
        view().setUint32(out + builtin.bytes.offset, options.interpreted?.bytes ?? 1, true);
        view().setUint32(out + builtin.kind.offset, ModuleKind.Memory, true);
        view().setUint32(out + builtin.memoryPages.offset, options.interpreted?.memoryPages ?? 2, true);
        return Status.Ok;
      },
      module_open_aot: (index: number) => (index === 0 && champion ? 0 : Status.NotFound),
      module_open_builtin_wasm3: (index: number) => (index === 0 && options.interpreted ? 0 : Status.NotFound),
      module_open_wasm3: () => Status.Unsupported,
      module_open_frames: () => Status.Unsupported,
      module_kind: () => ModuleKind.Memory,
      module_reset: (_handle: number, seed: number) => ((champion?.reset(seed) ?? -1) < 0 ? Status.Invalid : Status.Ok),
      module_decide: (_handle: number, fuel: bigint, input: number, inputBytes: number, output: number, outputBytes: number) => {
        const bytes = this.#span(input, inputBytes);
        const answered = options.onBeat(bytes, fuel);
        this.#call("advance", BigInt(Math.round(this.costs.decideNs)));
        if (!champion) return Status.NotFound;
        if (outputBytes !== champion.outputBytes) return Status.Range;
        if (options.muted) {
          const silent = new DataView(this.#memory.buffer, output, outputBytes);
          new Uint8Array(this.#memory.buffer, output, outputBytes).fill(0);
          silent.setFloat64(LAYOUT.MemoryDecision.fields.timeToExhaustionMs.offset, -1, true);
          silent.setUint32(LAYOUT.MemoryDecision.fields.abstained.offset, 1, true);
          return Status.Ok;
        }
        const status = answered ?? champion.decide(bytes, fuel);
        if (status >= 0) this.#span(output, outputBytes).set(champion.decision());
        return status;
      },
      module_weights: () => Status.Unsupported,
      module_weights_read: () => Status.Unsupported,
      module_weights_write: () => Status.Unsupported,
      module_weights_commit: () => Status.Unsupported,
      module_fuel_used: () => champion?.fuelUsed ?? 0n,
      module_error: (_handle: number, buffer: number, capacity: number) => {
        const text = new TextEncoder().encode(champion?.error ?? "").subarray(0, capacity);
        this.#span(buffer, text.length).set(text);
        return text.length;
      },
      module_close: () => Status.Ok,
      record_read: () => 0,
      initrd_read: () => 0,
      initrd_place: () => BigInt(Status.Range),
    };
  }
}
