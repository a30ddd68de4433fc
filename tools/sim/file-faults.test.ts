// Every fault that the interface names for the calls of the families launch and files, one by one, under V8: a fault without a case here
// fails, and so does a case that the interface does not name. Range is the program's own glue's and is not the kernel's to say.
import { expect, test } from "vitest";
import { Control, Open, Status } from "../abi/index.js";
import { SYS_CALLS } from "../abi/sys-calls.js";
import type { FileCalls, Run } from "./file-calls.js";
import { run } from "./file-machine.js";
import type { SimKernel } from "./kernel.js";

const { Read, Write, Create, Exclusive, Append } = Open;
const NOWHERE = 0xdead_0000_0000n;
const NONE = 50;
const FAR = 1n << 40n;
const MS = 1_000_000n;

type Case = (c: FileCalls, kernel: SimKernel) => Run<number | bigint>;
type Made = (c: FileCalls, directory: number, path: string | bigint) => Run<number>;

// The tree that the cases meet: /tmp/f a file, /tmp/d a folder with /tmp/d/e in it, /tmp/empty, links /tmp/l to f and /tmp/loop to itself.
function* furnish(c: FileCalls): Run<void> {
  yield* c.save("/tmp/f", "content");
  yield* c.mkdir("/tmp/d");
  yield* c.save("/tmp/d/e", "");
  yield* c.mkdir("/tmp/empty");
  yield* c.symlink("f", "/tmp/l");
  yield* c.symlink("loop", "/tmp/loop");
}

function* at(c: FileCalls, path: string | bigint): Run<[bigint, number]> {
  return typeof path === "bigint" ? [path, 8] : yield* c.path(path);
}

const one = (name: "open" | "make_directory" | "remove" | "path_stat" | "path_times" | "readlink", ...more: (number | bigint)[]): Made =>
  function* (c, directory, path) {
    const [va, bytes] = yield* at(c, path);
    return Number(yield { call: name, args: [directory, va, bytes, ...more] });
  };

// What any path can be refused for. `inside` is a last name that suits the call.
function pathCases(name: string, call: Made, faults: string[]): Record<string, Case> {
  const known: Record<string, Case> = {
    Fault: (c) => call(c, -1, NOWHERE),
    NotFound: (c) => call(c, -1, "/tmp/none/x"),
    NotDirectory: (c) => call(c, -1, "/tmp/f/x"),
    Loop: (c) => call(c, -1, "/tmp/loop/x"),
    NameTooLong: (c) => call(c, -1, `/tmp/${"x".repeat(256)}`),
    BadDescriptor: (c) => call(c, NONE, "x"),
    ReadOnly: (c) => call(c, -1, "/files/new"),
    Exists: (c) => call(c, -1, "/tmp/f"),
    *Escapes(c) {
      return yield* call(c, yield* c.open("/files", Read), "../tmp/x");
    },
    *NoSpace(c) {
      yield* fillNames(c);
      return yield* call(c, -1, "/tmp/one-more");
    },
  };
  return Object.fromEntries(faults.map((fault) => [`${name}.${fault}`, known[fault] as Case]));
}

function* fillNames(c: FileCalls): Run<void> {
  for (let i = 0; ; i++) if ((yield* c.save(`/tmp/full${i}`, "")) < 0) return;
}

function* fillBytes(c: FileCalls, path: string): Run<number> {
  const descriptor = yield* c.open(path, Write | Create);
  for (let offset = 0n; ; offset += 65536n) if ((yield* c.write(descriptor, new Uint8Array(65536), offset)) < 65536) return descriptor;
}

const twoPaths = (name: "rename" | "link"): Made =>
  function* (c, directory, path) {
    const [va, bytes] = yield* at(c, path);
    const [toVa, toBytes] = yield* c.path("moved", 4096);
    const there = yield* c.open("/tmp", Read);
    return Number(yield { call: name, args: [directory, va, bytes, there, toVa, toBytes] });
  };

