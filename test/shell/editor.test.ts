// The line editor of the interactive console: what is typed, what stands on the screen, what is run.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Control } from "../../tools/abi/generated.js";
import { desk, PROMPT } from "./desk.js";
import type { FakeKernel, Program } from "./fake-kernel.js";
import { lastRow } from "./screen.js";

const UP = "\x1b[A";
const DOWN = "\x1b[B";
const RIGHT = "\x1b[C";
const LEFT = "\x1b[D";

function interactive(prepare: (kernel: FakeKernel) => void = () => {}) {
  const made = desk({ prepare });
  const banner = made.shell.take();
  made.shell.run();
  made.shell.take();
  return { ...made, banner };
}

/** Types keys, one read for each or all at once, and says what the row shows. */
function row(keys: string[]): { row: string; cursor: number } {
  const { shell } = interactive();
  let screen = PROMPT;
  for (const key of keys) screen += shell.type(key);
  return lastRow(screen);
}

/** What `echo` was given when the keys were typed after it. */
function echoed(keys: string): string {
  const { shell } = interactive();
  shell.type(keys);
  const text = shell.type("\r");
  return text.slice(text.indexOf("\n") + 1, text.lastIndexOf(PROMPT));
}

test("the banner has two lines and says how to get help", () => {
  const { banner } = interactive();
  expect(banner).toMatch(/^Ganglion \d+\.\d+\.\d+: 512\.0 MiB of memory, .* free\nType help .*\n$/);
});

describe("keys", () => {
  const cases: [name: string, keys: string, output: string][] = [
    ["plain", "echo abc", "abc\n"],
    ["left and insert", `echo ac${LEFT}b`, "abc\n"],
    ["Home and End", "cho b\x1b[He\x1b[F c", "b c\n"],
    ["Home and End, other codes", "cho b\x1b[1~e\x1b[4~ c\x1bOHx\x1b[3~\x1bOF d", "unknown command: xcho\ndid you mean echo?\n"],
    ["Ctrl-A and Ctrl-E", "cho b\x01e\x05 c", "b c\n"],
    ["Ctrl-K", `echo a b${LEFT}${LEFT}\x0b`, "a\n"],
    ["Ctrl-U", "rubbish\x15echo a", "a\n"],
    ["Ctrl-W", "echo a bcd  \x17e", "a e\n"],
    ["Ctrl-D and Delete", `echo abc${LEFT}${LEFT}\x04${LEFT}\x1b[3~`, "c\n"],
    ["Backspace", "echo abx\x7f\x08c", "ac\n"],
    ["Backspace over UTF-8", "echo a😀ü\x7f\x7fb", "ab\n"],
    ["left over UTF-8", `echo ü😀${LEFT}${LEFT}x${RIGHT}y`, "xüy😀\n"],
    ["words", "echo aa bb\x1bbx\x1b[1;5Dy\x1bfz", "aa yxbbz\n"],
    ["Ctrl-D on an empty line", "\x04echo a", "a\n"],
    ["unknown sequences", "echo a\x1b[99;99Xb\x1b[200~c\x1b]", "abc\n"],
  ];
  test.each(cases)("%s", (_, keys, output) => {
    expect(echoed(keys)).toBe(output);
  });

  test("broken bytes are shed and counted", () => {
    const { shell } = interactive();
    shell.type(Uint8Array.from([...Buffer.from("echo a"), 0xff, 0xc0, 0x80, 0xe2, 0x82, 0x62, 0x00, 0x1e, 0xed, 0xa0, 0x80, 0xf4, 0x90, 0x80, 0x80, 0x63]));
    expect(shell.type("\r")).toContain("\nabc\n");
    expect(JSON.parse(shell.type("stats --json shell.shed\r").split("\n")[1] as string).counters).toEqual([{ name: "shell.shed_bytes", value: 14 }]);
  });

  test("CR, LF and CRLF each end one line", () => {
    const { shell } = interactive();
    expect(
      shell
        .type("echo a\r\necho b\necho c\r")
        .split("\n")
        .filter((line) => /^[abc]$/.test(line)),
    ).toEqual(["a", "b", "c"]);
    expect(shell.type("\r\n").split(PROMPT)).toHaveLength(2);
  });

  test("Ctrl-C clears the line, status 130", () => {
    const { shell } = interactive();
    expect(shell.type("echo no\x03")).toBe(`echo no^C\n${PROMPT}`);
    expect(shell.type("echo $?\r")).toBe(`echo $?\n130\n${PROMPT}`);
  });

  test("Ctrl-C in a running command comes back to the prompt once", () => {
    const { shell, kernel } = interactive();
    kernel.ctrlCAt.push(kernel.nowNs + 1e9);
    expect(shell.type("sleep 9; echo no\r")).toBe(`sleep 9; echo no\n^C\n${PROMPT}`);
    // the kernel may keep a note and the byte: no second ^C
    kernel.interrupt = true;
    kernel.input.push(3);
    expect(shell.type("\x15echo a\r")).toContain(`^C\n${PROMPT}`);
  });
});

