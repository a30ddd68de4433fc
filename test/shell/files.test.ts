// File commands, redirections, globs: on a tree in memory. Standard input and pipes are in pipes.test.ts.
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { Status } from "../../tools/abi/generated.js";
import { type DeskOptions, machine } from "./desk.js";
import type { FakeKernel } from "./fake-kernel.js";

const LINES = "one\nTwo two\nthree\n\nfive";

function files(prepare: (kernel: FakeKernel) => void = () => {}): ReturnType<typeof machine> {
  const options: DeskOptions = {
    stages: true,
    prepare: (kernel) => {
      kernel.files.put("/bin/hello.wasm", "\0asm");
      kernel.files.put("/etc/lines", LINES);
      kernel.files.put("/etc/.hidden", "h");
      kernel.files.put("/etc/sub/deep.txt", "deep\n");
      kernel.files.put(
        "/etc/bytes",
        Uint8Array.from({ length: 300 }, (_, i) => i & 255),
      );
      prepare(kernel);
    },
  };
  return machine(options);
}

/** Runs lines; the outputs, one after the other. */
function run(...lines: string[]): string {
  const { ask } = files();
  return lines.map((line) => ask(line).output).join("");
}

describe("see", () => {
  test("ls: names by name, hidden ones with -a", () => {
    expect(run("ls /etc")).toBe("bytes\nlines\nsub\n");
    expect(run("ls -a /etc")).toBe(".hidden\nbytes\nlines\nsub\n");
    expect(run("ls /etc/lines /tmp /etc/sub")).toBe("/etc/lines\n\n/tmp:\n\n/etc/sub:\ndeep.txt\n");
    expect(run("ls -R /etc")).toBe("/etc:\nbytes\nlines\nsub\n\n/etc/sub:\ndeep.txt\n");
    expect(run("ls -d /etc")).toBe("/etc\n");
  });

  test("ls -l: type, links, size, time, target", () => {
    expect(run("ln -s /etc/lines /tmp/x; ls -l /tmp /etc/lines")).toBe(
      "file  1  23  2023-11-14 22:13:20  /etc/lines\n\n/tmp:\nlink  1  10  2023-11-14 22:13:20  x -> /etc/lines\n",
    );
  });

  test("ls --json, and what cannot be listed", () => {
    const { ask } = files();
    expect(JSON.parse(ask("ls --json /etc/sub /nothing").output)).toMatchObject({
      entries: [
        { path: "/nothing", error: "no such file" },
        { name: "deep.txt", path: "/etc/sub/deep.txt", type: "file", bytes: 5 },
      ],
      status: 1,
    });
    expect(ask("ls /nothing")).toEqual({ output: "ls: /nothing: no such file\n", status: 1, failures: 1 });
  });

  test("stat, cd, pwd; relative paths begin in the session's directory", () => {
    expect(run("stat /etc/lines")).toMatch(/^File: +\/etc\/lines\nType: +file\nSize: +23 bytes \(23 B\)\nLinks: +1\n/);
    expect(run("cd /etc/sub; pwd; cat deep.txt ../sub/./deep.txt; cd ..; pwd; cd -; pwd; cd; pwd")).toBe("/etc/sub\ndeep\ndeep\n/etc\n/etc/sub\n/etc/sub\n/\n");
    expect(run("cd /etc/lines", "cd /none", "pwd")).toBe("cd: /etc/lines: not a directory\ncd: /none: no such file\n/\n");
  });
});

