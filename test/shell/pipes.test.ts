// Pipelines, standard input, programs with limits, capture of output: what reaches sys.launch and what comes back.
import { describe, expect, test } from "vitest";
import { ExitReason, Status } from "../../tools/abi/generated.js";
import { machine } from "./desk.js";
import type { Child, FakeKernel, FakeProcess } from "./fake-kernel.js";

/** Plays the runtime: prints its words, its environment, and what it reads. */
function wasi(child: Child, process: FakeProcess, kernel: FakeKernel): number {
  const output = process.descriptors.get(1);
  const say = (text: string) => {
    const bytes = new TextEncoder().encode(text);
    if (output) kernel.files.write(output, bytes);
    else kernel.output.push(...bytes);
  };
  say(`${child.argv.join(" ")}\n`);
  const input = process.descriptors.get(0);
  for (let bytes = input && kernel.files.read(input, 65536); bytes && typeof bytes !== "number" && bytes.length > 0; bytes = input && kernel.files.read(input, 65536))
    say(new TextDecoder().decode(bytes).toUpperCase());
  return child.argv.length;
}

function stages(prepare: (kernel: FakeKernel) => void = () => {}): ReturnType<typeof machine> {
  return machine({
    stages: true,
    prepare: (kernel) => {
      kernel.files.put("/bin/hello.wasm", "\0asm");
      kernel.files.put("/bin/grind.wasm", "\0asm");
      kernel.files.put("/etc/words", "b\na\nc\n");
      kernel.programs.wasi = wasi;
      prepare(kernel);
    },
  });
}

describe("pipelines", () => {
  const cases: [line: string, output: string, status: number][] = [
    ["echo a b | cat", "a b\n", 0],
    ["cat /etc/words | grep -v a | wc -l", "2\n", 0],
    ["echo 'x  y' \"it's\" | cat", "x  y it's\n", 0],
    ["false | true", "", 0],
    ["true | false", "", 1],
    ["cat /none | wc -c", "cat: /none: no such file\n0\n", 0],
    ["cat /none 2>&1 | wc -l", "1\n", 0],
    ["echo a | cat > /tmp/x; cat /tmp/x", "a\n", 0],
    ["echo a | cat < /etc/words | head -n 1", "b\n", 0],
    ["echo a | cat /none; echo $?", "cat: /none: no such file\n1\n", 0],
    ["false; echo $? | cat", "1\n", 0],
    ["echo a | cat && echo b || echo c", "a\nb\n", 0],
    ["echo a | false || echo c | cat", "c\n", 0],
    ["repeat 2 echo x | cat", "x\nx\n", 0],
    ["repeat 2 'echo x | cat'", "x\nx\n", 0],
    ["echo a | frobnicate", "unknown command: frobnicate\ntry help\n", 127],
    ["cat - /etc/words < /etc/words | wc -l", "6\n", 0],
    ["echo z | cat - /etc/words | head -n 2", "z\nb\n", 0],
    ["echo data | tee /tmp/x /tmp/y | wc -c; cat /tmp/x /tmp/y", "5\ndata\ndata\n", 0],
    ["echo more | tee -a /tmp/x; echo more | tee -a /tmp/x > /tmp/z; cat /tmp/x", "more\nmore\nmore\n", 0],
    ["cd /etc; cat words | head -n 1; pwd | cat", "b\n/etc\n", 0],
    ["jobs | cat; cat words", "cat: words: no such file\n", 1],
  ];
  test.each(cases)("%s", (line, output, status) => {
    const { ask, kernel } = stages();
    expect(ask(line)).toMatchObject({ output, status });
    // nothing stays open, nobody stays unreaped
    expect(kernel.shell.descriptors.size).toBe(0);
    expect(kernel.children.every((child) => child.reaped)).toBe(true);
  });

  test("history at the head of a pipeline is this shell's own", () => {
    const { ask, kernel } = stages();
    expect(ask("history --json | wc -l").output).toBe("1\n");
    expect(kernel.children).toHaveLength(1);
  });

  test("Ctrl-C ends every stage, and the rest of the line", () => {
    const { ask, kernel } = stages((k) => {
      k.programs = {};
      k.onSpawn = (child) => Object.assign(child, { endsNs: Number.POSITIVE_INFINITY });
    });
    kernel.ctrlCAt.push(kernel.nowNs + 1e9);
    expect(ask("sleep 1000 | cat | wc; echo no")).toEqual({ output: "", status: 130, failures: 1 });
    expect(kernel.children).toHaveLength(3);
    expect(kernel.children.every((child) => child.reaped && child.status === 130)).toBe(true);
    expect(kernel.foreground).toBe(0);
  });

  test("a stage that cannot start ends the others", () => {
    const { ask, kernel } = stages((k) => {
      k.onSpawn = () => {
        k.spawnError = Status.NoMemory;
      };
    });
    expect(ask("sleep 1000 | cat")).toEqual({ output: "cat: cannot start: no memory left for it\n", status: 1, failures: 1 });
    expect(kernel.children.every((child) => child.reaped)).toBe(true);
    expect(kernel.shell.descriptors.size).toBe(0);
  });

  test("a pipeline in the background is one job with nothing to read", () => {
    const { ask, kernel } = stages();
    expect(ask("cat | wc -c & wait; jobs").output).toBe("0\n");
    expect(kernel.children[0]?.argv).toEqual(["shell", "-c", "cat | wc -c"]);
  });

  test("a program alone in the background is a process of its own; what cannot be planned is told at once", () => {
    const { ask, kernel } = stages();
    expect(ask("run --mem 16M hello x & wait %1")).toMatchObject({ output: "hello x\n", status: 2 }); // its words, as above
    expect(kernel.children.map((child) => child.launched?.program)).toEqual(["wasi"]);
    expect(ask("hello b & wait").output).toBe("hello b\n");
    expect(kernel.children.map((child) => child.launched?.program)).toEqual(["wasi", "wasi"]);
    expect(ask("run nothing & jobs")).toMatchObject({ output: expect.stringMatching(/^run: nothing: no such program[^\n]*\n$/) });
    expect(ask("hello c > /tmp/out & wait").output).toBe("");
    expect(kernel.children.at(-2)?.argv).toEqual(["shell", "-c", "hello c > /tmp/out"]);
  });

  test("a command that reads the console is a process of its own in the foreground", () => {
    const { ask, kernel } = stages();
    kernel.typed = [...new TextEncoder().encode("typed\nlines\n")];
    expect(ask("wc -l").output).toBe("2\n");
    expect(kernel.controls.map((call) => Number(call.a))).toContain(kernel.children[0]?.pid);
    expect(kernel.foreground).toBe(0);
  });

  test("nobody reads any more: the writer ends quietly", () => {
    const { ask, kernel } = stages((k) => {
      const shell = k.programs.shell;
      // the reader is gone before the writer runs
      k.programs.shell = (child, process, kernel) => {
        for (const other of kernel.children) if (other.argv[2] === "true") kernel.files.closeAll(other.launched?.process ?? process);
        return shell?.(child, process, kernel) ?? 0;
      };
    });
    expect(ask("cat /etc/words | true")).toEqual({ output: "", status: 0, failures: 0 });
    expect(kernel.children[0]).toMatchObject({ status: 141 });
  });
});

