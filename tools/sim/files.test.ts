// The file calls of kernel.wasm under V8: the initrd's tree, files in memory, pipes, launch. Every fault that the interface names.
import { expect, test } from "vitest";
import { FileType, Open, Status, Topic, USER_HEAP_VA, USER_LINEAR_VA, USER_SCRATCH_VA } from "../abi/index.js";
import { statusName } from "./file-calls.js";
import { run } from "./file-machine.js";

const SECOND = 1_000_000_000n;
const READ = Open.Read;
const WRITE = Open.Write;

test("the tree of the initrd can be read, listed in order, and not changed", () => {
  run(function* (c) {
    expect(yield* c.loadText("/files/apple.txt")).toBe("red\n");
    expect(yield* c.loadText("files/zebra.txt")).toBe("stripes\n");
    const listed = yield* c.list("/files");
    const names = (listed as { name: string }[]).map((entry) => entry.name);
    expect(names).toEqual([...names].sort());
    expect(names).toContain("long-name-".repeat(15));
    expect(yield* c.names("/")).toEqual(["bin", "files", "tmp"]);
    expect((yield* c.load("/files/deep/er/leaf.bin")) as Uint8Array).toEqual(new Uint8Array(100_000).fill(7));
    expect(yield* c.stat("/files/apple.txt")).toMatchObject({ type: BigInt(FileType.Regular), bytes: 4n, modifiedNs: 1_600_000_000n * SECOND });
    for (const [path, flags, status] of [
      ["/files/apple.txt", WRITE, "ReadOnly"],
      ["/files/apple.txt", READ | Open.Truncate, "ReadOnly"],
      ["/files/new", WRITE | Open.Create, "ReadOnly"],
      ["/files", WRITE, "IsDirectory"],
      ["/nothing", READ, "NotFound"],
      ["/files/apple.txt/x", READ, "NotDirectory"],
      ["/files/apple.txt/", READ, "NotDirectory"],
      ["/files/apple.txt", READ | Open.Directory, "NotDirectory"],
      ["/files/loop", READ, "Loop"],
      ["/files/to-apple", READ | Open.NoFollow, "Loop"],
      [`/${"x".repeat(256)}`, READ, "NameTooLong"],
      ["", READ, "NotFound"],
      ["/files/\0", READ, "Invalid"],
      ["/files", 512, "Invalid"],
      ["/files", Open.Create | Open.Directory, "Invalid"],
    ] as const)
      expect([path, statusName(yield* c.open(path, flags))]).toEqual([path, status]);
    expect(statusName(yield* c.mkdir("/files/new"))).toBe("ReadOnly");
    expect(statusName(yield* c.remove("/files/apple.txt"))).toBe("ReadOnly");
    expect(statusName(yield* c.two("rename", "/files/apple.txt", "/files/pear.txt"))).toBe("ReadOnly");
    expect(statusName(yield* c.two("rename", "/files/apple.txt", "/tmp/pear.txt"))).toBe("CrossDevice");
    expect(statusName(yield* c.two("link", "/files/apple.txt", "/tmp/pear.txt"))).toBe("CrossDevice");
    expect(statusName(yield* c.remove("/tmp", true))).toBe("Busy");
    expect(statusName(yield* c.two("rename", "/tmp", "/x"))).toBe("Busy");
    expect(yield* c.readlink("/files/to-apple")).toBe("apple.txt");
    expect(statusName(yield* c.readlink("/files/apple.txt"))).toBe("Invalid");
    expect(yield* c.loadText("/files/to-apple")).toBe("red\n");
    expect(yield* c.loadText("/files/absolute")).toBe("red\n");
  });
});

