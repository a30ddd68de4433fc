// Every command: help and JSON from the table, what people read, what reaches the kernel.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { Control, ExitReason, LAYOUT, Status, Topic } from "../../tools/abi/generated.js";
import { desk, machine } from "./desk.js";

const Argument = z.strictObject({
  name: z.string(),
  type: z.enum(["switch", "integer", "size", "rate", "fraction", "seconds", "choice", "text", "path", "module", "program", "process", "commandName", "command", "policy", "limit"]),
  required: z.boolean(),
  rest: z.boolean(),
  placeholder: z.string().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  choices: z.array(z.string()).optional(),
  default: z.string().optional(),
  doc: z.string().min(1),
});
const Command = z.strictObject({
  name: z.string(),
  path: z.string(),
  family: z.string().optional(),
  usage: z.string(),
  summary: z.string().min(1),
  risk: z.enum(["observe", "adjust", "destroy"]),
  runs: z.boolean(),
  optionsFirst: z.boolean(),
  get subcommands() {
    return z.array(Command);
  },
  operands: z.array(Argument),
  options: z.array(Argument),
});
type Command = z.infer<typeof Command>;

function table(): Command[] {
  return z.object({ commands: z.array(Command) }).parse(JSON.parse(machine().ask("help --json").output)).commands;
}

/** Commands that run, subcommands too. */
function runnable(commands = table()): Command[] {
  return commands.flatMap((command) => [...(command.runs ? [command] : []), ...runnable(command.subcommands)]);
}

const ALL = runnable();
const ENDS_THE_MACHINE = ["poweroff", "reboot", "panic"];

/** Something that fits an operand. */
function example(argument: z.infer<typeof Argument>): string {
  if (argument.name === "PID" || argument.name === "JOB") return "12";
  switch (argument.type) {
    case "integer":
      return String(Math.max(argument.minimum ?? 0, 1));
    case "fraction":
      return "0.5";
    case "seconds":
      return "0.02";
    case "choice":
      return argument.choices?.[0] ?? "";
    case "command":
      return "true";
    case "commandName":
      return "help";
    default:
      return "spec";
  }
}

describe("the table", () => {
  test("holds every command of the manual", () => {
    const names = table().map((command) => command.name);
    const wanted =
      "help version uptime dmesg echo true false ps kill free memctl trace modctl stress crashctl stats repeat watch sleep poweroff reboot panic jobs wait fg history clear spec run ls cat cp mv rm mkdir stat df nice renice schedctl hexdump wc grep head tail sha256sum touch ln tee pwd cd";
    expect(names).toEqual(expect.arrayContaining(wanted.split(" ")));
    expect(new Set(names).size).toBe(names.length);
  });

  test("is complete data: numbers have bounds, choices have members, options have values", () => {
    for (const command of ALL)
      for (const argument of [...command.operands, ...command.options]) {
        const where = `${command.path} ${argument.name}`;
        if (["integer", "size", "rate", "fraction", "seconds"].includes(argument.type)) expect(argument.maximum, where).toBeGreaterThan(argument.minimum ?? Number.NaN);
        if (argument.type === "choice") expect(argument.choices?.length, where).toBeGreaterThan(1);
        if (argument.name.startsWith("-") && argument.type !== "switch") expect(argument.placeholder, where).toBeTruthy();
      }
  });

  test.each(ALL.map((command) => command.path))("%s --help", (path) => {
    const { ask } = machine();
    const help = ask(`${path} --help`);
    expect(help.status).toBe(0);
    expect(help.output).toMatch(new RegExp(`^Usage: ${path}`));
    expect(ask(`help ${path}`)).toEqual(help);
  });

  test.each(ALL.filter((command) => !ENDS_THE_MACHINE.includes(command.path)).map((command) => [command.path, command] as const))("%s --json", (path, command) => {
    const { ask, kernel } = machine({ stages: true });
    kernel.children.push({ pid: 12, parent: 1, argv: ["x"], endsNs: Number.POSITIVE_INFINITY, status: 0, reason: 0, peakPages: 1, reaped: false });
    const operands = command.operands.filter((operand) => operand.required).map(example);
    if (path === "watch") operands.unshift("--count", "1");
    const { output, status } = ask([path, "--json", ...operands].join(" "));
    expect(output.endsWith("\n"), output).toBe(true);
    expect(output.trimEnd()).not.toContain("\n");
    const value = JSON.parse(output);
    if ("error" in value) expect(value).toEqual({ error: expect.any(String), status });
    else expect([0, 1]).toContain(status);
  });
});

