// Policy modules under V8, behind the same host calls as in the shim: open, reset, decide, fuel, the record and the initrd.
// Both engines of the machine are V8 here; a module's bytes are the same. Not the booted machine's engines.
import { LAYOUT, ModuleKind, PAGE_BYTES, Status, WEIGHTS_BYTES } from "../abi/index.js";

export interface BuiltinPolicy {
  name: string;
  /** metered wasm */
  bytes: Uint8Array<ArrayBuffer>;
  sha256: Uint8Array;
  kind?: number;
}

interface PolicyExports {
  memory: WebAssembly.Memory;
  fuel: WebAssembly.Global<"i64">;
  /** calls in progress; a trap leaves it as it was */
  depth?: WebAssembly.Global<"i32">;
  policy_kind(): number;
  policy_abi(): bigint;
  policy_input(): number;
  policy_input_capacity(): number;
  policy_output(): number;
  policy_output_bytes(): number;
  policy_reset(seed: number): number;
  policy_decide(inputBytes: number): number;
  policy_weights_bytes?(): number;
  policy_weights_active?(): number;
  policy_weights_staging?(): number;
  policy_weights_commit?(version: number): number;
}

const NEEDED = ["policy_kind", "policy_abi", "policy_input", "policy_input_capacity", "policy_output", "policy_output_bytes", "policy_reset", "policy_decide", "fuel", "memory"];
const LAST_OPEN = 0xffff_ffff;
const OPEN_FUEL = 1_000_000n;
/** What is told of a built-in's memory: no more than kernel.wasm needs for its arena. */
const POLICY_PAGES = 2;

interface Buffers {
  input: number;
  inputCapacity: number;
  output: number;
  outputBytes: number;
}

interface Instance {
  exports: PolicyExports;
  /** Asked for once, so that a decision's fuel is its own. */
  buffers?: Buffers;
  fuelUsed: bigint;
  error: string;
  builtin: number;
}

export interface PolicyHostOptions {
  /** kernel.wasm's memory; it may be replaced when it grows */
  memory: () => WebAssembly.Memory;
  builtins?: BuiltinPolicy[];
  initrd?: Uint8Array;
  /** ModuleRecord rows */
  record?: Uint8Array;
}

export class PolicyHost {
  readonly instances = new Map<number, Instance>();
  readonly #options: PolicyHostOptions;
  /** What kernel.wasm wrote into frames: the bytes of modules that were offered. */
  readonly #frames = new Map<number, Uint8Array>();
  #next = 0;
  #lastError = "";

  constructor(options: PolicyHostOptions) {
    this.#options = options;
  }

  #bytes(at: number, count: number): Uint8Array {
    return new Uint8Array(this.#options.memory().buffer, at >>> 0, count);
  }