test("a path never leaves the directory that it is relative to", () => {
  run(function* (c) {
    const files = yield* c.open("/files", READ | Open.Directory);
    expect(yield* c.loadText("deep/../apple.txt", files)).toBe("red\n");
    expect(yield* c.loadText("to-apple", files)).toBe("red\n");
    for (const path of ["../files/apple.txt", "..", "deep/../../files/apple.txt", "out", "absolute", "/files/apple.txt", "deep/er/../../.."])
      expect([path, statusName(yield* c.open(path, READ, files))]).toEqual([path, "Escapes"]);
    const deep = yield* c.open("/files/deep", READ | Open.Directory);
    expect(yield* c.mkdir("/tmp/a")).toBe(0);
    expect(yield* c.symlink("../../files/apple.txt", "/tmp/a/up")).toBe(0);
    expect(yield* c.loadText("/tmp/a/up")).toBe("red\n");
    const a = yield* c.open("/tmp/a", READ | Open.Directory);
    expect(statusName(yield* c.open("up", READ, a))).toBe("Escapes");
    expect(statusName(yield* c.open("apple.txt", READ, 40))).toBe("BadDescriptor");
    expect(statusName(yield* c.open("apple.txt", READ, -2))).toBe("BadDescriptor");
    const file = yield* c.open("/files/apple.txt", READ);
    expect(statusName(yield* c.open("x", READ, file))).toBe("NotDirectory");
    expect(yield* c.loadText("/../../files/./apple.txt")).toBe("red\n");
    for (const descriptor of [files, deep, a, file]) expect(yield* c.close(descriptor)).toBe(0);
  });
});

test("files in memory keep their bytes; sizes, holes, positions and times are right", () => {
  run(function* (c) {
    const before = yield* c.query(Topic.Memory, "MemoryRow");
    expect(yield* c.save("/tmp/one", "hello")).toBe(0);
    expect(yield* c.loadText("/tmp/one")).toBe("hello");
    const fd = yield* c.open("/tmp/one", READ | WRITE);
    expect(yield* c.readText(fd, 2)).toBe("he");
    expect(yield* c.write(fd, "LL")).toBe(2);
    expect(yield* c.loadText("/tmp/one")).toBe("heLLo");
    expect(yield { call: "seek", args: [fd, -1n, 2] }).toBe(4n);
    expect(yield* c.readText(fd)).toBe("o");
    expect(yield* c.readText(fd)).toBe("");
    expect(yield { call: "seek", args: [fd, -1n, 0] }).toBe(BigInt(Status.Invalid));
    expect(yield { call: "seek", args: [fd, 0n, 3] }).toBe(BigInt(Status.Invalid));
    expect(yield* c.write(fd, "far", 3_000_000n)).toBe(3);
    expect(yield* c.stat("/tmp/one")).toMatchObject({ bytes: 3_000_003n, links: 1n });
    expect((yield* c.read(fd, 6, 2_999_999n)) as Uint8Array).toEqual(new Uint8Array([0, 102, 97, 114]));
    expect(yield* c.write(fd, "x", (8n + 1024n + 5n * 1024n) << 12n)).toBe(1);
    expect(yield { call: "fd_resize", args: [fd, 4099] }).toBe(0n);
    expect(yield { call: "fd_resize", args: [fd, 9000] }).toBe(0n);
    const content = (yield* c.load("/tmp/one")) as Uint8Array;
    expect(content.length).toBe(9000);
    expect(content.subarray(5).every((byte) => byte === 0)).toBe(true);
    expect(statusName(Number(yield { call: "fd_resize", args: [fd, 1n << 33n] }))).toBe("FileTooBig");
    expect(statusName(yield* c.write(fd, "x", 1n << 33n))).toBe("FileTooBig");
    expect(yield { call: "fd_times", args: [fd, 5, 7] }).toBe(0n);
    expect(yield* c.stat("/tmp/one")).toMatchObject({ accessedNs: 5n, modifiedNs: 7n });
    expect(yield { call: "fd_times", args: [fd, (1n << 64n) - 1n, 9] }).toBe(0n);
    expect(yield* c.stat("/tmp/one")).toMatchObject({ accessedNs: 5n, modifiedNs: 9n });
    expect(yield { call: "sync", args: [fd] }).toBe(0n);
    expect(yield* c.close(fd)).toBe(0);
    const append = yield* c.open("/tmp/one", WRITE | Open.Append | Open.Truncate);
    yield* c.write(append, "a");
    yield* c.write(append, "b");
    expect(yield* c.loadText("/tmp/one")).toBe("ab");
    expect(statusName(yield* c.readText(append))).toBe("BadDescriptor");
    yield* c.close(append);
    const during = yield* c.query(Topic.Memory, "MemoryRow");
    expect(during["filePages"]).toBe(1n);
    expect(yield* c.remove("/tmp/one")).toBe(0);
    const after = yield* c.query(Topic.Memory, "MemoryRow");
    expect(after["filePages"]).toBe(before["filePages"]);
  });
});

