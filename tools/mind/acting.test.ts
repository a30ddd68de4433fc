// What the shell does with suggestions of a mind: the shell's own code over a kernel of this test's. Risks, limits, rate, approvals, protection, effect and undo.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { Control, ModuleKind, ModuleState, ProcessState, Risk, Status, TaskState, Topic } from "../abi/index.js";
import { runGraph } from "../build/graph.js";
import { compileWasm } from "../build/wasm.js";
import { ROOT } from "../lib/index.js";
import { kernelRow } from "./kernel-rows.js";

interface Exports {
  memory: WebAssembly.Memory;
  offer(id: number, command: number, calibrated: number, abstains: number, json: number): number;
  once(): void;
  typed(line: number): number;
  risk(line: number): number;
  __new(bytes: number, id: number): number;
  __pin(address: number): number;
  __unpin(address: number): void;
  __collect(): void;
}

const step = compileWasm("shell-act", "kernel-as/shell/llm/act.harness.ts", "program");
await runGraph([step], { jobs: 1 });
const module = new WebAssembly.Module(readFileSync(join(ROOT, step.outputs[0] as string)));
const STRING_ID = 2;
const SHELL_PID = 1;
const SECOND = 1_000_000_000;

interface Process {
  pid: number;
  parent: number;
  name: string;
  startedNs: number;
  guarded: boolean;
  nice: number;
  pages: number;
  waitNs: number;
}

/** A kernel with processes, nice values, modules and a memory that what is ended gives back. */
class Machine {
  nowNs = 100 * SECOND;
  processes: Process[] = [];
  freePages = 10_000;
  killed = 0;
  riskNow: number = Risk.Normal;
  pressurePpm = 0;
  threshold = 800_000;
  automatic = 1;
  policy = 0;
  output = "";
  slept = 0;
  /** What happens while the shell waits. */
  passing: () => void = () => {};
  /** What a nice value does. */
  reniced: (pid: number) => void = () => {};
  readonly #exports: Exports;

