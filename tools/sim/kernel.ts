// kernel.wasm under V8: the same bytes as in the image, on a virtual clock, with scripts in place of ring-3 programs.
// Nothing here decides: it is the shim's part of the work, in TypeScript.
import { readFileSync } from "node:fs";
import { ABI_HASH, Cause, LAYOUT, Next, PAGE_BYTES, Prot, RegionKind, SYS, USER_LINEAR_VA } from "../abi/index.js";
import { Exists, Fault, Frames, INITRD_PFN, lookupAnswer, NoMemory, NotFound, Ok, Range, Space } from "./machine-state.js";
import { type BuiltinPolicy, PolicyHost } from "./modules.js";

/** What a script does next: call the kernel, touch a page, or compute for a while. */
export type Action = { call: keyof typeof SYS; args?: (number | bigint)[]; bytes?: Uint8Array } | { touch: number; write?: boolean } | { compute: number };

/** A process: it gets each call's result and answers with its next action. `memory` is its linear memory by offset. */
export type Script = (process: ScriptProcess) => Generator<Action, void, bigint>;

export interface ScriptProcess {
  readonly slot: number;
  readonly arguments: string[];
}

export interface SimOptions {
  wasm: string;
  memoryBytes: number;
  commandLine?: string;
  /** the archive that the machine boots with */
  initrd?: Uint8Array;
  /** policies that are compiled into the machine */
  policies?: BuiltinPolicy[];
  /** Program name → script and linear memory, in 4 KiB pages. */
  programs: Record<string, { script: Script; initialPages?: number; maximumPages?: number }>;
}

interface Context {
  space: number;
  running: Generator<Action, void, bigint> | undefined;
  script: Script;
  result: bigint;
  /** The touch or call that is to be tried again. */
  pending: Action | undefined;
}

class PowerOff extends Error {
  constructor(readonly status: number) {
    super(`powered off with ${status}`);
  }
}

/** Panicked, with what the epitaph would say first. */
export class SimPanic extends Error {}

const KERNEL_FRAMES = 512;

export class SimKernel {
  nowNs = 0n;
  /** What the kernel's own work takes: the clock moves on by so much whenever kernel.wasm reads it. */
  readNs = 0n;
  /** Called when nothing is left to do but wait. */
  onIdle: (() => void) | undefined;
  console = "";
  readonly frames: Frames;
  readonly spaces: (Space | undefined)[] = [];
  private readonly contexts = new Map<number, Context>();
  private readonly pool: number[] = [];
  private readonly typed: number[] = [];
  private readonly programs: [string, SimOptions["programs"][string]][];
  private readonly commandLine: Uint8Array;
  private readonly initrd: Uint8Array;
  private deadlineNs = ~0n & 0xffff_ffff_ffff_ffffn;
  private faultVa = 0n;
  private instance: WebAssembly.Instance;
  private slot = -1;

  constructor(options: SimOptions) {
    this.programs = Object.entries(options.programs);
    this.commandLine = new TextEncoder().encode(options.commandLine ?? "console=machine seed=1");
    this.initrd = options.initrd ?? new Uint8Array();
    this.frames = new Frames(Math.floor(options.memoryBytes / PAGE_BYTES), this.initrd);
    const module = new WebAssembly.Module(readFileSync(options.wasm));
    const policies = new PolicyHost({ memory: () => this.instance.exports.memory as WebAssembly.Memory, builtins: options.policies ?? [], initrd: this.initrd });
    // Frames and the initrd are this machine's own; modules are the host's.
    this.instance = new WebAssembly.Instance(module, { host: { ...policies.hostCalls(), ...this.hostCalls() } as WebAssembly.ModuleImports });
    const status = this.export("kernel_init")();
    if (status !== Ok) throw new Error(`kernel_init answered ${status}`);
  }

  /** Runs until the machine is idle without a deadline before `untilNs`, or powers off. Returns the exit status, or −1. */
  run(untilNs: bigint): number {
    let cause: number = Cause.Boot;
    try {
      for (;;) {
        const next = this.enter(cause, this.slot);
        if (next >= 0) {
          this.slot = next;
          cause = this.runProcess(next);
          continue;
        }
        this.slot = -1;
        if (next !== Next.Again) this.onIdle?.();
        if (next === Next.Again) cause = Cause.Work;
        else if (this.typed.length > 0) cause = Cause.Interrupt;
        else if (this.deadlineNs > untilNs) {
          this.nowNs = untilNs;
          return -1;
        } else {
          if (this.deadlineNs > this.nowNs) this.nowNs = this.deadlineNs;
          cause = Cause.Timer;
        }
      }
    } catch (error) {
      if (error instanceof PowerOff) return error.status;
      throw error;
    }
  }