test("names: folders, hard and symbolic links, rename, remove while open", () => {
  run(function* (c) {
    expect(yield* c.mkdir("/tmp/d")).toBe(0);
    expect(statusName(yield* c.mkdir("/tmp/d"))).toBe("Exists");
    expect(statusName(yield* c.mkdir("/tmp/no/d"))).toBe("NotFound");
    expect(statusName(yield* c.mkdir("/tmp"))).toBe("Exists");
    expect(yield* c.save("/tmp/d/f", "content")).toBe(0);
    expect(statusName(yield* c.open("/tmp/d/f", WRITE | Open.Create | Open.Exclusive))).toBe("Exists");
    expect(statusName(yield* c.remove("/tmp/d", true))).toBe("NotEmpty");
    expect(statusName(yield* c.remove("/tmp/d"))).toBe("IsDirectory");
    expect(statusName(yield* c.remove("/tmp/d/f", true))).toBe("NotDirectory");
    expect(statusName(yield* c.remove("/tmp/d/g"))).toBe("NotFound");
    expect(statusName(yield* c.remove("/tmp/d/."))).toBe("Invalid");
    expect(statusName(yield* c.remove("/tmp/d/..", true))).toBe("Busy");
    expect(yield* c.two("link", "/tmp/d/f", "/tmp/g")).toBe(0);
    expect(yield* c.stat("/tmp/g")).toMatchObject({ links: 2n });
    expect(statusName(yield* c.two("link", "/tmp/d", "/tmp/dd"))).toBe("Denied");
    expect(statusName(yield* c.two("link", "/tmp/d/f", "/tmp/g"))).toBe("Exists");
    expect(yield* c.two("rename", "/tmp/d/f", "/tmp/g")).toBe(0);
    expect(yield* c.names("/tmp/d")).toEqual(["f"]);
    expect(yield* c.remove("/tmp/d/f")).toBe(0);
    expect(yield* c.stat("/tmp/g")).toMatchObject({ links: 1n });
    expect(yield* c.symlink("g", "/tmp/s")).toBe(0);
    expect(yield* c.loadText("/tmp/s")).toBe("content");
    expect(yield* c.stat("/tmp/s", false)).toMatchObject({ type: BigInt(FileType.Link), bytes: 1n });
    expect(yield* c.two("link", "/tmp/s", "/tmp/s2")).toBe(0);
    expect(yield* c.readlink("/tmp/s2")).toBe("g");
    expect(statusName(yield* c.symlink("g", "/tmp/s"))).toBe("Exists");
    expect(yield* c.symlink("nowhere", "/tmp/dangling")).toBe(0);
    expect(statusName(yield* c.open("/tmp/dangling", READ))).toBe("NotFound");
    expect(statusName(yield* c.open("/tmp/dangling", WRITE | Open.Create | Open.Exclusive))).toBe("Exists");
    expect(yield* c.save("/tmp/dangling", "made")).toBe(0);
    expect(yield* c.loadText("/tmp/nowhere")).toBe("made");
    expect(yield* c.mkdir("/tmp/d/e")).toBe(0);
    expect(statusName(yield* c.two("rename", "/tmp/d", "/tmp/d/e/x"))).toBe("Invalid");
    expect(statusName(yield* c.two("rename", "/tmp/d", "/tmp/g"))).toBe("NotDirectory");
    expect(statusName(yield* c.two("rename", "/tmp/g", "/tmp/d"))).toBe("IsDirectory");
    expect(yield* c.mkdir("/tmp/h")).toBe(0);
    expect(statusName(yield* c.two("rename", "/tmp/h", "/tmp/d"))).toBe("NotEmpty");
    expect(yield* c.two("rename", "/tmp/d", "/tmp/h")).toBe(0);
    expect(yield* c.names("/tmp/h")).toEqual(["e"]);
    expect(yield* c.two("rename", "/tmp/h/e", "/tmp/e")).toBe(0);
    expect(yield* c.stat("/tmp/h")).toMatchObject({ links: 2n });
    const open = yield* c.open("/tmp/g", READ | WRITE);
    expect(yield* c.remove("/tmp/g")).toBe(0);
    expect(yield* c.readText(open)).toBe("content");
    expect(yield* c.fdStat(open)).toMatchObject({ links: 0n, bytes: 7n });
    expect(yield* c.close(open)).toBe(0);
    const gone = yield* c.open("/tmp/e", READ);
    expect(yield* c.remove("/tmp/e", true)).toBe(0);
    expect(statusName(yield* c.open("x", WRITE | Open.Create, gone))).toBe("NotFound");
    expect(yield* c.entries(gone)).toEqual([]);
    yield* c.close(gone);
    for (const name of ["s", "s2", "dangling", "nowhere"]) expect(yield* c.remove(`/tmp/${name}`)).toBe(0);
    expect(yield* c.remove("/tmp/h", true)).toBe(0);
    expect(yield* c.names("/tmp")).toEqual([]);
  });
});