describe("programs", () => {
  test("run passes limits, environment, directories and the module", () => {
    const { ask, kernel } = stages();
    expect(ask("run --mem 16M --cpu 50% --oom-score -100 --reserve 1M --env A=b --env C=d --dir /etc --dir /tmp::/data hello x --mem")).toMatchObject({
      output: "hello x --mem\n",
      status: 3,
    });
    expect(kernel.children[0]?.launched).toMatchObject({
      program: "wasi",
      environment: ["PWD=/", "HOME=/tmp", "A=b", "C=d"],
      directories: ["/etc", "/data"],
      memoryMaxBytes: 16n << 20n,
      reserveBytes: 1n << 20n,
      cpuPpm: 500_000,
      oomScoreAdjust: -100,
    });
  });

  test("the module is descriptor 3, the root is preopened; elsewhere . and the root's directories", () => {
    const seen: number[][] = [];
    const { ask, kernel } = stages((k) => {
      k.onSpawn = (child) => seen.push([...(child.launched?.process.descriptors.keys() ?? [])]);
    });
    expect(ask("hello a").output).toBe("hello a\n");
    expect(seen[0]).toEqual([3, 4]);
    expect(kernel.children[0]?.launched?.directories).toEqual(["/"]);
    ask("cd /etc; hello");
    expect(kernel.children[1]?.launched).toMatchObject({ directories: [".", "/bin", "/etc", "/tmp"], environment: ["PWD=/etc", "HOME=/tmp"] });
    expect(kernel.shell.descriptors.size).toBe(0);
  });

  test("a name of /bin, a path, and a program of the image", () => {
    const { ask, kernel } = stages();
    ask("run /bin/hello.wasm 1; cd /bin; run hello.wasm 2; run ./hello.wasm 3; run spec 4");
    expect(kernel.children.map((child) => [child.launched?.program, child.argv.join(" ")])).toEqual([
      ["wasi", "/bin/hello.wasm 1"],
      ["wasi", "hello.wasm 2"],
      ["wasi", "./hello.wasm 3"],
      ["spec", "spec 4"],
    ]);
  });

  const refusals: [line: string, output: string, status: number][] = [
    ["run helo", "run: helo: no such program in the image, file, or name in /bin; did you mean hello?\n", 127],
    ["run /etc", "run: /etc: is a directory\n", 126],
    ["run --env x hello", "run: --env: must be K=V, not x\n", 2],
    ["run --dir ::x hello", "run: --dir: must be DIR or DIR::NAME, not ::x\n", 2],
    ["run --dir /none hello", "run: hello: /none: no such file\n", 127],
    ["run --dir /etc spec", "run: spec is a program of the image: --dir is for WebAssembly files\n", 2],
    ["run --cpu 10 hello", "run: --cpu: must be 1% to 100%, or 0.01 to 1, not 10\n", 2],
    ["run --cpu 150% hello", "run: --cpu: must be 1% to 100%, or 0.01 to 1, not 150%\n", 2],
    ["run --mem 1 hello", "run: --mem: must be 64 KiB to 1024 GiB, not 1\n", 2],
    ["helo", "unknown command: helo\ndid you mean hello?\n", 127],
    ["gerp x", "unknown command: gerp\ndid you mean grep?\n", 127],
  ];
  test.each(refusals)("%s", (line, output, status) => {
    expect(stages().ask(line)).toMatchObject({ output, status });
  });

  test("programs in a pipeline are processes themselves, and say how they died", () => {
    const { ask, kernel } = stages();
    expect(ask("echo low | hello | grep L").output).toBe("LOW\n");
    expect(kernel.children.map((child) => child.launched?.program)).toEqual(["shell", "wasi", "shell"]);
    expect(ask("echo low | run --mem 1M hello x").output).toBe("hello x\nLOW\n");
    expect(kernel.children.at(-1)?.launched).toMatchObject({ program: "wasi", memoryMaxBytes: 1n << 20n });
    kernel.onSpawn = (child) => {
      if (child.launched?.program === "wasi") Object.assign(child, { status: 134, reason: ExitReason.Trap, endsNs: kernel.nowNs });
    };
    expect(ask("hello | cat")).toMatchObject({ output: expect.stringContaining("hello: WebAssembly trap 0, peak 42 pages (168.0 KiB), cpu 7.000 ms\n"), status: 0 });
  });
});

