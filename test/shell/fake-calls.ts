// The system calls of files and launch, on the fake kernel's tree. Arguments come as the program passes them: offsets of its memory.
import { FileType, Status, Topic } from "../../tools/abi/generated.js";
import type { Inode } from "./fake-files.js";
import type { FakeKernel, FakeProcess } from "./fake-kernel.js";
import { FakeProcess as Process } from "./fake-kernel.js";
import { encodeRow } from "./rows.js";

const OPTIONS = { argv: 24, environment: 32, directories: 40, descriptors: 48, memoryMaxBytes: 112, reserveBytes: 120, cpuPpm: 128, oomScoreAdjust: 132, nice: 140 };

function strings(text: string): string[] {
  return text.split("\0").slice(0, -1);
}

export function fileCalls(kernel: FakeKernel, process: FakeProcess): Record<string, (...args: never[]) => unknown> {
  const files = kernel.files;
  const answer = (bytes: Uint8Array | number, at: number): bigint => {
    if (typeof bytes === "number") return BigInt(bytes);
    process.bytes(at, bytes.length).set(bytes);
    return BigInt(bytes.length);
  };
  const onFound = (found: Inode | number, act: (inode: Inode) => bigint): bigint => (typeof found === "number" ? BigInt(found) : act(found));
  const copyStrings = (words: string[], at: number, capacity: number): bigint => {
    const text = new TextEncoder().encode(words.map((word) => `${word}\0`).join(""));
    process.bytes(at, capacity).set(text.subarray(0, capacity));
    return BigInt(text.length);
  };
  const toConsole = (at: number, n: number): bigint => {
    for (const byte of process.bytes(at, n)) kernel.output.push(byte);
    return BigInt(n);
  };
  const write = (descriptor: number, at: number, n: number): bigint => {
    const file = process.descriptors.get(descriptor);
    if (file) return BigInt(files.write(file, process.bytes(at, n)));
    return process.console.has(descriptor) ? toConsole(at, n) : BigInt(Status.BadDescriptor);
  };
  const launch = (at: number): bigint => {
    const view = new DataView(process.memory.buffer);
    const span = (offset: number) => process.text(view.getUint32(at + offset, true), view.getUint32(at + offset + 4, true));
    if (kernel.spawnError) return BigInt(kernel.spawnError);
    const program = process.text(at, 24).replace(/\0.*$/s, "");
    const argv = strings(span(OPTIONS.argv));
    const rows = kernel.rows[Topic.Programs] ?? [];
    if (!rows.some((row) => row.name === program) && program !== "wasi") return BigInt(Status.NotFound);
    const made = new Process(kernel.takePid(), argv, strings(span(OPTIONS.environment)));
    made.console.clear();
    for (let i = 0; i < 16; i++) {
      const from = view.getInt32(at + OPTIONS.descriptors + 4 * i, true);
      const file = process.descriptors.get(from);
      if (file) {
        file.references++;
        made.descriptors.set(i, file);
      } else if (process.console.has(from)) made.console.add(i);
      else if (from >= 0) return BigInt(Status.BadDescriptor);
    }
    const child = kernel.start(process.pid, [...argv], {
      program,
      environment: made.environment,
      directories: strings(span(OPTIONS.directories)),
      memoryMaxBytes: view.getBigUint64(at + OPTIONS.memoryMaxBytes, true),
      reserveBytes: view.getBigUint64(at + OPTIONS.reserveBytes, true),
      cpuPpm: view.getUint32(at + OPTIONS.cpuPpm, true),
      oomScoreAdjust: view.getInt32(at + OPTIONS.oomScoreAdjust, true),
      nice: view.getInt32(at + OPTIONS.nice, true),
      process: made,
    });
    return BigInt(child.pid);
  };
  return {
    launch,
    environment: (at: number, capacity: number) => copyStrings(process.environment, at, capacity),
    clock: () => files.nowNs(),
    write: (at: number, n: number) => write(1, at, n),
    fd_write: write,
    fd_read: (descriptor: number, at: number, capacity: number) => {
      const file = process.descriptors.get(descriptor);
      // others may have something to write
      if (file?.pipe && process === kernel.shell) kernel.runLaunched();
      if (file) return answer(files.read(file, capacity), at);
      if (!process.console.has(descriptor)) return BigInt(Status.BadDescriptor);
      return answer(new Uint8Array(kernel.typed.splice(0, capacity)), at);
    },
    fd_read_at: (descriptor: number, at: number, capacity: number, offset: bigint) => {
      const file = process.descriptors.get(descriptor);
      if (!file?.inode) return BigInt(Status.NotSeekable);
      return answer(files.read({ ...file, position: Number(offset) }, capacity), at);
    },
    fd_stat: (descriptor: number, at: number) => {
      const file = process.descriptors.get(descriptor);
      if (file?.inode) return answer(files.stat(file.inode), at) < 0n ? -1n : 0n;
      const type = file ? FileType.Pipe : process.console.has(descriptor) ? FileType.Console : -1;
      if (type < 0) return BigInt(Status.BadDescriptor);
      answer(encodeRow("FileStat", { type }), at);
      return 0n;
    },
    seek: (descriptor: number, offset: bigint, whence: number) => {
      const file = process.descriptors.get(descriptor);
      return file ? files.seek(file, offset, whence) : BigInt(process.console.has(descriptor) ? Status.NotSeekable : Status.BadDescriptor);
    },
    list: (descriptor: number, cookie: bigint, at: number, capacity: number) => {
      const file = process.descriptors.get(descriptor);
      return file ? answer(files.list(file, Number(cookie), capacity), at) : BigInt(Status.BadDescriptor);
    },
    close: (descriptor: number) => BigInt(process.console.delete(descriptor) ? 0 : files.close(process, descriptor)),
    pipe: () => files.pipe(process),
    open: (_directory: number, at: number, n: number, flags: number) => BigInt(files.open(process, process.text(at, n), flags)),
    path_stat: (_directory: number, at: number, n: number, follow: number, out: number) =>
      onFound(files.resolve(process.text(at, n), follow !== 0), (inode) => {
        answer(files.stat(inode), out);
        return 0n;
      }),
    path_times: (_directory: number, at: number, n: number, _follow: number, _accessedNs: bigint, modifiedNs: bigint) =>
      BigInt(files.times(process.text(at, n), BigInt.asUintN(64, modifiedNs))),
    make_directory: (_directory: number, at: number, n: number) => BigInt(files.makeDirectory(process.text(at, n))),
    remove: (_directory: number, at: number, n: number, isDirectory: number) => BigInt(files.remove(process.text(at, n), isDirectory !== 0)),
    rename: (_from: number, at: number, n: number, _to: number, toAt: number, toN: number) => BigInt(files.rename(process.text(at, n), process.text(toAt, toN))),
    link: (_from: number, at: number, n: number, _to: number, toAt: number, toN: number) => BigInt(files.link(process.text(at, n), process.text(toAt, toN))),
    symlink: (at: number, n: number, _directory: number, toAt: number, toN: number) => BigInt(files.symlink(process.text(at, n), process.text(toAt, toN))),
    readlink: (_directory: number, at: number, n: number, out: number, capacity: number) =>
      onFound(files.resolve(process.text(at, n), false), (inode) =>
        inode.type === FileType.Link ? answer(new TextEncoder().encode(inode.target).subarray(0, capacity), out) : BigInt(Status.Invalid),
      ),
  };
}