describe("history", () => {
  test("up, down, and the line that was being typed", () => {
    const { shell } = interactive();
    shell.type("echo one\recho two\recho two\r   \r");
    expect(lastRow(PROMPT + shell.type(`new${UP}`)).row).toBe(`${PROMPT}echo two`);
    expect(lastRow(shell.type(UP)).row).toBe(`${PROMPT}echo one`);
    expect(lastRow(shell.type(`${UP}${DOWN}${DOWN}`)).row).toBe(`${PROMPT}new`);
    expect(shell.type("\x15history\r")).toContain("    1  echo one\n    2  echo two\n    3  history\n");
  });

  test("keeps 100 lines", () => {
    const { shell } = interactive();
    for (let i = 0; i < 150; i++) shell.type(`echo ${i}\r`);
    const lines = JSON.parse(shell.type("history --json\r").split("\n")[1] as string).lines;
    expect(lines).toHaveLength(100);
    expect(lines[0]).toBe("echo 51");
  });
});

describe("completion", () => {
  const cases: [typed: string, row: string][] = [
    ["upt\t", "uptime "],
    ["mem\t", "memctl "],
    ["memctl c\t", "memctl c"],
    ["memctl co\t", "memctl compact "],
    ["memctl compact --o\t", "memctl compact --order "],
    ["echo a; crashctl st\t", "echo a; crashctl status "],
    ["true&&cras\t", "true&&crashctl "],
    ["repeat 3 memctl st\t", "repeat 3 memctl status "],
    ["watch --count 2 1 upt\t", "watch --count 2 1 uptime "],
    ["stress pl\t", "stress plateau "],
    ["stress leak --se\t", "stress leak --se"],
    ["crashctl auto on\t", "crashctl auto on "],
    ["modctl swap mem\t", "modctl swap memory-trend "],
    ["run sp\t", "run spec "],
    ["help memc\t", "help memctl "],
    ["trace --event Out\t", "trace --event OutOfMemory "],
    ["frob x\t", "frob x"],
    ["echo 'mem\t", "echo 'mem"],
  ];
  test.each(cases)("%s", (typed, expected) => {
    expect(row([typed]).row.slice(PROMPT.length)).toBe(expected.trimEnd() + (expected.endsWith(" ") ? " " : ""));
  });

  const paths: [typed: string, row: string][] = [
    ["cat /et\t", "cat /etc/"],
    ["cat /etc/l\t", "cat /etc/lines "],
    ["cat /etc/a\t", "cat /etc/a\\ b "],
    ["ls /etc/lines /t\t", "ls /etc/lines /tmp/"],
    ["echo x>/etc/l\t", "echo x>/etc/lines "],
    ["echo x 2> /t\t", "echo x 2> /tmp/"],
    ["cat < /etc/l\t", "cat < /etc/lines "],
    ["echo a | hel\t", "echo a | hel"],
    ["echo a | hell\t", "echo a | hello "],
    ["run hell\t", "run hello "],
    ["run /bin/h\t", "run /bin/hello.wasm "],
    ["hello /etc/l\t", "hello /etc/lines "],
    ["/bin/he\t", "/bin/hello.wasm "],
    ["cat .\t", "cat ."],
  ];
  test.each(paths)("%s", (typed, expected) => {
    const { shell } = interactive((kernel) => {
      kernel.files.put("/bin/hello.wasm", "");
      kernel.files.put("/etc/lines", "");
      kernel.files.put("/etc/a b", "");
    });
    expect(lastRow(PROMPT + shell.type(typed)).row.trimEnd()).toBe(`${PROMPT}${expected}`.trimEnd());
  });

  test("a line of the history takes one row of the screen", () => {
    const { shell } = interactive();
    shell.type(`echo ${"x".repeat(100)}\r`);
    const listed = shell.type("history\r").split("\n");
    expect(listed[1]).toBe(`    1  echo ${"x".repeat(67)}…`);
    expect(listed[1]).toHaveLength(80);
  });

  test("two Tabs list", () => {
    const { shell } = interactive();
    expect(shell.type("memctl \t")).toBe("memctl ");
    const listed = shell.type("\t");
    expect(listed.split("\n")[1]).toMatch(/^status +orders +compact +hold +try-order +check +protect$/);
    expect(lastRow(listed)).toEqual({ row: `${PROMPT}memctl `, cursor: 17 });
  });
});

