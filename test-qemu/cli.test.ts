// npm run qemu as a person or a script uses it: the real command, the real image. Each exit status is a promise of --help.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";

const ROOT = join(import.meta.dirname, "..");
const HANG_MS = 60_000;
const folder = mkdtempSync(join(tmpdir(), "ganglion-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Outcome {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Without CI: there progress is told in plain lines on stderr. */
const { CI: _, ...ENV } = process.env;

function start(args: string[], env: NodeJS.ProcessEnv = ENV): ChildProcess {
  return spawn(process.execPath, ["tools/bootstrap.mjs", "tools/cli/qemu.ts", ...args], { cwd: ROOT, env, stdio: ["pipe", "pipe", "pipe"] });
}

async function qemu(args: string[], input = "", env: NodeJS.ProcessEnv = ENV): Promise<Outcome> {
  const child = start(args, env);
  const outcome: Outcome = { status: null, stdout: "", stderr: "" };
  child.stdout?.on("data", (chunk: Buffer) => {
    outcome.stdout += chunk.toString();
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    outcome.stderr += chunk.toString();
  });
  child.stdin?.end(input);
  [outcome.status] = (await once(child, "close")) as [number | null];
  return outcome;
}

const boot = ["--accel", "tcg", "--mem", "64M", "--log", join(folder, "cli.log")];

describe("--exec", () => {
  test("prints what the commands print and nothing else; 0 where all succeeded", async () => {
    expect(await qemu([...boot, "--exec", "echo one; echo two"])).toEqual({ status: 0, stdout: "one\ntwo\n", stderr: "" });
    // Nobody types: what reads the console finds its end.
    expect(await qemu([...boot, "--exec", "cat; cat | cat; echo end"])).toEqual({ status: 0, stdout: "end\n", stderr: "" });
  });

  test("1 where one failed, even if the last succeeded", async () => {
    const { status, stdout } = await qemu([...boot, "--exec", "false; echo on"]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "on\n" });
  });

  test("a background job ends with the machine", async () => {
    expect((await qemu([...boot, "--exec", "sleep 1000 & echo on"])).status).toBe(0);
  });

  test("power off by a command is no failure", async () => {
    expect((await qemu([...boot, "--exec", "poweroff"])).status).toBe(0);
  });

  test("5 and the epitaph on stderr where the kernel panicked", async () => {
    const { status, stdout, stderr } = await qemu([...boot, "--exec", "echo before; panic --yes"]);
    expect(status).toBe(5);
    expect(stdout.trim()).toBe("before");
    expect(stderr).toContain("*** GANGLION PANIC: ");
    expect(stderr).toContain("*** END OF EPITAPH");
    expect(stderr).toContain(join(folder, "cli.log"));
  });

  test("6 where the time limit passed; what was printed before stays", async () => {
    const { status, stdout, stderr } = await qemu([...boot, "--timeout", "5", "--exec", "echo before; sleep 1000"]);
    expect(status).toBe(6);
    expect(stdout).toContain("before\n");
    expect(stderr).toContain("sleep 1000");
  });

  test("on the virtual clock the same seed prints the same bytes", async () => {
    const run = () => qemu([...boot, "--clock", "virtual", "--seed", "7", "--exec", "uptime --json; memctl status --json; version"]);
    const first = await run();
    expect(first.status).toBe(0);
    expect(await run()).toEqual(first);
  });
});

test("commands in a pipe are a script, a line at a time", async () => {
  const { status, stdout } = await qemu(boot, "echo one\n\necho two; false\n");
  expect({ status, stdout }).toEqual({ status: 1, stdout: "one\ntwo\n" });
});

test.each([
  [["--mem", "lots", "--exec", "help"], "512M"],
  [["--mem", "2M", "--exec", "help"], "from 4M"],
  [["--log", "/", "--exec", "help"], "name of a file"],
  [["--boot", "floppy", "--exec", "help"], "direct, grub, limine"],
  [["--no-such-option"], "--help"],
  [["--exec", " "], "--exec"],
  [[], "--exec"],
])("2 for %j, with what is expected", async (args, expected) => {
  const { status, stdout, stderr } = await qemu(args);
  expect(status).toBe(2);
  expect(stdout).toBe("");
  expect(stderr).toContain(expected);
});

test("4 where QEMU is missing, with what to install", async () => {
  const { status, stderr } = await qemu(["--exec", "help"], "", { ...process.env, PATH: folder });
  expect(status).toBe(4);
  expect(stderr).toContain("qemu-system-x86_64");
});

test("--help names every option and every exit status", async () => {
  const { status, stdout } = await qemu(["--help"]);
  expect(status).toBe(0);
  const options = ["--exec", "--accel", "--clock", "--mem", "--timeout", "--seed", "--log", "--append", "--initrd", "--boot", "--firmware", "--policy-engine", "--gdb"];
  for (const option of options) expect(stdout).toContain(option);
  for (const code of [0, 1, 2, 3, 4, 5, 6, 7, 8, 130]) expect(stdout).toMatch(new RegExp(`^ +${code}  \\S`, "m"));
});

/** The QEMU that writes this log (Linux). */
function qemuWith(log: string): number | undefined {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const found = pids.find((pid) => {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      return words[0]?.includes("qemu-system") && words.some((word) => word.includes(log));
    } catch {
      return false; // it ended meanwhile
    }
  });
  return found === undefined ? undefined : Number(found);
}