describe("change", () => {
  test("mkdir, touch, rm: what is made is gone again", () => {
    const { ask, kernel } = files();
    expect(ask("mkdir /tmp/a; mkdir -p /tmp/b/c/d /tmp/a; touch /tmp/b/c/x; ls -R /tmp").output).toBe("/tmp:\na\nb\n\n/tmp/a:\n\n/tmp/b:\nc\n\n/tmp/b/c:\nd\nx\n\n/tmp/b/c/d:\n");
    expect(ask("rm -rf /tmp/a /tmp/b /tmp/none")).toEqual({ output: "", status: 0, failures: 0 });
    expect(kernel.files.tmp.entries.size).toBe(0);
  });

  const refusals: [line: string, error: string][] = [
    ["mkdir /tmp", "mkdir: /tmp: it exists\n"],
    ["mkdir /tmp/a/b", "mkdir: /tmp/a/b: no such file\n"],
    ["mkdir /etc/x", "mkdir: /etc/x: the file system is read only\n"],
    ["mkdir -p /etc/lines/x", "mkdir: /etc/lines/x: not a directory\n"],
    ["touch /etc/x", "touch: /etc/x: the file system is read only\n"],
    ["rm /none", "rm: /none: no such file\n"],
    ["rm /tmp", "rm: /tmp: is a directory: use -r\n"],
    ["rm -r /", "rm: /: the root stays\n"],
    ["rm -rf /tmp/.", "rm: /tmp/.: a directory is removed by its name\n"],
    ["rm -rf /tmp", "rm: /tmp: in use\n"],
    ["rm -r /etc/lines", "rm: /etc/lines: the file system is read only\n"],
    ["ln /etc /tmp/x", "ln: /etc: is a directory: only a symbolic link (-s) can lead to it\n"],
    ["ln /etc/lines /tmp/x", "ln: /tmp/x: the paths lie on different file systems\n"],
    ["cp /etc /tmp/x", "cp: /etc: is a directory: use -r\n"],
    ["cp /none /tmp", "cp: /none: no such file\n"],
    ["cp /etc/lines /etc/bytes", "cp: /etc/bytes: the file system is read only\n"],
    ["cp /etc/lines /tmp/none/x", "cp: /tmp/none/x: no such file\n"],
    ["cp /etc/lines /etc/./lines", "cp: /etc/./lines: is the same file as /etc/lines\n"],
    ["cp -r /tmp /tmp/x", "cp: /tmp: cannot be copied into itself\n"],
    ["mv /etc/lines /tmp", "mv: /etc/lines: cannot be removed: the file system is read only; use cp\n"],
    ["mv /none /tmp", "mv: /none: no such file\n"],
    ["cat /", "cat: /: is a directory\n"],
    ["cat ''", "cat: : no such file\n"],
    ["wc /etc/lines/x", "wc: /etc/lines/x: not a directory\n"],
  ];
  test.each(refusals)("%s", (line, output) => {
    expect(files().ask(line)).toEqual({ output, status: 1, failures: 1 });
  });

  test("several errors are all told, as JSON in one answer", () => {
    const { ask } = files();
    expect(ask("rm /none /tmp /nix").output).toBe("rm: /none: no such file\nrm: /tmp: is a directory: use -r\nrm: /nix: no such file\n");
    expect(JSON.parse(ask("rm --json /none /tmp").output)).toEqual({
      status: 1,
      errors: [
        { path: "/none", error: "no such file" },
        { path: "/tmp", error: "is a directory: use -r" },
      ],
    });
  });

  test("cp: into a directory, over a file, whole trees with links", () => {
    const { ask, kernel } = files();
    expect(ask("cp /etc/lines /tmp; cp /etc/bytes /tmp/lines; ln -s lines /tmp/link; cp -r /etc /tmp/link /tmp/all")).toMatchObject({
      output: "cp: /tmp/all: must be a directory, to hold 2 files\n",
    });
    expect(ask("mkdir /tmp/all; cp -r /etc /tmp/link /tmp/all").status).toBe(0);
    expect(kernel.files.resolve("/tmp/lines", true)).toMatchObject({ bytes: expect.objectContaining({ length: 300 }) });
    expect(kernel.files.text("/tmp/all/etc/sub/deep.txt")).toBe("deep\n");
    expect(kernel.files.resolve("/tmp/all/link", false)).toMatchObject({ target: "lines" });
  });

  test("mv: renames, replaces, goes to another file system and back again", () => {
    const { ask, kernel } = files();
    expect(ask("cp /etc/lines /tmp/a; mv /tmp/a /tmp/b; mkdir /tmp/d; mv /tmp/b /tmp/d; ls -R /tmp").output).toBe("/tmp:\nd\n\n/tmp/d:\nb\n");
    expect(ask("mv /tmp/d /tmp/d/e")).toMatchObject({ output: "mv: /tmp/d: cannot be moved into itself\n", status: 1 });
    // a second writable file system
    kernel.files.put("/other/x/y", "z");
    const other = kernel.files.resolve("/other/x", true);
    if (typeof other === "number") throw new Error("no /other/x");
    for (const inode of [other, other.entries.get("y")]) if (inode) inode.device = 2;
    kernel.files.rename = (from, to) => (from.startsWith("/other") !== to.startsWith("/other") ? Status.CrossDevice : Status.Invalid);
    expect(ask("mv /other/x /tmp/moved; cat /tmp/moved/y").output).toContain("z");
  });

  test("a full file system is told, and the rest is not lost", () => {
    const { ask, kernel } = files((k) => {
      k.files.limit = 100;
    });
    expect(ask("cp /etc/bytes /tmp/x")).toEqual({ output: "cp: /tmp/x: the file system is full\n", status: 1, failures: 1 });
    expect(ask("cat /etc/bytes > /tmp/y; echo $?").output).toBe("cat: cannot write: the file system is full\n1\n");
    expect(ask("echo hello > /tmp/z && cat /tmp/z").output).toBe("hello\n");
    expect(kernel.files.text("/tmp/x")).toBe("");
  });
});