describe("what people read", () => {
  test("crashctl status has its eight labels and no more", () => {
    expect(machine().ask("crashctl status").output.split("\n")).toEqual([
      "Prediction Confidence:  0.834",
      "Risk Level:             WARNING",
      "Free Pages:             60000 (234.3 MiB)",
      "Largest Free Block:     32768 pages (128.0 MiB)",
      "Fragmentation:          0.453",
      "Recent Failures:        2",
      "Time to Exhaustion:     12.345 s",
      "Recommendation:         end or throttle the fastest grower",
      "",
    ]);
  });

  test("crashctl history ends with the accuracy", () => {
    const lines = machine().ask("crashctl history 6").output.trimEnd().split("\n");
    expect(lines).toHaveLength(1 + 6 + 2);
    expect(lines[0]).toMatch(/SEQ +TIME +CONFIDENCE +RISK +OUTCOME +LEAD/);
    expect(lines[2]).toMatch(/^ 25 +25\.000000 +0\.100 +ELEVATED +True\+ +7\.500 s/);
    expect(lines.at(-2)).toBe("True+ 5  True- 20  False+ 1  False- 2  Acted 1  Averted 0  open 1");
    expect(lines.at(-1)).toBe("accuracy 0.892  precision 0.833  recall 0.714");
  });

  test("memctl compact reports what it did", () => {
    const { ask, kernel } = machine();
    expect(ask("memctl compact --order 9").output).toBe(
      "Order Wanted:    9 (2.0 MiB)\nPages Moved:     700\nLeast Possible:  512\nLargest Before:  256 (1.0 MiB)\nLargest After:   512 (2.0 MiB)\nTime:            3.000 ms\n",
    );
    expect(kernel.controls.at(-1)).toMatchObject({ operation: Control.Compact, a: 9n });
  });

  test("memctl try-order says no without an error", () => {
    const { ask, kernel } = machine();
    kernel.answers[Control.TryOrder] = () => Status.NoMemory;
    expect(ask("memctl try-order 9")).toEqual({ output: "order 9 (2.0 MiB): no block is free\n", status: 1, failures: 1 });
    kernel.answers[Control.TryOrder] = () => Status.Range;
    kernel.rows[Topic.Orders] = kernel.rows[Topic.Orders]?.slice(0, 9) ?? [];
    expect(ask("memctl try-order 9")).toEqual({ output: "memctl try-order: order must be 0 to 8 on this machine, not 9\n", status: 2, failures: 1 });
  });

  test("the ladder: rungs with their limits, order and numbers to set", () => {
    const { ask, kernel } = machine();
    const lines = ask("memctl ladder").output.split("\n");
    expect(lines[2]).toMatch(/^ +2 +compact +2 +2 +0 B +3\.000 ms +4\.000000 +2 +6 +1$/);
    expect(lines[4]).toMatch(/^off +compress /);
    ask("memctl ladder drop compress kill");
    expect(kernel.controls.at(-1)).toMatchObject({ operation: Control.LadderOrder, text: "\0\x02\x04" });
    kernel.answers[Control.LadderOrder] = () => Status.Invalid;
    expect(ask("memctl ladder kill drop")).toMatchObject({ output: "memctl ladder: each rung once, and kill as the last\n", status: 2 });
    expect(ask("memctl limits throttles-per-minute").output).toMatch(/throttles-per-minute +20 +20 +0 +600\n/);
    expect(ask("memctl limits throttles-per-minute 5").status).toBe(0);
    expect(kernel.controls.at(-1)).toMatchObject({ operation: Control.LadderLimit, a: 1n, b: 5n });
    kernel.answers[Control.LadderLimit] = () => Status.Range;
    expect(ask("memctl limits throttles-per-minute 700").output).toBe("memctl limits: throttles-per-minute: must be 0 to 600, not 700\n");
    expect(ask("memctl limits frob 1").output).toBe("memctl limits: frob: must be one of compactions-per-minute, throttles-per-minute\n");
  });

  test("protect: from everything, or only a reserve or a shift of the score", () => {
    const { ask, kernel } = machine();
    ask("memctl protect 12");
    ask("memctl protect 12 --off");
    ask("memctl protect 12 --reserve 1M --oom-score -5");
    expect(kernel.controls.map((call) => [call.operation, call.a, BigInt.asIntN(64, call.b)])).toEqual([
      [Control.Foreground, 0n, 0n],
      [Control.Protect, 12n, 1n],
      [Control.Protect, 12n, 0n],
      [Control.Reserve, 12n, 256n],
      [Control.OomScoreAdjust, 12n, -5n],
    ]);
    kernel.answers[Control.Protect] = () => Status.Denied;
    expect(ask("memctl protect 1")).toMatchObject({ output: "memctl protect: pid 1: a service of the image, always protected\n", status: 1 });
    kernel.answers[Control.Reserve] = () => Status.Range;
    expect(ask("memctl protect 12 --reserve 900G").output).toMatch(/^memctl protect: --reserve: must be 0 to [\d.]+ MiB, which is all that programs may hold, not 900G\n$/);
    kernel.answers[Control.Reclaim] = () => Status.Range;
    expect(ask("memctl reclaim 1T")).toMatchObject({ output: expect.stringMatching(/^memctl reclaim: SIZE: must be 4 KiB to [\d.]+ MiB, not 1T\n$/), status: 2 });
  });

  test("memctl zpool, df", () => {
    expect(machine().ask("memctl zpool").output).toBe(
      "Pages Held:     1000 (3.9 MiB), 100 of one word\nPool Size:      400 (1.5 MiB) of at most 2000 (7.8 MiB)\nGained:         600 (2.3 MiB)\nPage ÷ Stored:  2.457\nCompressed:     1200, 10.0 us each\nRestored:       200, 4.0 us each\nDropped:        5\nRefused:        7 would not shrink, 1 found no room\n",
    );
    expect(machine().ask("df /tmp").output.split("\n")[1]).toMatch(/^\/tmp +ramfs +128\.0 MiB +32\.0 MiB +96\.0 MiB +25 % +7 +4096 +read, write$/);
  });

  test("dmesg --tail gives the last lines, and control bytes stay out", () => {
    const log = `${Array.from({ length: 3000 }, (_, i) => `line ${i}`).join("\n")}\x1e\x1b[2J\n`;
    const { ask } = machine({ prepare: (kernel) => Object.assign(kernel, { log }) });
    expect(ask("dmesg --tail 2").output).toBe("line 2998\nline 2999[2J\n");
    expect(JSON.parse(ask("dmesg --json").output).lines).toHaveLength(3000);
  });

  test("trace shows the last rows, by kind, and follows until Ctrl-C", () => {
    const { ask, kernel } = machine();
    const rows = ask("trace 5").output.trimEnd().split("\n");
    expect(rows).toHaveLength(5);
    expect(rows[4]).toMatch(/^ +399 +0\.299000 +PolicySwap +2 /);
    expect(ask("trace 1000 --event OutOfMemory").output.trimEnd().split("\n")).toHaveLength(18);
    kernel.ctrlCAt.push(kernel.nowNs + 350_000_000);
    const followed = ask("trace 3 --follow");
    expect(followed.status).toBe(130);
    expect(followed.output.trimEnd().split("\n")).toHaveLength(3);
  });

  test("version is the package's", () => {
    const version = JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8")).version;
    expect(JSON.parse(machine().ask("version --json").output)).toMatchObject({ name: "ganglion", version, loader: "PVH", seed: 7 });
  });

  test("modctl names the error of a module", () => {
    const { ask, kernel } = machine();
    kernel.answers[Control.ModuleLoad] = (call) => (call.text === "/modules/good.wasm" ? 7 : Status.NotFound);
    expect(ask("modctl load modules/good.wasm").output).toBe("modules/good.wasm: module 7\n");
    expect(ask("modctl load modules/bad.wasm").output).toBe("modctl load: modules/bad.wasm: not found: no such file\n");
    expect(ask("modctl list").output).toMatch(/looper +memory +ejected +wasm3 .*used up its fuel\n/);
  });
});