test("launch passes descriptors, environment, directories; areas grow and shrink", () => {
  const seen: Record<string, unknown> = {};
  run(
    function* (c) {
      expect(yield* c.save("/tmp/in", "from a file")).toBe(0);
      const input = yield* c.open("/tmp/in", READ);
      const [reader, writer] = yield* c.pipe();
      const pid = yield* c.launch({
        program: "child",
        argv: ["guest", "-x"],
        environment: ["A=1", "B=two"],
        directories: ["/files"],
        descriptors: [input, writer, writer, -1, yield* c.open("/files", READ)],
      });
      expect(pid).toBeGreaterThan(1);
      expect(yield* c.close(writer)).toBe(0);
      expect(yield* c.readText(reader)).toBe("said\n");
      expect(yield* c.readText(reader)).toBe("");
      expect((yield* c.wait(pid)).status).toBe(9);
      expect(statusName(yield* c.launch({ program: "none" }))).toBe("NotFound");
      expect(statusName(yield* c.launch({ program: "child", descriptors: [50] }))).toBe("BadDescriptor");
      expect(statusName(yield* c.launch({ program: "child", cpuPpm: 5 }))).toBe("Invalid");
      expect(statusName(yield* c.launch({ program: "child", argv: [] }))).toBe("Invalid");
    },
    {
      *child(c) {
        for (const call of ["arguments", "environment", "directories"] as const) {
          const bytes = Number(yield { call, args: [c.va(8192), 4096] });
          seen[call] = Buffer.from(c.take(8192, bytes)).toString();
        }
        seen["input"] = yield* c.readText(0);
        seen["three"] = statusName(yield* c.readText(3));
        seen["listed"] = yield* c.loadText("apple.txt", 4);
        expect(yield* c.write(1, "said\n")).toBe(5);
        expect(yield { call: "heap_limit", args: [1 << 20] }).toBe(0n);
        const heap = USER_HEAP_VA - USER_LINEAR_VA;
        for (let page = 0; page < 256; page++) yield { touch: heap + page * 4096 };
        expect(yield { call: "heap_limit", args: [100] }).toBe(BigInt(Status.Invalid));
        expect(yield { call: "heap_limit", args: [8192] }).toBe(0n);
        expect(yield { call: "scratch_limit", args: [65536] }).toBe(0n);
        yield { touch: USER_SCRATCH_VA - USER_LINEAR_VA };
        expect(yield { call: "scratch_limit", args: [0] }).toBe(0n);
        expect(yield { call: "scratch_limit", args: [1n << 40n] }).toBe(BigInt(Status.NoMemory));
        expect(yield { call: "clock" }).toBeGreaterThan(1_700_000_000n * SECOND);
        expect(yield { call: "processor_time" }).toBeGreaterThan(0n);
        yield { call: "exit", args: [9] };
      },
    },
  );
  expect(seen).toEqual({
    arguments: "guest\0-x\0",
    environment: "A=1\0B=two\0",
    directories: "/files\0",
    input: "from a file",
    three: "BadDescriptor",
    listed: "red\n",
  });
});