describe("text", () => {
  test("cat, head, tail", () => {
    expect(run("cat /etc/sub/deep.txt /etc/lines")).toBe(`deep\n${LINES}`);
    expect(run("head -n 2 /etc/lines")).toBe("one\nTwo two\n");
    expect(run("head -2 /etc/lines; head -n0 /etc/lines; head -c 5 /etc/lines")).toBe("one\nTwo two\none\nT");
    expect(run("tail -n 2 /etc/lines")).toBe("\nfive");
    expect(run("tail -1 /etc/sub/deep.txt; tail -n 99 /etc/sub/deep.txt; tail -c 6 /etc/lines; tail -n 0 /etc/lines")).toBe("deep\ndeep\n\n\nfive");
    expect(run("head -n 1 /etc/sub/deep.txt /etc/lines")).toBe("==> /etc/sub/deep.txt <==\ndeep\n\n==> /etc/lines <==\none\n");
  });

  test("tail of long files finds the same lines as a slow way", () => {
    const big = Array.from({ length: 30_000 }, (_, i) => `line ${i} ${"x".repeat(i % 17)}`).join("\n");
    for (const text of [big, `${big}\n`, "\n".repeat(70_000), `${"y".repeat(150_000)}\nz`]) {
      const { ask } = files((kernel) => kernel.files.put("/etc/big", text));
      for (const n of [1, 3, 5000]) {
        const lines = text.endsWith("\n") ? text.slice(0, -1).split("\n") : text.split("\n");
        const wanted = lines.slice(-n).join("\n") + (text.endsWith("\n") ? "\n" : "");
        expect(ask(`tail -n ${n} /etc/big`).output === wanted, `${n} lines from a file`).toBe(true);
        expect(ask(`cat /etc/big | tail -n ${n}`).output === wanted, `${n} lines from a pipe`).toBe(true);
      }
    }
  });

  test("wc counts as people know it", () => {
    expect(run("wc /etc/lines /etc/sub/deep.txt")).toBe("      4       5      23 /etc/lines\n      1       1       5 /etc/sub/deep.txt\n      5       6      28 total\n");
    expect(run("wc -l /etc/lines; wc -lw /etc/lines; wc -c < /etc/bytes")).toBe("4 /etc/lines\n      4       5 /etc/lines\n300\n");
    expect(JSON.parse(files().ask("wc --json /etc/lines").output)).toEqual({ files: [{ path: "/etc/lines", lines: 4, words: 5, bytes: 23 }], status: 0 });
  });

  const found: [line: string, output: string, status: number][] = [
    ["grep two /etc/lines", "Two two\n", 0],
    ["grep -n '^t' /etc/lines", "3:three\n", 0],
    ["grep -in '^t' /etc/lines", "2:Two two\n3:three\n", 0],
    ["grep -c e /etc/lines", "3\n", 0],
    ["grep -v e /etc/lines", "Two two\n\n", 0],
    ["grep -n '^$' /etc/lines", "4:\n", 0],
    ["grep 'f.ve$' /etc/lines", "five\n", 0],
    ["grep '^[a-n].e$' /etc/lines", "", 1],
    ["grep '^[^o-z]ive$' /etc/lines", "five\n", 0],
    ["grep 'thre*$' /etc/lines", "three\n", 0],
    ["grep 'thr?e+$' /etc/lines", "three\n", 0],
    ["grep -F 'o*' /etc/lines", "", 1],
    ["grep 'o *t' /etc/lines", "Two two\n", 0],
    ["grep one /etc/lines /etc/sub/deep.txt", "/etc/lines:one\n", 0],
    ["grep -l e /etc/lines /etc/sub/deep.txt", "/etc/lines\n/etc/sub/deep.txt\n", 0],
    ["grep -q five /etc/lines", "", 0],
    ["grep x /etc/none", "grep: /etc/none: no such file\n", 2],
    ["grep '[a' /etc/lines", "grep: missing ]\n", 2],
    ["grep '*a' /etc/lines", "grep: nothing before * that could be repeated (\\* means the sign)\n", 2],
    ["grep 'a\\\\' /etc/lines", "grep: the pattern ends with \\\n", 2],
  ];
  test.each(found)("%s", (line, output, status) => {
    expect(files().ask(line.replace("\\\\", "\\"))).toMatchObject({ output, status });
  });

  test("grep agrees with JavaScript on random patterns, and no pattern is slow", () => {
    const parts = ["a", "b", ".", "[ab]", "[^a]", "a*", "b+", "c?", ".*", "[a-c]*"];
    let state = 7;
    const next = (n: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return (state >>> 16) % n;
    };
    const lines = Array.from({ length: 60 }, () => Array.from({ length: next(9) }, () => "abcd"[next(4)]).join(""));
    const { ask } = files((kernel) => kernel.files.put("/etc/random", `${lines.join("\n")}\n`));
    for (let i = 0; i < 60; i++) {
      const pattern = (next(3) ? "" : "^") + Array.from({ length: 1 + next(4) }, () => parts[next(parts.length)]).join("") + (next(3) ? "" : "$");
      const wanted = lines.filter((line) => new RegExp(pattern).test(line)).map((line) => `${line}\n`);
      expect(ask(`grep '${pattern}' /etc/random`).output, pattern).toBe(wanted.join(""));
    }
    const { ask: slow } = files((kernel) => kernel.files.put("/etc/a", `${"a".repeat(200_000)}\n`));
    expect(slow(`grep -c '${"a*".repeat(20)}b' /etc/a`).output).toBe("0\n");
  });

  test("sha256sum and hexdump", () => {
    const bytes = Uint8Array.from({ length: 300 }, (_, i) => i & 255);
    expect(run("sha256sum /etc/bytes")).toBe(`${createHash("sha256").update(bytes).digest("hex")}  /etc/bytes\n`);
    expect(run("hexdump -n 20 /etc/lines")).toBe(
      "00000000  6f 6e 65 0a 54 77 6f 20  74 77 6f 0a 74 68 72 65  |one.Two two.thre|\n00000010  65 0a 0a 66                                       |e..f|\n00000014\n",
    );
    expect(run("hexdump -s 0x10 -n 2 /etc/lines")).toContain("hexdump: -s: not a size");
    expect(run("hexdump -s 298 /etc/bytes")).toBe("0000012a  2a 2b                                             |*+|\n0000012c\n");
    const { ask } = files((kernel) => kernel.files.put("/etc/zeros", new Uint8Array(100)));
    expect(ask("hexdump /etc/zeros").output.split("\n").slice(1)).toEqual(["*", expect.stringMatching(/^00000060 {2}00 00 00 00 /), "00000064", ""]);
  });

  test("a large file goes through in steps and leaves memory flat", () => {
    const big = new Uint8Array(24 << 20).fill(120);
    const { ask, shell } = files((kernel) => kernel.files.put("/etc/big", big));
    ask("wc -c /etc/lines");
    const before = shell.exports.memory.buffer.byteLength;
    const steps = shell.steps;
    expect(ask("wc -c /etc/big").output).toBe(`${24 << 20} /etc/big\n`);
    expect(shell.steps - steps).toBeGreaterThan(24 * 16);
    expect(shell.exports.memory.buffer.byteLength).toBe(before);
  });
});