const symlinkTo: Made = function* (c, directory, path) {
  const [target, targetBytes] = yield* c.path("f", 4096);
  const [va, bytes] = yield* at(c, path);
  return Number(yield { call: "symlink", args: [target, targetBytes, directory, va, bytes] });
};

const simple =
  (name: Parameters<typeof raw>[0], ...args: (number | bigint)[]): Case =>
  () =>
    raw(name, ...args);

function* raw(
  name:
    | "close"
    | "renumber"
    | "duplicate"
    | "seek"
    | "fd_stat"
    | "fd_flags"
    | "fd_resize"
    | "fd_times"
    | "list"
    | "sync"
    | "fd_read"
    | "fd_write"
    | "fd_read_at"
    | "fd_write_at"
    | "poll"
    | "pipe"
    | "launch"
    | "environment"
    | "directories"
    | "heap_limit"
    | "scratch_limit",
  ...args: (number | bigint)[]
): Run<bigint> {
  return yield { call: name, args };
}

// The case with a descriptor opened first.
const opened = (path: string, flags: number, name: Parameters<typeof raw>[0], ...args: (number | bigint)[]): Case =>
  function* (c) {
    return yield* raw(name, yield* c.open(path, flags), ...args);
  };

function* full(c: FileCalls): Run<void> {
  while ((yield* c.open("/tmp/f", Read)) >= 0);
}

// A call that waits on the console until Ctrl-C is typed at the shell.
const interrupted = (body: Case): Case =>
  function* (c, kernel) {
    kernel.onIdle = () => kernel.type("\x03");
    return yield* body(c, kernel);
  };

const buffer = (c: FileCalls) => c.va(8192);

// What a child with an environment and directories is answered; it ends with that.
const asked = (call: "environment" | "directories"): Case =>
  function* (c) {
    const pid = yield* c.launch({ program: "asker", argv: [call], environment: ["A=1"], directories: ["/"] });
    return -(yield* c.wait(pid)).status;
  };

