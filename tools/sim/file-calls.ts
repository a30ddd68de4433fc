// System calls of a scripted process with bytes in them: puts paths and buffers into its memory, asks, and reads the answer. For tests of
// kernel.wasm; nothing is checked here.
import { LAYOUT, PAGE_BYTES, Status, USER_LINEAR_VA } from "../abi/index.js";
import type { Action, SimKernel } from "./kernel.js";

export type Run<T> = Generator<Action, T, bigint>;

/** One entry of a directory. */
export interface Listed {
  name: string;
  type: number;
  inode: bigint;
  next: bigint;
}

const FIRST = 0;
const SECOND = PAGE_BYTES;
const BUFFER = 2 * PAGE_BYTES;
export const BUFFER_BYTES = 64 << 10;
/** Linear memory that a process needs for these calls. */
export const CALL_PAGES = 32;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class FileCalls {
  constructor(
    private readonly kernel: () => SimKernel,
    readonly slot: number,
  ) {}

  va(offset: number): bigint {
    return BigInt(USER_LINEAR_VA + offset);
  }

  *put(offset: number, bytes: Uint8Array): Run<void> {
    for (let at = 0; at < bytes.length; ) {
      const here = offset + at;
      yield { touch: here };
      const inPage = here % PAGE_BYTES;
      const part = Math.min(PAGE_BYTES - inPage, bytes.length - at);
      this.kernel()
        .pageOf(this.slot, this.va(here))
        ?.set(bytes.subarray(at, at + part), inPage);
      at += part;
    }
  }

  take(offset: number, count: number): Uint8Array {
    const bytes = new Uint8Array(count);
    for (let at = 0; at < count; ) {
      const inPage = (offset + at) % PAGE_BYTES;
      const part = Math.min(PAGE_BYTES - inPage, count - at);
      const page = this.kernel().pageOf(this.slot, this.va(offset + at));
      if (page) bytes.set(page.subarray(inPage, inPage + part), at);
      at += part;
    }
    return bytes;
  }

  *path(path: string | Uint8Array, at = FIRST): Run<[bigint, number]> {
    const bytes = typeof path === "string" ? encoder.encode(path) : path;
    yield* this.put(at, bytes);
    return [this.va(at), bytes.length];
  }

  *open(path: string, flags: number, directory = -1): Run<number> {
    const [va, bytes] = yield* this.path(path);
    return Number(yield { call: "open", args: [directory, va, bytes, flags] });
  }

  *close(descriptor: number): Run<number> {
    return Number(yield { call: "close", args: [descriptor] });
  }

  /** The bytes of one read, or a Status. */
  *read(descriptor: number, count: number, offset?: bigint): Run<Uint8Array | number> {
    const args = [descriptor, this.va(BUFFER), count];
    const answer = Number(offset === undefined ? yield { call: "fd_read", args } : yield { call: "fd_read_at", args: [...args, offset] });
    return answer < 0 ? answer : this.take(BUFFER, answer);
  }

  *readText(descriptor: number, count = 4096): Run<string | number> {
    const bytes = yield* this.read(descriptor, count);
    return typeof bytes === "number" ? bytes : decoder.decode(bytes);
  }

  *write(descriptor: number, content: string | Uint8Array, offset?: bigint): Run<number> {
    const bytes = typeof content === "string" ? encoder.encode(content) : content;
    yield* this.put(BUFFER, bytes);
    const args = [descriptor, this.va(BUFFER), bytes.length];
    return Number(offset === undefined ? yield { call: "fd_write", args } : yield { call: "fd_write_at", args: [...args, offset] });
  }

  /** Makes a file with this content; a Status where that fails. */
  *save(path: string, content: string | Uint8Array, directory = -1): Run<number> {
    const descriptor = yield* this.open(path, 2 | 4 | 16, directory);
    if (descriptor < 0) return descriptor;
    const bytes = typeof content === "string" ? encoder.encode(content) : content;
    for (let at = 0; at < bytes.length; ) {
      const written = yield* this.write(descriptor, bytes.subarray(at, at + BUFFER_BYTES));
      if (written <= 0) {
        yield* this.close(descriptor);
        return written;
      }
      at += written;
    }
    return yield* this.close(descriptor);
  }

  /** The whole content of a file, or a Status. */
  *load(path: string, directory = -1): Run<Uint8Array | number> {
    const descriptor = yield* this.open(path, 1, directory);
    if (descriptor < 0) return descriptor;
    const parts: Uint8Array[] = [];
    for (;;) {
      const part = yield* this.read(descriptor, BUFFER_BYTES);
      if (typeof part === "number") {
        yield* this.close(descriptor);
        return part;
      }
      if (part.length === 0) break;
      parts.push(part);
    }
    yield* this.close(descriptor);
    return new Uint8Array(Buffer.concat(parts));
  }

  *loadText(path: string, directory = -1): Run<string | number> {
    const bytes = yield* this.load(path, directory);
    return typeof bytes === "number" ? bytes : decoder.decode(bytes);
  }

  /** FileStat of a path, or a Status. */
  *stat(path: string, follow = true, directory = -1): Run<Record<string, bigint> | number> {
    const [va, bytes] = yield* this.path(path);
    yield { touch: BUFFER };
    const status = Number(yield { call: "path_stat", args: [directory, va, bytes, follow ? 1 : 0, this.va(BUFFER)] });
    return status < 0 ? status : this.row(BUFFER, "FileStat");
  }

  *fdStat(descriptor: number): Run<Record<string, bigint> | number> {
    yield { touch: BUFFER };
    const status = Number(yield { call: "fd_stat", args: [descriptor, this.va(BUFFER)] });
    return status < 0 ? status : this.row(BUFFER, "FileStat");
  }

  /** Every entry of a directory, or a Status. */
  *list(path: string, directory = -1, room = 4096): Run<Listed[] | number> {
    const descriptor = yield* this.open(path, 1 | 64, directory);
    if (descriptor < 0) return descriptor;
    const entries = yield* this.entries(descriptor, 0n, room);
    yield* this.close(descriptor);
    return entries;
  }

  *entries(descriptor: number, from = 0n, room = 4096): Run<Listed[] | number> {
    const found: Listed[] = [];
    for (let cookie = from; ; ) {
      yield { touch: BUFFER };
      const bytes = Number(yield { call: "list", args: [descriptor, cookie, this.va(BUFFER), room] });
      if (bytes < 0) return bytes;
      if (bytes === 0) return found;
      const data = this.take(BUFFER, bytes);
      const view = new DataView(data.buffer);
      for (let at = 0; at < bytes; ) {
        const length = view.getUint32(at + 20, true);
        found.push({
          next: view.getBigUint64(at, true),
          inode: view.getBigUint64(at + 8, true),
          type: view.getUint32(at + 16, true),
          name: decoder.decode(data.subarray(at + 24, at + 24 + length)),
        });
        at += 24 + ((length + 7) & ~7);
      }
      cookie = (found.at(-1) as Listed).next;
    }
  }

  *names(path: string, directory = -1): Run<string[] | number> {
    const entries = yield* this.list(path, directory);
    return typeof entries === "number" ? entries : entries.map((entry) => entry.name).sort();
  }

  /** A call on one path and more numbers. */
  *on(call: "make_directory" | "remove", path: string, directory = -1, ...more: number[]): Run<number> {
    const [va, bytes] = yield* this.path(path);
    return Number(yield { call, args: [directory, va, bytes, ...more] });
  }

  *mkdir(path: string, directory = -1): Run<number> {
    return yield* this.on("make_directory", path, directory);
  }

  *remove(path: string, isDirectory = false, directory = -1): Run<number> {
    return yield* this.on("remove", path, directory, isDirectory ? 1 : 0);
  }

  /** rename or link. */
  *two(call: "rename" | "link", from: string, to: string, directory = -1, toDirectory = directory): Run<number> {
    const [fromVa, fromBytes] = yield* this.path(from);
    const [toVa, toBytes] = yield* this.path(to, SECOND);
    return Number(yield { call, args: [directory, fromVa, fromBytes, toDirectory, toVa, toBytes] });
  }

  *symlink(target: string, path: string, directory = -1): Run<number> {
    const [targetVa, targetBytes] = yield* this.path(target);
    const [va, bytes] = yield* this.path(path, SECOND);
    return Number(yield { call: "symlink", args: [targetVa, targetBytes, directory, va, bytes] });
  }

  *readlink(path: string, directory = -1): Run<string | number> {
    const [va, bytes] = yield* this.path(path);
    const answer = Number(yield { call: "readlink", args: [directory, va, bytes, this.va(BUFFER), 1024] });
    return answer < 0 ? answer : decoder.decode(this.take(BUFFER, answer));
  }

  *pipe(): Run<[number, number]> {
    const both = yield { call: "pipe" };
    if (both < 0n) throw new Error(`pipe answered ${both}`);
    return [Number(both & 0xffffffffn), Number(both >> 32n)];
  }

  /** Listens to a name: the listener, or a Status. */
  *listen(name: string): Run<number> {
    const [va, bytes] = yield* this.path(name);
    return Number(yield { call: "listen", args: [va, bytes] });
  }

  /** Connects to a name, or takes a connection of a listener: descriptors to read and to write, or a Status and 0. */
  *connect(name: string): Run<[number, number]> {
    const [va, bytes] = yield* this.path(name);
    return pair(yield { call: "connect", args: [va, bytes] });
  }

  *accept(listener: number): Run<[number, number]> {
    return pair(yield { call: "accept", args: [listener] });
  }

  /** Polls; one row for each entry. */
  *poll(entries: { descriptor: number; kind: number }[], timeoutNs = 0n): Run<{ ready: number; rows: { status: number; hangup: number; bytes: bigint }[] }> {
    const size = LAYOUT.PollEntry.bytes;
    const bytes = new Uint8Array(entries.length * size);
    const view = new DataView(bytes.buffer);
    entries.forEach((entry, i) => {
      view.setInt32(i * size, entry.descriptor, true);
      view.setUint32(i * size + 4, entry.kind, true);
    });
    yield* this.put(BUFFER, bytes);
    const ready = Number(yield { call: "poll", args: [this.va(BUFFER), bytes.length, timeoutNs] });
    const out = new DataView(this.take(BUFFER, bytes.length).buffer);
    const rows = entries.map((_, i) => ({
      status: out.getInt32(i * size + 8, true),
      hangup: out.getUint32(i * size + 12, true),
      bytes: out.getBigUint64(i * size + 16, true),
    }));
    return { ready, rows };
  }

  /** Numbers of a layout that lies at an offset. */
  row(offset: number, layout: keyof typeof LAYOUT): Record<string, bigint> {
    const data = this.take(offset, LAYOUT[layout].bytes);
    const view = new DataView(data.buffer);
    const found: Record<string, bigint> = {};
    for (const [name, field] of Object.entries(LAYOUT[layout].fields) as [string, { type: string; offset: number; count: number }][]) {
      if (field.count > 1) continue;
      if (field.type === "u64" || field.type === "i64") found[name] = view.getBigUint64(field.offset, true);
      else if (field.type === "i32") found[name] = BigInt(view.getInt32(field.offset, true));
      else if (field.type === "u32") found[name] = BigInt(view.getUint32(field.offset, true));
    }
    return found;
  }

  /** First row of a topic. */
  *query(topic: number, layout: keyof typeof LAYOUT, start = 0n): Run<Record<string, bigint>> {
    yield { touch: BUFFER };
    const answer = yield { call: "query", args: [topic, start, this.va(BUFFER), PAGE_BYTES] };
    if (answer < 0n) throw new Error(`query ${topic} answered ${answer}`);
    return this.row(BUFFER, layout);
  }

  /** All rows of a topic from `start` on. */
  *rows(topic: number, layout: keyof typeof LAYOUT, start = 0n): Run<Record<string, bigint>[]> {
    for (let page = 0; page < BUFFER_BYTES; page += PAGE_BYTES) yield { touch: BUFFER + page };
    const answer = Number(yield { call: "query", args: [topic, start, this.va(BUFFER), BUFFER_BYTES] });
    if (answer < 0) throw new Error(`query ${topic} answered ${answer}`);
    const count = answer / LAYOUT[layout].bytes;
    return Array.from({ length: count }, (_, i) => this.row(BUFFER + i * LAYOUT[layout].bytes, layout));
  }

  /** A control with text in it. */
  *control(operation: number, text: string): Run<number> {
    yield* this.put(BUFFER, encoder.encode(text));
    return Number(yield { call: "control", args: [operation, 0, 0, this.va(BUFFER), text.length] });
  }

  /** Starts a program; its pid or a Status. */
  *launch(options: {
    program: string;
    argv?: string[];
    environment?: string[];
    directories?: string[];
    descriptors?: number[];
    memoryMaxBytes?: number;
    cpuPpm?: number;
    flags?: number;
    nice?: number;
    image?: bigint;
    startNs?: bigint;
  }): Run<number> {
    const fields = LAYOUT.LaunchOptions.fields;
    const bytes = new Uint8Array(LAYOUT.LaunchOptions.bytes);
    const view = new DataView(bytes.buffer);
    bytes.set(encoder.encode(options.program), fields.program.offset);
    let at = SECOND;
    const texts = [
      [options.argv ?? [options.program], fields.argv.offset, fields.argvBytes.offset],
      [options.environment ?? [], fields.environment.offset, fields.environmentBytes.offset],
      [options.directories ?? [], fields.directories.offset, fields.directoriesBytes.offset],
    ] as const;
    for (const [list, where, length] of texts) {
      const text = encoder.encode(list.map((one) => `${one}\0`).join(""));
      yield* this.put(at, text);
      view.setUint32(where, at, true);
      view.setUint32(length, text.length, true);
      at += text.length;
    }
    for (let i = 0; i < 16; i++) view.setInt32(fields.descriptors.offset + i * 4, options.descriptors?.[i] ?? -1, true);
    view.setBigUint64(fields.memoryMaxBytes.offset, BigInt(options.memoryMaxBytes ?? 0), true);
    view.setUint32(fields.cpuPpm.offset, options.cpuPpm ?? 0, true);
    view.setUint32(fields.flags.offset, options.flags ?? 0, true);
    view.setInt32(fields.nice.offset, options.nice ?? 0, true);
    view.setBigUint64(fields.image.offset, options.image ?? 0n, true);
    view.setBigUint64(fields.startNs.offset, options.startNs ?? 0n, true);
    yield* this.put(FIRST, bytes);
    return Number(yield { call: "launch", args: [this.va(FIRST)] });
  }

  /** Waits for a child: its pid, status and reason; or the Status in `pid`. */
  *wait(pid = 0): Run<{ pid: number; status: number; reason: number }> {
    yield { touch: BUFFER };
    const answer = Number(yield { call: "wait", args: [pid, 0, this.va(BUFFER)] });
    const row = this.row(BUFFER, "ExitInfo");
    return { pid: answer, status: Number(row["status"]), reason: Number(row["reason"]) };
  }
}

function pair(both: bigint): [number, number] {
  return both < 0n ? [Number(both), 0] : [Number(both & 0xffffffffn), Number(both >> 32n)];
}

/** The name of a Status. */
export function statusName(status: number | string | object): string {
  if (typeof status !== "number" || status >= 0) return "Ok";
  return Object.entries(Status).find(([, value]) => value === status)?.[0] ?? String(status);
}