describe("modctl load of a module that the build did not record", () => {
  const EMPTY = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const MEMORY = [...EMPTY, 5, 4, 1, 1, 1, 1];
  /** A machine whose kernel knows no module, with these files below /tmp. */
  const offering = (files: Record<string, number[]>) => {
    const { ask, kernel } = machine();
    for (const [name, bytes] of Object.entries(files)) kernel.files.put(`/tmp/${name}`, Uint8Array.from(bytes));
    kernel.answers[Control.ModuleLoad] = () => Status.Unrecorded;
    const approvals: Uint8Array[] = [];
    kernel.answers[Control.ModuleApprove] = (call) => {
      approvals.push(call.bytes);
      return 0;
    };
    kernel.answers[Control.ModuleOffer] = () => 9;
    return { ask, kernel, approvals };
  };

  test("it is validated, approved by name, hash and nesting, and offered", () => {
    const { ask, kernel, approvals } = offering({ "mine.wasm": MEMORY });
    expect(ask("cd /tmp; modctl load mine.wasm").output).toBe("mine.wasm: module 9\n");
    const approval = Buffer.from(approvals[0] as Uint8Array);
    const { fields } = LAYOUT.ModuleApproval;
    expect(approval.toString("latin1", 0, 32)).toBe("mine".padEnd(32, "\0"));
    expect(approval.subarray(fields.sha256.offset, fields.sha256.offset + 32).equals(createHash("sha256").update(Uint8Array.from(MEMORY)).digest())).toBe(true);
    expect(approval.readUInt32LE(fields.nesting.offset)).toBe(0);
    expect([...(kernel.controls.at(-1)?.bytes ?? [])]).toEqual(MEMORY);
    expect(kernel.shell.descriptors.size).toBe(0);
  });

  test("what is not valid, or what wasm3 lacks, is refused before the kernel is asked", () => {
    const { ask, approvals } = offering({
      "cut.wasm": MEMORY.slice(0, -1),
      "references.wasm": [...EMPTY, 4, 7, 2, 0x70, 0, 0, 0x6f, 0, 0],
      "vectors.wasm": [...EMPTY, 1, 5, 1, 0x60, 1, 0x7b, 0],
      "empty.wasm": [],
      "large.wasm": new Array(300_000).fill(0),
      "a-name-that-is-longer-than-31-bytes.wasm": MEMORY,
    });
    for (const [name, words] of [
      ["cut.wasm", "damaged: it does not have the form it must have: a length reaches past the end, at byte 10"],
      ["references.wasm", "not offered by this machine or build: it is valid, but uses reference types or several tables, which the interpreter lacks"],
      ["vectors.wasm", "not offered by this machine or build: it needs what no engine here runs: vectors, at byte 14"],
      ["empty.wasm", "out of range: it is empty"],
      ["large.wasm", "out of range: it has 292.9 KiB; a policy has at most 256.0 KiB"],
      ["a-name-that-is-longer-than-31-bytes.wasm", "out of range: its name is longer than 31 bytes"],
    ])
      expect(ask(`modctl load /tmp/${name}`).output).toBe(`modctl load: /tmp/${name}: ${words}\n`);
    expect(ask("modctl load /tmp").output).toBe("modctl load: /tmp: is a directory: a module is a file\n");
    expect(approvals).toEqual([]);
  });
});