  /** The page that a process has mapped at an address; undefined where it has none. */
  pageOf(slot: number, va: bigint): Uint8Array | undefined {
    const space = this.contexts.get(slot)?.space;
    const pfn = space === undefined ? undefined : this.spaces[space]?.pages.get(Number(va >> 12n))?.pfn;
    return pfn === undefined ? undefined : this.frames.at(pfn);
  }

  type(text: string): void {
    this.typed.push(...new TextEncoder().encode(text));
  }

  private export(name: string): (...args: (number | bigint)[]) => number {
    return this.instance.exports[name] as (...args: (number | bigint)[]) => number;
  }

  private get memory(): DataView {
    return new DataView((this.instance.exports.memory as WebAssembly.Memory).buffer);
  }

  private span(pointer: number, bytes: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, pointer >>> 0, bytes);
  }

  private enter(cause: number, slot: number): number {
    const mailbox = this.export("kernel_mailbox")();
    this.memory.setBigUint64(mailbox + LAYOUT.Trap.fields.nowNs.offset, this.nowNs, true);
    return this.export("kernel_enter")(cause, slot);
  }

  // Lets a script act until it traps into the kernel.
  private runProcess(slot: number): number {
    const context = this.contexts.get(slot) as Context;
    context.running ??= context.script({ slot, arguments: [] });
    const mailbox = this.export("kernel_mailbox")();
    const trap = LAYOUT.Trap.fields;
    for (;;) {
      let action = context.pending;
      if (!action) {
        const step = context.running.next(context.result);
        action = step.done ? { call: "exit", args: [0] } : step.value;
      }
      this.nowNs += 1000n;
      if ("compute" in action) {
        const end = this.nowNs + BigInt(action.compute);
        if (this.deadlineNs < end) {
          if (this.deadlineNs > this.nowNs) this.nowNs = this.deadlineNs;
          context.pending = { compute: Number(end - this.nowNs) };
          return Cause.Timer;
        }
        this.nowNs = end;
        context.pending = undefined;
        continue;
      }
      if ("touch" in action) {
        const va = BigInt(USER_LINEAR_VA) + BigInt(action.touch);
        const mapping = this.spaces[context.space]?.pages.get(Number(va >> 12n));
        const refused = mapping && action.write !== false && mapping.prot !== Prot.Write;
        if (mapping && !refused) {
          mapping.accessed = true;
          if (action.write !== false) mapping.dirty = true;
          context.pending = undefined;
          continue;
        }
        context.pending = action;
        this.memory.setBigUint64(mailbox + trap.faultVa.offset, va, true);
        this.memory.setBigUint64(mailbox + trap.errorCode.offset, (action.write === false ? 4n : 6n) + (refused ? 1n : 0n), true);
        return Cause.PageFault;
      }
      context.pending = undefined;
      this.memory.setBigUint64(mailbox + trap.number.offset, BigInt(SYS[action.call]), true);
      for (let i = 0; i < 6; i++) this.memory.setBigUint64(mailbox + trap.args.offset + i * 8, BigInt.asUintN(64, BigInt(action.args?.[i] ?? 0)), true);
      return Cause.Syscall;
    }
  }

  private takePool(count: number): boolean {
    if (this.pool.length < count) return false;
    this.pool.splice(this.pool.length - count, count);
    return true;
  }

  private readonly poolTaken = new Map<number, number[]>();

  private hostCalls(): WebAssembly.ModuleImports {
    const boot = LAYOUT.BootInfo.fields;
    const region = LAYOUT.MemRegion.fields;
    const program = LAYOUT.ProgramInfo.fields;
    const ranges = [
      { base: 0, pages: KERNEL_FRAMES, kind: RegionKind.Image },
      { base: KERNEL_FRAMES, pages: this.frames.count - KERNEL_FRAMES, kind: RegionKind.Usable },
    ];
    const spaceOf = (space: number) => this.spaces[space];
    const copyUser = (space: number, va: bigint, pointer: number, count: number, write: boolean): number => {
      const target = spaceOf(space);
      if (!target) return NotFound;
      const kernelSide = this.span(pointer, count);
      for (let done = 0; done < count; ) {
        const at = va + BigInt(done);
        const mapping = target.pages.get(Number(at >> 12n));
        if (!mapping || (write && mapping.prot !== Prot.Write)) {
          this.faultVa = at;
          return Fault;
        }
        mapping.accessed = true;
        if (write) mapping.dirty = true;
        const offset = Number(at & 0xfffn);
        const bytes = Math.min(PAGE_BYTES - offset, count - done);
        const frame = this.frames.at(mapping.pfn).subarray(offset, offset + bytes);
        if (write) frame.set(kernelSide.subarray(done, done + bytes));
        else kernelSide.set(frame, done);
        done += bytes;
      }
      return Ok;
    };
    return {
      boot_info: (out: number) => {
        this.memory.setBigUint64(out + boot.tscHz.offset, 1_000_000_000n, true);
        this.memory.setBigUint64(out + boot.ramBytes.offset, BigInt(this.frames.count * PAGE_BYTES), true);
        this.memory.setBigUint64(out + boot.abiHash.offset, ABI_HASH, true);
        this.memory.setBigUint64(out + boot.initrdBytes.offset, BigInt(this.initrd.length), true);
        this.memory.setUint32(out + boot.regionCount.offset, ranges.length, true);
        this.memory.setUint32(out + boot.commandLineBytes.offset, this.commandLine.length, true);
        this.memory.setUint32(out + boot.programCount.offset, this.programs.length, true);
        return Ok;
      },
      boot_region: (index: number, out: number) => {
        const row = ranges[index];
        if (!row) return NotFound;
        this.memory.setBigUint64(out + region.basePa.offset, BigInt(row.base * PAGE_BYTES), true);
        this.memory.setBigUint64(out + region.bytes.offset, BigInt(row.pages * PAGE_BYTES), true);
        this.memory.setUint32(out + region.kind.offset, row.kind, true);
        return Ok;
      },
      boot_command_line: (buffer: number, capacity: number) => {
        const bytes = this.commandLine.subarray(0, capacity);
        this.span(buffer, bytes.length).set(bytes);
        return bytes.length;
      },
      entropy: () => 1n,
      power_off: (code: number) => {
        throw new PowerOff(code);
      },
      reboot: () => {
        throw new PowerOff(0);
      },
      panic: (message: number, bytes: number) => {
        throw new SimPanic(new TextDecoder().decode(this.span(message, bytes)));
      },
      console_write: (bytes: number, count: number) => {
        this.console += new TextDecoder().decode(this.span(bytes, count));
        return count;
      },
      console_read: (buffer: number, capacity: number) => {
        const bytes = this.typed.splice(0, capacity);
        this.span(buffer, bytes.length).set(bytes);
        return bytes.length;
      },
      time_now_ns: () => (this.nowNs += this.readNs),
      wall_seconds: () => 0n,
      timer_arm: (deadlineNs: bigint) => {
        this.deadlineNs = BigInt.asUintN(64, deadlineNs);
      },
      frame_zero: (pfn: number, count: number) => {
        if (!this.frames.valid(pfn, count)) return Range;
        for (let i = 0; i < count; i++) this.frames.zero(pfn + i);
        return Ok;
      },
      frame_fill: (pfn: number, count: number, pattern: bigint) => {
        if (!this.frames.valid(pfn, count)) return Range;
        for (let i = 0; i < count; i++) new BigUint64Array(this.frames.at(pfn + i).buffer).fill(pattern);
        return Ok;
      },
      frame_copy: (to: number, from: number) => {
        if (!this.frames.valid(to) || !this.frames.valid(from)) return Range;
        this.frames.at(to).set(this.frames.at(from));
        return Ok;
      },
      frame_checksum: (pfn: number) => {
        let hash = 0xcbf29ce484222325n;
        for (const word of new BigUint64Array(this.frames.at(pfn).buffer)) hash = BigInt.asUintN(64, (hash ^ word) * 0x100000001b3n);
        return hash;
      },
      frame_read: (pfn: number, offset: number, buffer: number, count: number) => {
        if (!this.frames.valid(pfn) || offset + count > PAGE_BYTES) return Range;
        this.span(buffer, count).set(this.frames.at(pfn).subarray(offset, offset + count));
        return Ok;
      },
      frame_write: (pfn: number, offset: number, bytes: number, count: number) => {
        if (!this.frames.valid(pfn) || offset + count > PAGE_BYTES) return Range;
        this.frames.at(pfn).set(this.span(bytes, count), offset);
        return Ok;
      },
      table_give: (pfn: number) => {
        if (!this.frames.valid(pfn)) return Range;
        return this.pool.push(pfn);
      },
      table_take: () => BigInt(this.pool.pop() ?? -1),
      space_create: () => {
        const free = this.spaces.findIndex((space) => space === undefined);
        const index = free < 0 ? this.spaces.length : free;
        const taken = this.pool.slice(-1);
        if (!this.takePool(1)) return NoMemory;
        this.spaces[index] = new Space();
        this.poolTaken.set(index, taken);
        return index;
      },
      space_destroy: (space: number) => {
        const taken = this.poolTaken.get(space);
        if (!spaceOf(space) || !taken) return NotFound;
        this.pool.push(...taken);
        this.poolTaken.delete(space);
        this.spaces[space] = undefined;
        return taken.length;
      },
      space_map: (space: number, va: bigint, pfn: number, prot: number) => {
        const target = spaceOf(space);
        if (!target) return NotFound;
        const page = Number(va >> 12n);
        if (!this.frames.valid(pfn) && !(prot === Prot.Read && this.frames.ofInitrd(pfn))) return Range;
        if (target.pages.has(page)) return Exists;
        const tables = target.tablesFor(page);
        const taken = this.pool.slice(this.pool.length - tables.length);
        if (tables.length > 0 && !this.takePool(tables.length)) return NoMemory;
        if (tables.length > 0) this.poolTaken.get(space)?.push(...taken);
        target.addTables(tables);
        target.pages.set(page, { pfn, prot, accessed: false, dirty: false });
        return tables.length;
      },
      space_unmap: (space: number, va: bigint) => {
        const mapping = spaceOf(space)?.pages.get(Number(va >> 12n));
        if (!mapping) return BigInt(Fault);
        spaceOf(space)?.pages.delete(Number(va >> 12n));
        return BigInt(mapping.pfn);
      },
      space_remap: (space: number, va: bigint, pfn: number) => {
        const mapping = spaceOf(space)?.pages.get(Number(va >> 12n));
        if (!mapping) return BigInt(Fault);
        const before = mapping.pfn;
        mapping.pfn = pfn;
        return BigInt(before);
      },
      space_lookup: (space: number, va: bigint) => {
        const mapping = spaceOf(space)?.pages.get(Number(va >> 12n));
        return mapping ? lookupAnswer(mapping) : BigInt(Fault);
      },
      space_age: (space: number, va: bigint, clear: number) => {
        const mapping = spaceOf(space)?.pages.get(Number(va >> 12n));
        if (!mapping) return BigInt(Fault);
        const before = lookupAnswer(mapping);
        if (clear & 1) mapping.accessed = false;
        if (clear & 2) mapping.dirty = false;
        return before;
      },
      context_create: (slot: number, space: number, entryVa: bigint) => {
        const script = this.programs[Number(entryVa)]?.[1].script;
        if (!script) return Range;
        this.contexts.set(slot, { space, running: undefined, script, result: 0n, pending: undefined });
        return Ok;
      },
      context_destroy: (slot: number) => (this.contexts.delete(slot) ? Ok : NotFound),
      context_return: (slot: number, value: bigint) => {
        const context = this.contexts.get(slot);
        if (!context) return NotFound;
        context.result = value;
        return Ok;
      },
      user_read: (space: number, va: bigint, pointer: number, count: number) => copyUser(space, va, pointer, count, false),
      user_write: (space: number, va: bigint, pointer: number, count: number) => copyUser(space, va, pointer, count, true),
      user_fault_va: () => this.faultVa,
      program_info: (index: number, out: number) => {
        const row = this.programs[index];
        if (!row) return NotFound;
        this.span(out, LAYOUT.ProgramInfo.bytes).fill(0);
        this.span(out, 24).set(new TextEncoder().encode(row[0]));
        this.memory.setBigUint64(out + program.entryVa.offset, BigInt(index), true);
        this.memory.setUint32(out + program.initialPages.offset, row[1].initialPages ?? 16, true);
        this.memory.setUint32(out + program.maximumPages.offset, row[1].maximumPages ?? 1 << 20, true);
        return Ok;
      },
      program_segment: () => NotFound,
      record_read: () => 0,
      initrd_read: (offset: bigint, buffer: number, count: number) => {
        const bytes = this.initrd.subarray(Number(offset), Number(offset) + count);
        this.span(buffer, bytes.length).set(bytes);
        return bytes.length;
      },
      initrd_place: (offset: bigint) => (Number(offset) < this.initrd.length ? BigInt(INITRD_PFN * PAGE_BYTES) + offset : BigInt(Range)),
    };
  }
}