describe("the screen", () => {
  test("a long line scrolls sideways and never leaves the row", () => {
    const { shell } = interactive();
    let screen = PROMPT;
    for (let i = 0; i < 300; i++) screen += shell.type(String.fromCharCode(97 + (i % 26)));
    const typed = lastRow(screen);
    expect(typed.row.startsWith(PROMPT)).toBe(true);
    expect(typed.row.length).toBeLessThan(80);
    expect(typed.row.endsWith("klmn")).toBe(true);
    expect(lastRow(screen + shell.type("\x01"))).toEqual({ row: PROMPT + "abcdefghijklmnopqrstuvwxyz".repeat(3).slice(0, 69), cursor: 10 });
  });

  test("wide and combining characters keep their columns", () => {
    expect(row(["echo 日本", LEFT, "x"])).toEqual({ row: `${PROMPT}echo 日x本`, cursor: 10 + 8 });
    expect(row(["e\u0301a", "\x01", RIGHT, RIGHT, "b"])).toEqual({ row: `${PROMPT}e\u0301ba`, cursor: 12 });
  });

  test("Ctrl-L clears and draws the line again", () => {
    const { shell } = interactive();
    shell.type("echo a");
    const text = shell.type("\x0c");
    expect(text.startsWith("\x1b[H\x1b[2J")).toBe(true);
    expect(lastRow(text)).toEqual({ row: `${PROMPT}echo a`, cursor: 16 });
  });

  /** The line as a plain list of characters: what the screen must show after any keys. */
  test("after any keys the row shows the line and the cursor", () => {
    const key = fc.oneof(
      fc.constantFrom("a", "b", " ", "ü", "日", "😀", "-", "z"),
      fc.constantFrom(LEFT, RIGHT, "\x01", "\x05", "\x7f", "\x04", "\x0b", "\x15", "\x17", UP, DOWN, "\x1b[H", "\x1b[F"),
    );
    fc.assert(
      fc.property(fc.array(key, { maxLength: 60 }), (keys) => {
        const line: string[] = [];
        let at = 0;
        for (const k of keys) {
          if (k === LEFT) at = Math.max(0, at - 1);
          else if (k === RIGHT) at = Math.min(line.length, at + 1);
          else if (k === "\x01" || k === "\x1b[H") at = 0;
          else if (k === "\x05" || k === "\x1b[F") at = line.length;
          else if (k === "\x7f") at > 0 && line.splice(--at, 1);
          else if (k === "\x04") line.splice(at, 1);
          else if (k === "\x0b") line.length = at;
          else if (k === "\x15") {
            line.splice(0, at);
            at = 0;
          } else if (k === "\x17") {
            let from = at;
            while (from > 0 && line[from - 1] === " ") from--;
            while (from > 0 && line[from - 1] !== " ") from--;
            line.splice(from, at - from);
            at = from;
          } else if (k !== UP && k !== DOWN) line.splice(at++, 0, k);
        }
        const width = (text: string[]) => text.reduce((sum, c) => sum + (c === "日" || c === "😀" ? 2 : 1), 0);
        fc.pre(width(line) < 69);
        const shown = row(keys);
        // where the window had to scroll in between, it may stand anywhere; the line itself is short again
        expect(shown).toEqual({ row: PROMPT + line.join(""), cursor: 10 + width(line.slice(0, at)) });
      }),
      { numRuns: 60 },
    );
  });
});

describe("bad input", () => {
  const memory = (shell: Program) => shell.exports.memory.buffer.byteLength;

  test("the excess of a long line is dropped and told", () => {
    const { shell } = interactive();
    const answer = shell.type(`echo ${"x".repeat(2000)}\r`);
    expect(answer).toContain("line too long: 1005 bytes dropped, not run (a line has at most 1000 bytes)\n");
    expect(shell.type("echo $?\r")).toContain("\n2\n");
  });

  test("random bytes never trap, and every control call stays harmless", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), (bytes) => {
        const { shell, kernel } = interactive();
        const screen = shell.type(bytes);
        expect(screen).not.toContain("\x00");
        expect(screen).not.toContain("\x1e");
        shell.type("\x03");
        expect(shell.type("\recho alive\r")).toContain("\nalive\n");
        expect(shell.exit).toBeUndefined();
        expect(kernel.controls.every((call) => call.operation === Control.Foreground)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test("1 MB of garbage and a 1 MB line leave memory flat", () => {
    const { shell } = interactive();
    let state = 12345;
    const garbage = Uint8Array.from({ length: 1 << 20 }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state >>> 24;
    });
    shell.type(garbage.subarray(0, 1 << 16));
    const before = memory(shell);
    shell.type(garbage);
    shell.type(`\x03\r${"y".repeat(1 << 20)}\r`);
    expect(shell.type("echo alive\r")).toContain("\nalive\n");
    expect(memory(shell)).toBe(before);
  });

  test("5 000 commands leave memory flat", () => {
    const { shell } = interactive();
    const line = "'memctl status --json; crashctl history; ps; trace 100 --json; false'";
    shell.type(`repeat 40 ${line}\r`);
    const before = memory(shell);
    shell.type(`repeat 1000 ${line}\r`);
    expect(memory(shell)).toBe(before);
  });
});