describe("processes", () => {
  test("run gives the program's status and says how it died", () => {
    const { ask, kernel } = machine();
    kernel.onSpawn = (child) => Object.assign(child, { status: 7 });
    expect(ask("run spec a 'b c' --json")).toEqual({ output: "", status: 7, failures: 1 });
    expect(kernel.children[0]?.argv).toEqual(["spec", "a", "b c", "--json"]);
    kernel.onSpawn = (child) => Object.assign(child, { status: 139, reason: ExitReason.Fault });
    expect(ask("spec x")).toMatchObject({ output: "spec: memory fault at 0x0, peak 42 pages (168.0 KiB), cpu 7.000 ms\n", status: 139 });
    kernel.spawnError = Status.NotFound;
    expect(ask("run nothing")).toEqual({ output: "run: nothing: no such program in the image, file, or name in /bin\n", status: 127, failures: 1 });
    expect(kernel.foreground).toBe(0);
  });

  test("Ctrl-C ends a foreground program and the rest of the line", () => {
    const { ask, kernel } = machine();
    kernel.onSpawn = (child) => Object.assign(child, { endsNs: Number.POSITIVE_INFINITY });
    kernel.ctrlCAt.push(kernel.nowNs + 1e9);
    expect(ask("run spec; echo after")).toEqual({ output: "", status: 130, failures: 1 });
    expect(ask("echo $?; echo b").output).toBe("130\nb\n");
    expect(kernel.foreground).toBe(0);
  });

  test("Ctrl-C ends sleep, repeat and watch", () => {
    const { ask, kernel } = machine();
    for (const line of ["sleep 100; echo no", "repeat 1000 sleep 1", "watch 1 echo x", "repeat 5 watch 1 'true; sleep 1'"]) {
      kernel.ctrlCAt.push(kernel.nowNs + 2.5e9);
      const { output, status, failures } = ask(line);
      expect(output).not.toContain("^C");
      expect([status, failures]).toEqual([130, 1]);
      expect(ask("true")).toEqual({ output: "", status: 0, failures: 0 });
    }
  });

  test("a job runs its text in a second shell; wait takes its status", () => {
    const { ask, kernel } = machine();
    kernel.onSpawn = (child) => Object.assign(child, { status: 3 });
    expect(ask("sleep 5 && echo 'a b' & jobs").output).toBe("[1]  running     sleep 5 && echo 'a b'\n");
    expect(kernel.children[0]?.argv).toEqual(["shell", "-c", "sleep 5 && echo 'a b'"]);
    expect(ask("wait %1").status).toBe(3);
    expect(ask("wait %1")).toEqual({ output: "wait: %1: not a job of this shell\n", status: 127, failures: 1 });
    expect(ask("true & true & wait; jobs")).toMatchObject({ output: "", status: 0 });
  });

  test("kill ends a job with all it started", () => {
    const { ask, kernel } = machine();
    kernel.onSpawn = (child) => Object.assign(child, { endsNs: Number.POSITIVE_INFINITY });
    ask("stress leak &");
    const job = kernel.children[0]?.pid ?? 0;
    kernel.children.push({ pid: 50, parent: job, argv: ["stress"], endsNs: Number.POSITIVE_INFINITY, status: 0, reason: 0, peakPages: 1, reaped: false });
    expect(ask("kill %1").status).toBe(0);
    expect(kernel.children.every((child) => child.endsNs <= kernel.nowNs)).toBe(true);
    expect(ask("kill 1").output).toBe("kill: 1: not permitted: a protected service\n");
    expect(ask("kill 77").output).toBe("kill: 77: no such process\n");
  });

  test("poweroff ends the jobs first", () => {
    const { ask, kernel } = machine();
    kernel.onSpawn = (child) => Object.assign(child, { endsNs: Number.POSITIVE_INFINITY });
    let alive = -1;
    kernel.answers[Control.PowerOff] = () => {
      alive = kernel.children.filter((child) => child.endsNs > kernel.nowNs).length;
      return 0;
    };
    ask("sleep 1000 &");
    ask("poweroff --status 1");
    expect(alive).toBe(0);
    expect(kernel.controls.at(-1)).toMatchObject({ operation: Control.PowerOff, a: 1n });
  });

  test("shell -c runs a line and exits with its status", () => {
    const { kernel, shell } = desk({ args: ["shell", "-c", "echo a; false"] });
    shell.run();
    expect(shell.take()).toBe("a\n");
    expect(shell.exit).toMatchObject({ status: 1, trapped: false });
    expect(kernel.controls).toEqual([]);
    const wrong = desk({ args: ["shell", "--frob"] }).shell;
    wrong.run();
    expect([wrong.take(), wrong.exit?.status]).toEqual(["Usage: shell -c LINE\n", 2]);
    const left = desk({ args: ["shell", "-c", "exit 9; echo no"] }).shell;
    left.run();
    expect([left.take(), left.exit?.status]).toEqual(["", 9]);
  });
});