describe("--json keeps what a command prints", () => {
  test("run", () => {
    const { ask } = stages();
    const answer = ask("run --json hello x");
    expect(JSON.parse(answer.output)).toMatchObject({ status: 2, reason: "Exited", output: "hello x\n", outputBytes: 8 });
    expect(answer.status).toBe(2);
  });

  test("repeat, with programs and errors", () => {
    const { ask, kernel } = stages();
    const answer = JSON.parse(ask("repeat --json 2 'echo a; hello; cat /none; echo b | cat'").output);
    expect(answer).toEqual({ runs: 2, failed: 0, status: 0, output: "a\nhello\ncat: /none: no such file\nb\n".repeat(2), outputBytes: 70 });
    expect(ask("echo after").output).toBe("after\n");
    expect(kernel.shell.descriptors.size).toBe(0);
  });

  test("watch answers a line for each run", () => {
    const { ask } = stages();
    const lines = ask("watch --json --count 2 1 'echo a; false'").output.trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { run: 1, status: 1, output: "a\n" },
      { run: 2, status: 1, output: "a\n" },
    ]);
  });

  test("more than fits is counted, and Ctrl-C ends the keeping", () => {
    const { ask, kernel } = stages();
    const answer = JSON.parse(ask(`repeat --json 1000 echo ${"x".repeat(99)}`).output);
    expect(answer.output).toHaveLength(65536);
    expect(answer.outputBytes).toBe(100_000);
    kernel.ctrlCAt.push(kernel.nowNs + 2.5e9);
    expect(ask("repeat --json 1000 'echo x; sleep 1'").status).toBe(130);
    expect(ask("echo after").output).toBe("after\n");
  });
});