  constructor() {
    this.add({ pid: SHELL_PID, name: "shell", guarded: true });
    this.add({ pid: 3, name: "leaky", pages: 512 });
    this.add({ pid: 4, parent: 3, name: "child" });
    this.add({ pid: 5, name: "precious", guarded: true });
    this.add({ pid: 6, name: "parent" });
    this.add({ pid: 7, parent: 6, name: "kept", guarded: true });
    const sys: Record<string, (...values: never[]) => bigint> = {};
    for (const { name } of WebAssembly.Module.imports(module)) sys[name] = () => BigInt(Status.NotFound);
    Object.assign(sys, {
      pid: () => BigInt(SHELL_PID),
      time_now: () => BigInt(this.nowNs),
      interrupted: () => 0n,
      read: () => 0n,
      sleep: (ns: bigint) => {
        this.nowNs += Number(ns);
        this.slept += Number(ns);
        this.passing();
        return 0n;
      },
      write: (at: number, count: number) => {
        this.output += Buffer.from(this.#exports.memory.buffer, at, count).toString();
        return BigInt(count);
      },
      fd_write: (_descriptor: number, at: number, count: number) => {
        this.output += Buffer.from(this.#exports.memory.buffer, at, count).toString();
        return BigInt(count);
      },
      kill: (pid: number) => {
        const found = this.processes.find((p) => p.pid === pid);
        if (!found) return BigInt(Status.NotFound);
        this.freePages += found.pages;
        this.processes = this.processes.filter((p) => p !== found);
        return 0n;
      },
      query: (topic: number, start: bigint, buffer: number, capacity: number) => {
        const rows = this.rows(topic);
        if (!rows) return BigInt(Status.NotFound);
        let used = 0;
        for (const one of rows.slice(Number(start))) {
          if (used + one.length > capacity) break;
          one.copy(Buffer.from(this.#exports.memory.buffer), buffer + used);
          used += one.length;
        }
        return BigInt(used);
      },
      control: (operation: number, a: bigint, b: bigint, buffer: number, bytes: number) => BigInt(this.control(operation, Number(a), Number(BigInt.asIntN(64, b)), buffer, bytes)),
    });
    this.#exports = new WebAssembly.Instance(module, { sys }).exports as unknown as Exports;
  }

  add(process: Partial<Process> & { pid: number; name: string }): void {
    this.processes.push({ parent: SHELL_PID, startedNs: this.nowNs, guarded: false, nice: 0, pages: 10, waitNs: 0, ...process });
  }

  rows(topic: number): Buffer[] | undefined {
    switch (topic) {
      case Topic.Memory:
        return [kernelRow("MemoryRow", { managedPages: 30_000, freePages: this.freePages, largestFreePages: 512, outOfMemory: this.killed })];
      case Topic.System:
        return [kernelRow("SystemRow", { uptimeNs: this.nowNs })];
      case Topic.Pressure:
        return [kernelRow("PressureRow", { someAverage10Ppm: this.pressurePpm })];
      case Topic.Prediction:
        return [kernelRow("PredictionRow", { risk: this.riskNow, thresholdPpm: this.threshold, automatic: this.automatic, timeToExhaustionMs: -1 })];
      case Topic.Sched:
        return [kernelRow("SchedRow", { moduleId: this.policy, explainEvery: 8 })];
      case Topic.Modules:
        return [
          kernelRow("ModuleRow", { id: 2, kind: ModuleKind.Sched, name: "las", state: this.policy === 2 ? ModuleState.Active : ModuleState.Available }),
          kernelRow("ModuleRow", { id: 3, kind: ModuleKind.Sched, name: "eevdf", state: this.policy === 3 ? ModuleState.Active : ModuleState.Available }),
        ];
      case Topic.LadderLimits:
        return [kernelRow("LadderLimitRow", { name: "grace-ms", value: 250, standard: 250, least: 0, most: 10_000 })];
      case Topic.Processes:
        return this.processes.map((p) =>
          kernelRow("ProcessRow", {
            pid: p.pid,
            parent: p.parent,
            command: p.name,
            startedNs: p.startedNs,
            flags: p.guarded ? 1 : 0,
            state: ProcessState.Sleeping,
            residentPages: p.pages,
          }),
        );
      case Topic.Tasks:
        return this.processes.map((p) =>
          kernelRow("TaskRow", { pid: p.pid, nice: p.nice, state: p.waitNs > 0 ? TaskState.Ready : TaskState.Blocked, readySinceNs: p.waitNs > 0 ? this.nowNs - p.waitNs : 0 }),
        );
      default:
        return undefined;
    }
  }

  control(operation: number, a: number, b: number, buffer: number, bytes: number): number {
    const process = this.processes.find((p) => p.pid === a);
    if (operation === Control.Nice) {
      if (!process) return Status.NotFound;
      process.nice = b;
      this.reniced(a);
    } else if (operation === Control.Protect) {
      if (!process) return Status.NotFound;
      process.guarded = b === 1;
    } else if (operation === Control.CrashThreshold) this.threshold = a;
    else if (operation === Control.CrashAuto) this.automatic = a;
    else if (operation === Control.ModuleSwap) this.policy = Buffer.from(this.#exports.memory.buffer, buffer, bytes).toString() === "las" ? 2 : 3;
    else if (operation === Control.ModuleFallback) this.policy = 0;
    else if (operation === Control.Reclaim) {
      this.freePages += a / 2;
      return a / 2;
    } else return Status.NotFound;
    return Status.Ok;
  }

  #text(text: string): number {
    const at = this.#exports.__pin(this.#exports.__new(text.length * 2, STRING_ID));
    new Uint16Array(this.#exports.memory.buffer, at, text.length).set([...text].map((letter) => letter.charCodeAt(0)));
    return at;
  }

  #said<T>(run: () => T): { output: string; status: T } {
    this.output = "";
    const status = run();
    this.#exports.__collect();
    return { output: this.output, status };
  }

  /** The mind suggests a command. */
  offer(id: number, command: string, { calibrated = true, abstains = false, json = false } = {}) {
    return this.#said(() => this.#exports.offer(id, this.#text(command), Number(calibrated), Number(abstains), Number(json)));
  }
  /** The shell is one of a background job. */
  once(): void {
    this.#exports.once();
  }
  /** A person types a line. */
  type(line: string) {
    return this.#said(() => this.#exports.typed(this.#text(line)));
  }
  risk(line: string): string {
    const at = this.#exports.risk(this.#text(line));
    const bytes = new DataView(this.#exports.memory.buffer).getUint32(at - 4, true);
    return new TextDecoder("utf-16le").decode(new Uint8Array(this.#exports.memory.buffer, at, bytes));
  }
  nice(pid: number) {
    return this.processes.find((p) => p.pid === pid)?.nice;
  }
  has(pid: number): boolean {
    return this.processes.some((p) => p.pid === pid);
  }
  audit(): { id: number; command: string; risk: string; fate: string; outcome: string; note: string; undo: string[]; approved: boolean }[] {
    return JSON.parse(this.type("llmctl audit 64 --json").output).audit;
  }
}

let machine: Machine;
beforeEach(() => {
  machine = new Machine();
});

describe("the risk of a line", () => {
  test.each([
    ["ps -l", "observe"],
    ["memctl pressure", "observe"],
    ["schedctl policy", "observe"],
    ["memctl ladder", "observe"],
    ["schedctl policy las", "adjust"],
    ["renice 5 3", "adjust"],
    ["memctl reclaim 16M", "adjust"],
    ["kill 3", "destroy"],
    ["poweroff", "destroy"],
    ["rm -r /tmp", "destroy"],
    // no program of /bin here: it may be the shell itself, or anything
    ["run shell -c kill", "destroy"],
    ["run /files/evil.wasm", "destroy"],
  ])("%s: %s", (line, risk) => expect(machine.risk(line)).toBe(risk));

  test.each([
    "ps; kill 3",
    "ps && poweroff",
    "ps | kill 3",
    "ps > /tmp/x",
    "kill 3 &",
    "nice -n 5 kill 3",
    "watch 1 kill 3",
    "repeat 3 poweroff",
    "panic --yes now",
    "llmctl approve 1",
    "llmctl auto-execute on",
    "cd /",
    "kill $?",
    "rm /tmp/*",
    "ps\nkill 3",
    "ps \u0000",
    "kıll 3",
    "frob",
    "kill",
    "renice 99 3",
    "kill --help",
    "",
    `cat ${"a".repeat(600)}`,
  ])("nobody runs %j", (line) => expect(machine.risk(line)).toMatch(/^refused: ./));
});

describe("automation off, as the machine starts", () => {
  test("in a background job it cannot be approved at the prompt, and says so", () => {
    machine.once();
    expect(machine.offer(1, "renice 5 3").output).toBe("Waits:      in a shell that ends with this line: ask at the prompt, without & or |, to approve\n");
  });

  test("nothing runs by itself, not even what only reads; a person approves", () => {
    expect(machine.offer(1, "renice 5 3").output).toBe("Waits:      llmctl approve 1, or reject\n");
    machine.offer(2, "memctl pressure");
    expect(machine.nice(3)).toBe(0);
    expect(machine.type("llmctl approvals").output).toMatch(/1 .*adjust .*waits .*renice 5 3\n.*2 .*observe .*waits .*memctl pressure\n/);
    const approved = machine.type("llmctl approve 1");
    expect(approved).toEqual({ output: "Runs:       renice 5 3\nEffect:     done\n", status: 0 });
    expect(machine.nice(3)).toBe(5);
    expect(machine.type("llmctl approve 1").output).toBe("llmctl approve: 1 does not wait: ran\n");
    expect(machine.type("llmctl reject 2").status).toBe(0);
    expect(machine.type("llmctl approve 2").output).toMatch(/does not wait: rejected/);
    expect(machine.type("llmctl approve 9").output).toMatch(/9: no such suggestion/);
  });
});

describe("automation on", () => {
  beforeEach(() => {
    expect(machine.type("llmctl auto-execute on").status).toBe(0);
  });

  test("what reads runs at once, and its output is there", () => {
    const { output } = machine.offer(1, "memctl pressure");
    expect(output).toMatch(/^Runs: {7}memctl pressure\n[\s\S]+Effect: {5}done\n$/);
    expect(machine.slept).toBe(0);
  });

  test("what goes on until Ctrl-C where a person types ends after one round", () => {
    const { output } = machine.offer(1, "schedctl top");
    expect(output).toMatch(/^Runs: {7}schedctl top\nat [\s\S]+Effect: {5}done\n$/);
    expect(machine.slept).toBe(2 * SECOND);
    expect(machine.type("schedctl top --rounds 3").status).toBe(0);
    expect(machine.slept).toBe(8 * SECOND);
  });

  test("what adjusts runs within limits, and is looked at again a second later", () => {
    expect(machine.offer(1, "renice 5 3").output).toBe("Runs:       renice 5 3\nEffect:     done\n");
    expect(machine.slept).toBe(SECOND);
    expect(machine.audit()[0]).toMatchObject({ fate: "ran", outcome: "done", undo: ["renice 0 3"], approved: false });
  });

  test.each([
    ["renice -10 3", "a nice value below -5"],
    ["memctl reclaim 50%", "more than a quarter"],
    ["crashctl auto off", "turns the kernel's protection off"],
    ["memctl protect --oom-score -1000 3", "who is killed"],
    ["memctl limits grace-ms 9000", "more than 4 times"],
    ["modctl load /files/x.wasm", "loads a file"],
    ["memctl ladder kill", "without memory"],
    ["kill 3", "it destroys"],
    ["poweroff", "it destroys"],
  ])("past the limits it waits: %s", (command, why) => {
    const { output } = machine.offer(1, command);
    expect(output).toContain("Waits:");
    expect(output).toContain(why);
    expect(machine.has(3)).toBe(true);
    expect(machine.audit()[0]).toMatchObject({ fate: "waits", outcome: "-" });
  });

  test("six adjustments a minute, then they wait, and a minute later they run again", () => {
    for (let i = 1; i <= 6; i++) expect(machine.offer(i, `renice ${i} 3`).output).toContain("Effect:     done");
    expect(machine.offer(7, "renice 7 3").output).toContain("6 adjustments in the last minute");
    expect(machine.nice(3)).toBe(6);
    expect(machine.offer(8, "ps").output).toContain("Runs:       ps");
    machine.nowNs += 61 * SECOND;
    expect(machine.offer(9, "renice 9 3").output).toContain("Effect:     done");
  });

  test("a kill waits; approved, it is seen that they are gone and what came free", () => {
    machine.offer(1, "kill 3");
    expect(machine.has(3)).toBe(true);
    const { output, status } = machine.type("llmctl approve 1");
    expect(output).toBe("Runs:       kill 3\nEffect:     done: 2.0 MiB came free\n");
    expect(status).toBe(0);
    expect([3, 4, 5].map((pid) => machine.has(pid))).toEqual([false, false, true]);
  });

  test.each([
    ["kill 5", "5 is protected"],
    ["kill 1", "1 is protected"],
    ["kill 6", "6 started 7, which is protected"],
    ["renice 19 5", "5 is protected"],
    ["memctl protect --off 5", "5 is protected"],
    ["kill 3 5", "5 is protected"],
    ["kill 99", "99: no such process"],
    ["kill %1", "no such process"],
  ])("protected processes are never touched, whoever approves: %s", (command, why) => {
    const { output, status } = machine.offer(1, command);
    expect(output).toContain(`Refused:    ${command === "kill %1" ? "" : why}`);
    expect(output).toContain(why);
    expect(status).toBe(0);
    expect(machine.type("llmctl approve 1").output).toMatch(/does not wait: refused/);
    expect([1, 3, 5, 6, 7].every((pid) => machine.has(pid))).toBe(true);
    expect(machine.nice(5)).toBe(0);
  });

  test("protected between suggestion and approval: refused; so is a pid that another process has since", () => {
    machine.offer(1, "kill 3");
    (machine.processes.find((p) => p.pid === 3) as Process).guarded = true;
    expect(machine.type("llmctl approve 1").output).toContain("3 is protected");
    machine.offer(2, "kill 6 4");
    machine.offer(3, "kill 4");
    machine.processes = machine.processes.filter((p) => p.pid !== 4);
    expect(machine.type("llmctl approve 3").output).toContain("4: no such process");
    machine.offer(4, "kill 3");
    machine.add({ pid: 8, name: "first" });
    machine.offer(5, "kill 8");
    machine.processes = machine.processes.filter((p) => p.pid !== 8);
    machine.nowNs += SECOND;
    machine.add({ pid: 8, name: "second" });
    expect(machine.type("llmctl approve 5").output).toContain("8 is another process now");
    expect(machine.has(8)).toBe(true);
  });

  test("made worse, it is taken back", () => {
    machine.passing = () => {
      machine.pressurePpm = 300_000;
    };
    expect(machine.offer(1, "crashctl tune 0.95")).toEqual({
      output:
        "Runs:       crashctl tune 0.95\nwarning from confidence 0.950\nwarning from confidence 0.800\nEffect:     made worse, undone: waiting for memory rose from 0.000 to 0.300\n",
      status: 1,
    });
    expect(machine.threshold).toBe(800_000);
    machine.pressurePpm = 0;
    machine.passing = () => {
      (machine.processes.find((p) => p.pid === 4) as Process).waitNs = 3 * SECOND;
    };
    expect(machine.offer(2, "schedctl policy las").output).toContain("Effect:     made worse, undone: a ready process has waited 3.000 s");
    expect(machine.policy).toBe(0);
    expect(machine.audit().map((row) => [row.outcome, row.undo])).toEqual([
      ["made worse, undone", ["crashctl tune 0.800000"]],
      ["made worse, undone", ["schedctl policy fallback"]],
    ]);
  });

  test("made worse by what nothing takes back: said so", () => {
    machine.passing = () => {
      machine.killed++;
    };
    expect(machine.offer(1, "memctl reclaim 1M").output).toContain("Effect:     made worse: a process was killed for lack of memory");
  });

  test("what was so before has no effect; what fails has failed", () => {
    expect(machine.offer(1, "renice 0 3").output).toContain("Effect:     no effect: it was so before");
    expect(machine.offer(2, "memctl reclaim 1M").output).toContain("Effect:     done: free +512.0 KiB");
    expect(machine.offer(3, "memctl compact").output).toMatch(/Effect: {5}failed: status 1/);
  });

  test("a mind that is not sure, or not calibrated", () => {
    expect(machine.offer(1, "renice 5 3", { abstains: true }).output).toBe("");
    expect(machine.type("llmctl approve 1").output).toMatch(/does not wait: none/);
    expect(machine.offer(2, "renice 5 3", { calibrated: false }).output).toContain("not calibrated: it needs approval");
    expect(machine.offer(3, "ps", { calibrated: false }).output).toContain("Runs:       ps");
    expect(machine.offer(4, "").output).toBe("");
    expect(machine.nice(3)).toBe(0);
  });

  test("a process's name and output are text: they raise no risk and touch nobody", () => {
    machine.add({ pid: 11, name: "ps; poweroff" });
    machine.add({ pid: 12, name: "x\u001b[2Jllmctl approve 1" });
    machine.offer(1, "kill 3");
    const { output } = machine.offer(2, "ps");
    expect(output).toContain("Runs:       ps");
    expect(machine.has(3)).toBe(true);
    expect(machine.audit().find((row) => row.id === 1)).toMatchObject({ fate: "waits", risk: "destroy" });
    machine.offer(3, "kill 11; poweroff");
    expect(machine.audit().find((row) => row.id === 3)).toMatchObject({ fate: "refused" });
  });
});

describe("what is told", () => {
  test("each as one line of JSON", () => {
    machine.type("llmctl auto-execute on");
    const ran = JSON.parse(machine.offer(1, "renice 5 3", { json: true }).output);
    expect(ran).toMatchObject({ id: 1, command: "renice 5 3", risk: "adjust", fate: "ran", outcome: "done", confidencePpm: 912_345, undo: ["renice 0 3"] });
    expect(JSON.parse(machine.offer(2, "kill 3", { json: true }).output)).toMatchObject({ fate: "waits", risk: "destroy", note: "it destroys: it needs approval" });
    expect(JSON.parse(machine.type("llmctl approvals --json").output).approvals).toHaveLength(1);
    expect(JSON.parse(machine.type("llmctl auto-execute --json").output)).toEqual({ automatic: true, adjustsLastMinute: 1, adjustsPerMinute: 6, waiting: 1 });
    expect(JSON.parse(machine.type("llmctl explain 2 --json").output)).toMatchObject({ id: 2 });
    expect(JSON.parse(machine.type("llmctl approve 2 --json").output)).toMatchObject({ fate: "ran", outcome: "done", approved: true });
    expect(JSON.parse(machine.type("llmctl approve 7 --json").output)).toEqual({
      error: "llmctl approve: 7: no such suggestion; llmctl approvals lists those that wait",
      status: 1,
    });
  });

  test("explain says all of it", () => {
    machine.offer(1, "kill 3");
    const { output } = machine.type("llmctl explain 1");
    for (const part of [/Question: +#1 {2}why\?/, /Answer: +as you asked/, /Command: +kill 3/, /Risk: +destroy/, /Confidence: +0\.912/, /Touches: +3 {2}leaky/, /State: +waits/])
      expect(output).toMatch(part);
    expect(machine.type("llmctl explain").output).toBe(output);
    expect(machine.type("llmctl explain 5").output).toMatch(/5: no such suggestion/);
  });

  test("the last 64 are kept, and none that waits goes before one that does not", () => {
    machine.offer(1, "kill 3");
    machine.type("llmctl auto-execute on");
    for (let i = 2; i <= 80; i++) machine.offer(i, "pwd");
    const rows = machine.audit();
    expect(rows).toHaveLength(64);
    expect(rows[0]).toMatchObject({ id: 1, fate: "waits" });
    expect(rows[1]?.id).toBe(18);
  });
});