describe("stress", () => {
  test("divides the work, and death by lack of memory is status 0", () => {
    const { ask, kernel } = machine();
    kernel.onSpawn = (child) => {
      if (child.argv.at(-1) === "1") Object.assign(child, { status: 137, reason: ExitReason.OutOfMemory, peakPages: 999 });
    };
    const { output, status } = ask("stress sawtooth --workers 2 --rate 8M --size 64M --seed 5 --seconds 2");
    expect(kernel.children.map((child) => child.argv)).toEqual([0, 1].map((i) => ["stress", "sawtooth", String(4 << 20), String(32 << 20), "5", "2000", String(i)]));
    expect(output).toBe(
      "stress sawtooth: 2 workers, 64.0 MiB at 8.0 MiB/s, 2.000 s, seed 5\n" +
        "  pid 10: exited 0, peak 42 pages (168.0 KiB), cpu 7.000 ms\n" +
        "  pid 11: killed for lack of memory, peak 999 pages (3.9 MiB), cpu 7.000 ms\n" +
        "stress sawtooth: 1 exited, 1 killed for lack of memory\n",
    );
    expect(status).toBe(0);
  });

  test("a worker that cannot start ends the others, status 1", () => {
    const { ask, kernel } = machine();
    kernel.onSpawn = (child) => {
      child.endsNs = Number.POSITIVE_INFINITY;
      if (kernel.children.length === 2) kernel.spawnError = Status.NoMemory;
    };
    expect(ask("stress leak --workers 3")).toMatchObject({ status: 1, output: expect.stringContaining("stress: worker 3 cannot start: no memory left for it\n") });
    expect(kernel.children.every((child) => child.reaped)).toBe(true);
  });

  test("Ctrl-C ends all workers", () => {
    const { ask, kernel } = machine();
    kernel.onSpawn = (child) => Object.assign(child, { endsNs: Number.POSITIVE_INFINITY });
    kernel.ctrlCAt.push(kernel.nowNs + 1e9);
    expect(ask("stress leak --workers 3 --seconds 0; echo no")).toEqual({
      output: `stress leak: 3 workers, no limit at 8.0 MiB/s, until Ctrl-C, seed 1\n${[10, 11, 12].map((pid) => `  pid ${pid}: interrupted, peak 42 pages (168.0 KiB), cpu 7.000 ms\n`).join("")}stress leak: 0 exited, 0 killed for lack of memory, 3 ended otherwise\n`,
      status: 130,
      failures: 1,
    });
    expect(kernel.children.every((child) => child.reaped)).toBe(true);
  });
});

test("a topic that the kernel refuses is a clear error", () => {
  const { ask, kernel } = machine();
  kernel.rows[Topic.Memory] = [];
  expect(ask("free")).toEqual({ output: "free: the kernel does not answer\n", status: 1, failures: 1 });
});