const CASES: Record<string, Case> = {
  // launch
  "launch.Fault": simple("launch", NOWHERE),
  "launch.NotFound": (c) => c.launch({ program: "none" }),
  "launch.Invalid": (c) => c.launch({ program: "sleeper", argv: [] }),
  "launch.BadDescriptor": (c) => c.launch({ program: "sleeper", descriptors: [NONE] }),
  *"launch.Busy"(c) {
    for (;;) {
      const pid = yield* c.launch({ program: "sleeper" });
      if (pid < 0) return pid;
    }
  },
  *"launch.NoMemory"(c) {
    yield { call: "control", args: [Control.CrashAuto, 0] }; // else the ladder finds a frame
    yield { call: "control", args: [12, 1] };
    while ((yield { call: "control", args: [12, 64] }) >= 0n);
    while ((yield { call: "control", args: [12, 1] }) >= 0n);
    for (let i = 0; i < 60; i++) {
      const pid = yield* c.launch({ program: "sleeper" });
      if (pid < 0) {
        yield { call: "control", args: [12, 0] };
        yield { call: "control", args: [Control.CrashAuto, 1] };
        return pid;
      }
    }
    return 0;
  },
  "environment.Fault": asked("environment"),
  "directories.Fault": asked("directories"),
  "heap_limit.NoMemory": simple("heap_limit", FAR),
  "heap_limit.Invalid": simple("heap_limit", 5),
  "scratch_limit.NoMemory": simple("scratch_limit", FAR),
  "scratch_limit.Invalid": simple("scratch_limit", 5),
  // open
  ...pathCases("open", one("open", Write | Create), ["Fault", "NotFound", "NotDirectory", "Loop", "NameTooLong", "BadDescriptor", "ReadOnly", "Escapes", "NoSpace"]),
  "open.Exists": (c) => c.open("/tmp/f", Write | Create | Exclusive),
  "open.IsDirectory": (c) => c.open("/tmp/d", Write),
  "open.Invalid": (c) => c.open("/tmp/f", 1024),
  *"open.TooManyOpen"(c) {
    yield* full(c);
    return yield* c.open("/tmp/f", Read);
  },
  // descriptors
  "close.BadDescriptor": simple("close", NONE),
  "renumber.BadDescriptor": simple("renumber", NONE, 1),
  "duplicate.BadDescriptor": simple("duplicate", NONE),
  *"duplicate.TooManyOpen"(c) {
    yield* full(c);
    return yield* raw("duplicate", 1);
  },
  "fd_read.BadDescriptor": opened("/tmp/f", Write, "fd_read", 0, 1),
  "fd_read.IsDirectory": opened("/tmp/d", Read, "fd_read", 0, 1),
  "fd_read.Fault": opened("/tmp/f", Read, "fd_read", NOWHERE, 1),
  *"fd_read.Again"(c) {
    const [from] = yield* c.pipe();
    yield { call: "fd_flags", args: [from, Open.NonBlock] };
    return (yield* c.read(from, 1)) as number;
  },
  "fd_read.Interrupted": interrupted(function* (c) {
    return (yield* c.read(0, 1)) as number;
  }),
  "fd_write.BadDescriptor": opened("/tmp/f", Read, "fd_write", 0, 1),
  "fd_write.Fault": opened("/tmp/f", Write, "fd_write", NOWHERE, 1),
  *"fd_write.BrokenPipe"(c) {
    const [from, to] = yield* c.pipe();
    yield* c.close(from);
    return yield* c.write(to, "x");
  },
  *"fd_write.NoSpace"(c) {
    const full = yield* fillBytes(c, "/tmp/big");
    yield { call: "seek", args: [full, 0, 2] };
    return yield* c.write(full, "x".repeat(5000));
  },
  *"fd_write.FileTooBig"(c) {
    const descriptor = yield* c.open("/tmp/f", Write);
    yield { call: "seek", args: [descriptor, FAR, 0] };
    return yield* c.write(descriptor, "x");
  },
  *"fd_write.Again"(c) {
    const [, to] = yield* c.pipe();
    yield { call: "fd_flags", args: [to, Open.NonBlock] };
    yield* c.write(to, new Uint8Array(65536));
    return yield* c.write(to, "x");
  },
  "fd_write.Interrupted": interrupted(function* (c) {
    const [, to] = yield* c.pipe();
    yield* c.write(to, new Uint8Array(65536));
    return yield* c.write(to, "x");
  }),
  "fd_read_at.BadDescriptor": simple("fd_read_at", NONE, 0, 1, 0),
  "fd_read_at.NotSeekable": simple("fd_read_at", 0, 0, 1, 0),
  "fd_read_at.IsDirectory": opened("/tmp/d", Read, "fd_read_at", 0, 1, 0),
  "fd_read_at.Fault": opened("/tmp/f", Read, "fd_read_at", NOWHERE, 1, 0),
  "fd_write_at.BadDescriptor": simple("fd_write_at", NONE, 0, 1, 0),
  "fd_write_at.NotSeekable": simple("fd_write_at", 1, 0, 1, 0),
  "fd_write_at.Fault": opened("/tmp/f", Write, "fd_write_at", NOWHERE, 1, 0),
  *"fd_write_at.FileTooBig"(c) {
    return yield* c.write(yield* c.open("/tmp/f", Write | Append), "x", FAR);
  },
  *"fd_write_at.NoSpace"(c) {
    yield* fillBytes(c, "/tmp/big");
    return yield* c.write(yield* c.open("/tmp/f", Write), "x", 1n << 30n);
  },
  "seek.BadDescriptor": simple("seek", NONE, 0, 0),
  "seek.NotSeekable": simple("seek", 0, 0, 0),
  "seek.Invalid": opened("/tmp/f", Read, "seek", -1n, 0),
  "seek.IsDirectory": opened("/tmp/d", Read, "seek", 0, 0),
  "fd_stat.BadDescriptor": simple("fd_stat", NONE, 0),
  "fd_stat.Fault": simple("fd_stat", 0, NOWHERE),
  "fd_flags.BadDescriptor": simple("fd_flags", NONE, 0),
  "fd_flags.Invalid": simple("fd_flags", 0, 1),
  "fd_resize.BadDescriptor": opened("/tmp/f", Read, "fd_resize", 0),
  "fd_resize.Invalid": opened("/tmp/d", Read, "fd_resize", 0),
  "fd_resize.FileTooBig": opened("/tmp/f", Write, "fd_resize", FAR),
  "fd_times.BadDescriptor": simple("fd_times", NONE, 0, 0),
  "fd_times.Invalid": simple("fd_times", 0, 0, 0),
  "fd_times.ReadOnly": opened("/files/apple.txt", Read, "fd_times", 0, 0),
  "list.BadDescriptor": simple("list", NONE, 0, 0, 4096),
  "list.NotDirectory": opened("/tmp/f", Read, "list", 0, 0, 4096),
  "list.Invalid": opened("/tmp/d", Read, "list", 0, 0, 200),
  "list.Fault": opened("/tmp/d", Read, "list", 0, NOWHERE, 4096),
  "sync.BadDescriptor": simple("sync", NONE),
  *"pipe.TooManyOpen"(c) {
    yield* full(c);
    return yield* raw("pipe");
  },
  "poll.Fault": simple("poll", NOWHERE, 24, 0),
  *"poll.Invalid"(c) {
    return yield* raw("poll", buffer(c), 25, 0);
  },
  "poll.Interrupted": interrupted(function* (c) {
    return (yield* c.poll([], 1n << 62n)).ready;
  }),
  // paths
  ...pathCases("path_stat", one("path_stat", 1, 0), ["Fault", "NotFound", "Escapes", "NotDirectory", "Loop", "NameTooLong", "BadDescriptor"]),
  ...pathCases("path_times", one("path_times", 1, 0, 0), ["Fault", "NotFound", "Escapes", "NotDirectory", "Loop", "NameTooLong", "BadDescriptor"]),
  *"path_times.ReadOnly"(c) {
    return yield* one("path_times", 1, 0, 0)(c, -1, "/files/apple.txt");
  },
  ...pathCases("make_directory", one("make_directory"), ["Fault", "Exists", "NotFound", "Escapes", "ReadOnly", "NoSpace", "NotDirectory", "Loop", "NameTooLong", "BadDescriptor"]),
  ...pathCases("remove", one("remove", 0), ["Fault", "NotFound", "Escapes", "NotDirectory", "Loop", "NameTooLong", "BadDescriptor"]),
  "remove.IsDirectory": (c) => c.remove("/tmp/d"),
  "remove.NotEmpty": (c) => c.remove("/tmp/d", true),
  "remove.Busy": (c) => c.remove("/tmp", true),
  "remove.Invalid": (c) => c.remove("/tmp/d/.", true),
  "remove.ReadOnly": (c) => c.remove("/files/apple.txt"),
  ...pathCases("rename", twoPaths("rename"), ["Fault", "NotFound", "Escapes", "Loop", "NameTooLong", "BadDescriptor"]),
  "rename.CrossDevice": (c) => c.two("rename", "/files/apple.txt", "/tmp/x"),
  "rename.NotEmpty": (c) => c.two("rename", "/tmp/empty", "/tmp/d"),
  "rename.IsDirectory": (c) => c.two("rename", "/tmp/f", "/tmp/d"),
  "rename.NotDirectory": (c) => c.two("rename", "/tmp/d", "/tmp/f"),
  "rename.Invalid": (c) => c.two("rename", "/tmp/d", "/tmp/d/x"),
  "rename.Busy": (c) => c.two("rename", "/tmp", "/x"),
  "rename.ReadOnly": (c) => c.two("rename", "/files/apple.txt", "/files/x"),
  *"rename.NoSpace"(c) {
    yield* fillNames(c);
    for (let i = 0; ; i++) {
      const status = yield* c.two("link", "/tmp/f", `/tmp/${"n".repeat(200)}${i}`);
      if (status < 0) break;
    }
    return yield* c.two("rename", "/tmp/f", `/tmp/${"m".repeat(250)}`);
  },
  ...pathCases("link", twoPaths("link"), ["Fault", "NotFound", "Escapes", "NotDirectory", "Loop", "NameTooLong", "BadDescriptor"]),
  "link.Exists": (c) => c.two("link", "/tmp/f", "/tmp/d/e"),
  "link.CrossDevice": (c) => c.two("link", "/files/apple.txt", "/tmp/x"),
  "link.Denied": (c) => c.two("link", "/tmp/d", "/tmp/x"),
  "link.ReadOnly": (c) => c.two("link", "/files/apple.txt", "/files/x"),
  *"link.NoSpace"(c) {
    yield* fillNames(c);
    for (let i = 0; ; i++) {
      const status = yield* c.two("link", "/tmp/f", `/tmp/${"n".repeat(200)}${i}`);
      if (status < 0) return status;
    }
  },
  ...pathCases("symlink", symlinkTo, ["Fault", "Exists", "NotFound", "Escapes", "ReadOnly", "NoSpace", "NotDirectory", "Loop", "NameTooLong", "BadDescriptor"]),
  *"symlink.Invalid"(c) {
    const [va, bytes] = yield* c.path("/tmp/x");
    return Number(yield { call: "symlink", args: [va, 0, -1, va, bytes] });
  },
  ...pathCases("readlink", one("readlink", 0, 8), ["Fault", "NotFound", "Escapes", "NotDirectory", "Loop", "NameTooLong", "BadDescriptor"]),
  *"readlink.Invalid"(c) {
    const answer = yield* c.readlink("/tmp/f");
    return typeof answer === "number" ? answer : 0;
  },
};