  #copyOut(source: Uint8Array | undefined, offset: number, to: number, count: number): number {
    const part = (source ?? new Uint8Array()).subarray(offset, offset + count);
    this.#bytes(to, part.length).set(part);
    return part.length;
  }

  /** Bytes of frames that were written; zeros where they were not. */
  #frameBytes(pfn: number, offset: number, count: number): Uint8Array<ArrayBuffer> {
    const out = new Uint8Array(count);
    for (let i = 0; i < count; i++) out[i] = this.#frames.get(pfn + Math.floor((offset + i) / PAGE_BYTES))?.[(offset + i) % PAGE_BYTES] ?? 0;
    return out;
  }

  #open(bytes: Uint8Array<ArrayBuffer>, builtin: number): number {
    try {
      const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), {});
      const handle = this.#next++;
      this.instances.set(handle, { exports: instance.exports as unknown as PolicyExports, fuelUsed: 0n, error: "", builtin });
      return handle;
    } catch (error) {
      this.#lastError = (error as Error).message;
      return Status.Corrupt;
    }
  }

  // Run a call on a fuel budget; a trap with the fuel below zero is the budget's end.
  #call(handle: number, fuel: bigint, body: (exports: PolicyExports) => number): number {
    const instance = this.instances.get(handle);
    if (!instance) return Status.NotFound;
    instance.exports.fuel.value = fuel;
    if (instance.exports.depth) instance.exports.depth.value = 0;
    try {
      return body(instance.exports);
    } catch (error) {
      const spent = instance.exports.fuel.value < 0n;
      instance.error = spent ? `ran out of fuel: ${fuel} points` : (error as Error).message;
      return spent ? Status.OutOfFuel : Status.Trap;
    } finally {
      const left = instance.exports.fuel.value;
      instance.fuelUsed = left < 0n ? fuel : fuel - left;
    }
  }

  #bind(handle: number): number {
    const instance = this.instances.get(handle);
    if (!instance) return Status.NotFound;
    if (instance.buffers) return Status.Ok;
    return this.#call(handle, OPEN_FUEL, (x) => {
      instance.buffers = { input: x.policy_input(), inputCapacity: x.policy_input_capacity(), output: x.policy_output(), outputBytes: x.policy_output_bytes() };
      return Status.Ok;
    });
  }

  // Where weights lie now, in use or to come; a Status where there are none or they lie outside.
  #weights(handle: number, which: "policy_weights_active" | "policy_weights_staging"): Uint8Array | number {
    const instance = this.instances.get(handle);
    if (!instance) return Status.NotFound;
    const at = instance.exports[which];
    if (!at || !instance.exports.policy_weights_bytes || !instance.exports.policy_weights_commit) {
      instance.error = "it has no weights";
      return Status.Unsupported;
    }
    let start = 0;
    let bytes = 0;
    const status = this.#call(handle, OPEN_FUEL, (x) => {
      bytes = (x.policy_weights_bytes?.() ?? 0) >>> 0;
      start = (x[which]?.() ?? 0) >>> 0;
      return Status.Ok;
    });
    if (status < 0) return status === Status.OutOfFuel ? Status.Trap : status;
    const memory = instance.exports.memory.buffer;
    if (bytes < 1 || bytes > WEIGHTS_BYTES || start + bytes > memory.byteLength) {
      instance.error = "its weights are too many, or lie outside its memory";
      return Status.Range;
    }
    return new Uint8Array(memory, start, bytes);
  }

  /** The host calls of the families "modules" and "initrd". */
  hostCalls(): WebAssembly.ModuleImports {
    const builtins = this.#options.builtins ?? [];
    return {
      module_builtin: (index: number, out: number) => {
        const policy = builtins[index];
        if (!policy) return Status.NotFound;
        const { bytes, fields } = LAYOUT.BuiltinModule;
        const row = this.#bytes(out, bytes).fill(0);
        const view = new DataView(row.buffer, row.byteOffset);
        row.set(new TextEncoder().encode(policy.name).subarray(0, 31));
        row.set(policy.sha256, fields.sha256.offset);
        view.setUint32(fields.bytes.offset, policy.bytes.length, true);
        view.setUint32(fields.kind.offset, policy.kind ?? ModuleKind.Memory, true);
        view.setUint32(fields.memoryPages.offset, POLICY_PAGES, true);
        return Status.Ok;
      },
      module_open_aot: (index: number) => {
        const policy = builtins[index];
        if (!policy) return Status.NotFound;
        if ([...this.instances.values()].some((i) => i.builtin === index)) return Status.Busy;
        return this.#open(policy.bytes, index);
      },
      module_open_builtin_wasm3: (index: number) => {
        const policy = builtins[index];
        return policy ? this.#open(policy.bytes, -1) : Status.NotFound;
      },
      module_open_wasm3: (offset: bigint, count: number) => {
        const initrd = this.#options.initrd ?? new Uint8Array();
        if (Number(offset) + count > initrd.length) return Status.Range;
        return this.#open(Uint8Array.from(initrd.subarray(Number(offset), Number(offset) + count)), -1);
      },
      module_open_frames: (pfn: number, count: number) => this.#open(this.#frameBytes(pfn, 0, count), -1),
      frame_read: (pfn: number, offset: number, to: number, count: number) => {
        this.#bytes(to, count).set(this.#frameBytes(pfn, offset, count));
        return Status.Ok;
      },
      frame_write: (pfn: number, offset: number, from: number, count: number) => {
        if (offset + count > PAGE_BYTES) return Status.Range;
        const frame = this.#frames.get(pfn) ?? new Uint8Array(PAGE_BYTES);
        frame.set(this.#bytes(from, count), offset);
        this.#frames.set(pfn, frame);
        return Status.Ok;
      },
      module_kind: (handle: number, abi: bigint) => {
        const instance = this.instances.get(handle);
        if (!instance) return Status.NotFound;
        const missing = NEEDED.find((name) => !(name in instance.exports));
        if (missing) {
          instance.error = `it has no export ${missing}`;
          return Status.Unsupported;
        }
        let hash = 0n;
        let status = this.#call(handle, OPEN_FUEL, (x) => {
          hash = BigInt.asUintN(64, x.policy_abi());
          return Status.Ok;
        });
        if (status >= 0 && hash !== BigInt.asUintN(64, abi)) {
          instance.error = "it was built for another ABI";
          return Status.Unsupported;
        }
        if (status >= 0) status = this.#bind(handle);
        return status >= 0 ? this.#call(handle, OPEN_FUEL, (x) => x.policy_kind()) : status;
      },
      module_reset: (handle: number, seed: number, fuel: bigint) => this.#call(handle, fuel, (x) => (x.policy_reset(seed) < 0 ? Status.Invalid : Status.Ok)),
      module_decide: (handle: number, fuel: bigint, input: number, inputBytes: number, output: number, outputBytes: number) => {
        const bound = this.#bind(handle);
        const instance = this.instances.get(handle);
        if (bound < 0 || !instance?.buffers) return bound;
        const { buffers, exports } = instance;
        if (inputBytes > buffers.inputCapacity || outputBytes !== buffers.outputBytes) return Status.Range;
        new Uint8Array(exports.memory.buffer, buffers.input, inputBytes).set(this.#bytes(input, inputBytes));
        const status = this.#call(handle, fuel, (x) => {
          const value = x.policy_decide(inputBytes);
          return value < 0 ? Status.Invalid : value;
        });
        if (status >= 0) this.#bytes(output, outputBytes).set(new Uint8Array(exports.memory.buffer, buffers.output, outputBytes));
        return status;
      },
      module_weights: (handle: number) => {
        const staging = this.#weights(handle, "policy_weights_staging");
        if (typeof staging === "number") return staging;
        const active = this.#weights(handle, "policy_weights_active");
        return typeof active === "number" ? active : active.length;
      },
      module_weights_read: (handle: number, offset: number, buffer: number, count: number) => {
        const weights = this.#weights(handle, "policy_weights_active");
        return typeof weights === "number" ? weights : this.#copyOut(weights, offset >>> 0, buffer, count >>> 0);
      },
      module_weights_write: (handle: number, offset: number, buffer: number, count: number) => {
        const weights = this.#weights(handle, "policy_weights_staging");
        if (typeof weights === "number") return weights;
        if ((offset >>> 0) + (count >>> 0) > weights.length) return Status.Range;
        weights.set(this.#bytes(buffer, count), offset >>> 0);
        return Status.Ok;
      },
      module_weights_commit: (handle: number, version: number, fuel: bigint) => {
        const weights = this.#weights(handle, "policy_weights_staging");
        if (typeof weights === "number") return weights;
        return this.#call(handle, fuel, (x) => {
          const value = x.policy_weights_commit?.(version) ?? -1;
          if (value >= 0) return Status.Ok;
          (this.instances.get(handle) as Instance).error = `it refuses the weights: policy_weights_commit returned ${value}`;
          return Status.Invalid;
        });
      },
      module_fuel_used: (handle: number) => this.instances.get(handle)?.fuelUsed ?? BigInt(Status.NotFound),
      module_error: (handle: number, buffer: number, capacity: number) => {
        const text = handle >>> 0 === LAST_OPEN ? this.#lastError : (this.instances.get(handle)?.error ?? "");
        return this.#copyOut(new TextEncoder().encode(text), 0, buffer, capacity);
      },
      module_close: (handle: number) => (this.instances.delete(handle) ? Status.Ok : Status.NotFound),
      record_read: (offset: number, buffer: number, count: number) => this.#copyOut(this.#options.record, offset, buffer, count),
      initrd_read: (offset: bigint, buffer: number, count: number) => this.#copyOut(this.#options.initrd, Number(offset), buffer, count),
    };
  }
}