async function until(condition: () => boolean): Promise<boolean> {
  const end = Date.now() + HANG_MS;
  while (!condition() && Date.now() < end) await new Promise((done) => setTimeout(done, 10));
  return condition();
}

test.skipIf(process.platform !== "linux").each(["SIGINT", "SIGTERM", "SIGKILL"] as const)("%s to the tool leaves no QEMU behind", async (signal) => {
  const log = join(folder, `${signal}.log`);
  const child = start([...boot, "--log", log, "--exec", "sleep 1000"]);
  expect(await until(() => qemuWith(log) !== undefined && existsSync(log) && readFileSync(log, "latin1").includes("b;1"))).toBe(true);
  child.kill(signal);
  const [status] = (await once(child, "exit")) as [number | null];
  if (signal === "SIGINT") expect(status).toBe(130);
  expect(await until(() => qemuWith(log) === undefined)).toBe(true);
});

function onPath(program: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((place) => {
    try {
      accessSync(join(place, program));
      return true;
    } catch {
      return false;
    }
  });
}

/** script (util-linux) gives a command a terminal. Whatever becomes of the test, nothing stays behind. */
function onTerminal() {
  const command = [process.execPath, "tools/bootstrap.mjs", "tools/cli/qemu.ts", ...boot].join(" ");
  const child = spawn("script", ["-qfec", command, "/dev/null"], { cwd: ROOT, stdio: ["pipe", "pipe", "ignore"] });
  onTestFinished(() => void child.kill());
  return child;
}

test.skipIf(process.platform !== "linux" || !onPath("script"))("on a terminal: a prompt, Ctrl-C interrupts, Ctrl-A X leaves with 0", async () => {
  const child = onTerminal();
  let seen = "";
  child.stdout.on("data", (chunk: Buffer) => {
    seen += chunk.toString("latin1");
  });
  const type = async (keys: string, answer: string) => {
    const from = seen.length;
    child.stdin.write(keys);
    expect(await until(() => seen.slice(from).includes(answer)), `${JSON.stringify(answer)} in ${JSON.stringify(seen.slice(from))}`).toBe(true);
  };
  await type("", "ganglion> ");
  await type("echo 'on a' terminal\r", "\non a terminal\r\nganglion> ");
  await type("sleep 1000\r", "\n");
  await type("\x03", "ganglion> ");
  await type("echo $?\r", "\n130\r\n");
  // A process in the foreground reads what is typed in lines; Ctrl-D ends them, and Ctrl-C every stage.
  await type("cat | grep -n n\r", "\n");
  await type("one\r", "\n1:one\r\n");
  await type("twi\x7fo\rnone\r", "\n3:none\r\n");
  await type("\x04", "ganglion> ");
  await type("cat | cat\r", "\n");
  await type("\x03", "ganglion> ");
  await type("cd /RE\t", "README.md ");
  await type("\x15echo $?\r", "\n130\r\n");
  child.stdin.write("\x01x");
  expect(await once(child, "exit")).toEqual([0, null]);
});

test.skipIf(process.platform !== "linux" || !onPath("script"))("on a terminal the epitaph is told once, and the status is 5", async () => {
  const child = onTerminal();
  let seen = "";
  let asked = false;
  child.stdout.on("data", (chunk: Buffer) => {
    seen += chunk.toString("latin1");
    if (asked || !seen.includes("ganglion> ")) return;
    asked = true;
    child.stdin.write("panic --yes enough\r");
  });
  expect(await once(child, "exit")).toEqual([5, null]);
  expect(seen.split("*** END OF EPITAPH").length - 1).toBe(1);
  expect(seen).toContain("the kernel panicked: kernel.wasm: enough");
});

test.skipIf(process.platform !== "linux" || !onPath("script"))("on a terminal what others say stands on rows of its own, and the line being typed is drawn again", async () => {
  const child = onTerminal();
  let seen = "";
  child.stdout.on("data", (chunk: Buffer) => {
    seen += chunk.toString("latin1");
  });
  expect(await until(() => seen.includes("ganglion> "))).toBe(true);
  child.stdin.write("repeat 1 'sleep 1; echo from afar' &\r");
  expect(await until(() => /\[1\] \d+\r\nganglion> /.test(seen))).toBe(true);
  child.stdin.write("echo half");
  // Wiped, said, drawn again: and the line is still there to be ended.
  expect(await until(() => seen.includes("ganglion> echo half\r\x1b[Kfrom afar\r\n\rganglion> echo half")), JSON.stringify(seen)).toBe(true);
  child.stdin.write(" done\r");
  expect(await until(() => seen.includes("\nhalf done\r\n"))).toBe(true);
  child.stdin.write("\x01x");
  expect(await once(child, "exit")).toEqual([0, null]);
});

test("two runs at once in one checkout do not mix their output", async () => {
  const run = (word: string) => qemu(["--clock", "virtual", "--mem", "64M", "--accel", "tcg", "--exec", `repeat 200 'echo ${word}'`]);
  const [one, two] = await Promise.all([run("one"), run("two")]);
  expect(one).toEqual({ status: 0, stdout: "one\n".repeat(200), stderr: "" });
  expect(two).toEqual({ status: 0, stdout: "two\n".repeat(200), stderr: "" });
});