/** The kernel does not answer these: the glue of the program does, or they cannot be brought about with what a process may do. */
const ELSEWHERE = new Set(["Range"]);
/** memory_offer is the reclaim ladder's, and what is Denied mapping.test.ts's; a pipe takes memory when bytes come; NotSeekable and the like need no path. */
const APART = new Set(["memory_offer.Fault", "memory_offer.Invalid", "memory_offer.Denied", "pipe.NoMemory", "fd_write.NoMemory", "fd_resize.NoSpace", "fd_resize.ReadOnly"]);

const named = SYS_CALLS.filter((family) => family.family === "launch" || family.family === "files").flatMap((family) =>
  family.calls.flatMap((call) =>
    Object.keys(call.faults)
      .filter((fault) => !ELSEWHERE.has(fault))
      .map((fault) => `${call.name}.${fault}`),
  ),
);

test("each fault of the interface has a case, and each case a fault", () => {
  expect(Object.keys(CASES).filter((name) => !named.includes(name))).toEqual([]);
  expect(named.filter((name) => !(name in CASES) && !APART.has(name))).toEqual([]);
});

test.each(Object.keys(CASES))("%s", (name) => {
  let answer: number | bigint | undefined;
  run(
    function* (c, kernel) {
      yield* furnish(c);
      answer = yield* (CASES[name] as Case)(c, kernel);
    },
    {
      *asker(c) {
        const bytes = Number(yield { call: "arguments", args: [buffer(c), 100] });
        const call = new TextDecoder().decode(c.take(8192, bytes - 1)) as "environment" | "directories";
        yield { call: "exit", args: [-(yield { call, args: [NOWHERE, 8] })] };
      },
      *sleeper() {
        yield { call: "sleep", args: [1_000_000n * MS] };
      },
    },
    { memoryBytes: 8 << 20 },
  );
  const fault = name.split(".")[1] as keyof typeof Status;
  expect(Number(answer)).toBe(Status[fault]);
});