describe("redirection", () => {
  test("cat does not feed a file to itself without end", () => {
    expect(run("echo a > /tmp/x; cat /tmp/x >> /tmp/x; cat < /tmp/x >> /tmp/x; cat /tmp/x")).toBe(
      "cat: /tmp/x: is the file that is written to\ncat: standard input: is the file that is written to\na\n",
    );
  });
  test("> replaces, >> adds, < reads", () => {
    expect(run("echo a > /tmp/x; echo b >> /tmp/x; cat < /tmp/x; echo c >/tmp/x; cat /tmp/x")).toBe("a\nb\nc\n");
    expect(run("> /tmp/x echo first; cat</tmp/x")).toBe("first\n");
  });

  test("2> takes errors, 2>&1 and &> take both, in the order written", () => {
    expect(run("cat /none /etc/sub/deep.txt 2> /tmp/e; cat /tmp/e")).toBe("deep\ncat: /none: no such file\n");
    expect(run("cat /none 2>> /tmp/e; cat /nix 2>> /tmp/e; wc -l < /tmp/e")).toBe("2\n");
    expect(run("cat /none /etc/sub/deep.txt > /tmp/e 2>&1; cat /tmp/e")).toBe("cat: /none: no such file\ndeep\n");
    expect(run("cat /none /etc/sub/deep.txt &> /tmp/e; cat /tmp/e")).toBe("cat: /none: no such file\ndeep\n");
    expect(run("cat /none 2>&1 > /tmp/e; wc -c < /tmp/e")).toBe("cat: /none: no such file\n0\n");
    expect(run("echo err >&2 2> /tmp/e; wc -c < /tmp/e")).toBe("err\n0\n");
  });

  test("belongs to a whole repeat, and ends with it", () => {
    expect(run("repeat 3 echo x > /tmp/x; cat /tmp/x; echo y")).toBe("x\nx\nx\ny\n");
    expect(run("repeat 2 'echo x >> /tmp/x; cat /tmp/x'")).toBe("x\nx\nx\n");
  });

  test("a 2 that is a word stays one", () => {
    expect(run("echo 2 > /tmp/x; cat /tmp/x; echo a2>/tmp/x; cat /tmp/x; echo '2'>/tmp/x; cat /tmp/x")).toBe("2\na2\n2\n");
  });

  test("bytes reach a file as they are; on the console the frame mark does not appear", () => {
    const { ask, kernel } = files();
    ask("cat /etc/bytes > /tmp/copy");
    expect(kernel.files.resolve("/tmp/copy", true)).toMatchObject({ bytes: Uint8Array.from({ length: 300 }, (_, i) => i & 255) });
    expect(ask("head -c 31 /etc/bytes").output.charCodeAt(30)).toBe(0x3f);
  });

  test("Ctrl-C closes what was open and writes on the console again", () => {
    const { ask, kernel } = files();
    const open = kernel.shell.descriptors.size;
    kernel.ctrlCAt.push(kernel.nowNs + 1e9);
    expect(ask("repeat 100 sleep 1 > /tmp/x").status).toBe(130);
    expect(ask("echo back").output).toBe("back\n");
    expect(kernel.shell.descriptors.size).toBe(open);
  });
});

describe("globs", () => {
  test("names by name; hidden only where the pattern says so; nothing found stays", () => {
    expect(run("echo /etc/*")).toBe("/etc/bytes /etc/lines /etc/sub\n");
    expect(run("cd /etc; echo * .h* li?es *.txt '*' \\*")).toBe("bytes lines sub .hidden lines *.txt * *\n");
    expect(run("echo /e*/*/*.txt /*/l*s")).toBe("/etc/sub/deep.txt /etc/lines\n");
    expect(run("echo /etc/*/")).toBe("/etc/sub/\n");
  });

  test("a name with spaces stays one word", () => {
    const { ask } = files((kernel) => kernel.files.put("/etc/a b", "x"));
    expect(ask("wc -c /etc/a*").output).toBe("1 /etc/a b\n");
    expect(ask("cat /etc/a* | wc -c").output).toBe("1\n");
  });
});
