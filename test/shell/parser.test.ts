// Syntax of a command line and of its numbers, asked through machine mode.
import { describe, expect, test } from "vitest";
import { machine } from "./desk.js";

describe("a line", () => {
  const cases: [line: string, output: string, status: number, failures: number][] = [
    ["", "", 0, 0],
    ["   # only a comment", "", 0, 0],
    ["echo a  b", "a b\n", 0, 0],
    ["echo 'a  b' \"c  d\" e\\ f", "a  b c  d e f\n", 0, 0],
    ["echo 'it'\\''s' \"a\\\"b\\\\c\\$?\"", "it's a\"b\\c$?\n", 0, 0],
    ["echo a#b # c", "a#b\n", 0, 0],
    ["echo ''x", "x\n", 0, 0],
    ["echo a; echo b;", "a\nb\n", 0, 0],
    ["false; echo $?", "1\n", 0, 1],
    ["false; echo '$?' \"$?\" \\$?", "$? 1 $?\n", 0, 1],
    ["false && echo no || echo yes", "yes\n", 0, 1],
    ["true || echo no; true && echo yes", "yes\n", 0, 0],
    ["true && false; false", "", 1, 2],
    ["; echo", "syntax error near ;\n", 2, 1],
    ["echo a & ; echo", "syntax error near ;\n", 2, 1],
    ["echo a &&", "syntax error: nothing after &&\n", 2, 1],
    ["&& echo a", "syntax error near &&\n", 2, 1],
    ["echo 'a", "syntax error: missing closing '\n", 2, 1],
    ['echo "a', 'syntax error: missing closing "\n', 2, 1],
    ["echo a\\", "syntax error: nothing after \\\n", 2, 1],
    ["echo a |", "syntax error: nothing after |\n", 2, 1],
    ["| echo a", "syntax error near |\n", 2, 1],
    ["echo a | | echo b", "syntax error near |\n", 2, 1],
    ["echo a | ; echo b", "syntax error near ;\n", 2, 1],
    ["echo a |& cat", "syntax error near |&: write 2>&1 | instead\n", 2, 1],
    ["echo a >", "syntax error: no path after >\n", 2, 1],
    ["echo a >; echo b", "syntax error: no path after >\n", 2, 1],
    ["echo a > ''", "syntax error: no path after >\n", 2, 1],
    ["echo a 2>", "syntax error: no path after 2>\n", 2, 1],
    ["echo a >&3", "syntax error: after >& stands 1 or 2\n", 2, 1],
    ["echo a 2>&12", "syntax error: after 2>& stands 1 or 2\n", 2, 1],
    ["> /tmp/x", "syntax error: a redirection needs a command\n", 2, 1],
    ["cat << END", "syntax error: << is not offered: write the text to a file and use <\n", 2, 1],
    ["echo a > /b", "echo: /b: the file system is read only\n", 1, 1],
    ["cat < /nothing", "cat: /nothing: no such file\n", 1, 1],
    ["echo \\* '?' \"*\" no*such", "* ? * no*such\n", 0, 0],
    ["frobnicate 1; echo $?", "unknown command: frobnicate\ntry help\n127\n", 0, 1],
    ["frobnicate --json", '{"error":"unknown command: frobnicate","status":127}\n', 127, 1],
    ["repeat 3 echo x", "x\nx\nx\n", 0, 0],
    ["repeat 2 'echo a; false'; echo $?", "a\na\n1\n", 0, 1],
    ["repeat 2 repeat 2 echo x --json", "x --json\nx --json\nx --json\nx --json\n", 0, 0],
    ["repeat 0 echo x", "", 0, 0],
    ["echo -- --json", "--json\n", 0, 0],
    ["echo ü→😀", "ü→😀\n", 0, 0],
  ];
  test.each(cases)("%s", (line, output, status, failures) => {
    expect(machine().ask(line)).toEqual({ output, status, failures });
  });
});

describe("arguments", () => {
  const cases: [line: string, error: string][] = [
    ["sleep", "sleep: needs SECONDS: how long: 2, 0.5, 200ms\n"],
    ["sleep x", "sleep: SECONDS: not a time such as 2, 0.5 or 200ms: x\n"],
    ["sleep -1", "sleep: SECONDS: must be 0 s to 86400 s, not -1\n"],
    ["sleep 1 2", "sleep: too many arguments: 2\n"],
    ["memctl", "memctl: needs a subcommand: status, orders, compact, hold, try-order, check, protect, zpool, pressure, ladder, limits, reclaim\n"],
    ["memctl frob", "memctl: unknown subcommand: frob (status, orders, compact, hold, try-order, check, protect, zpool, pressure, ladder, limits, reclaim)\n"],
    ["memctl try-order 99", "memctl try-order: N: must be 0 to 10, not 99\n"],
    ["memctl try-order 99999999999999999999999999", "memctl try-order: N: must be 0 to 10, not 99999999999999999999999999\n"],
    ["memctl compact --order", "memctl compact: --order: needs a value\n"],
    ["memctl compact --order=x", "memctl compact: --order: not a whole number: x\n"],
    ["memctl compact --frob", "memctl compact: unknown option: --frob (try memctl compact --help)\n"],
    ["memctl check --json=1", "memctl check: --json: takes no value\n"],
    ["crashctl tune 1.5", "crashctl tune: X: must be 0 to 1, not 1.5\n"],
    ["crashctl tune 150%", "crashctl tune: X: must be 0 to 1, not 150%\n"],
    ["crashctl auto maybe", "crashctl auto: STATE: must be one of on, off, not maybe\n"],
    ["crashctl history 0", "crashctl history: N: must be 1 to 1024, not 0\n"],
    ["stress", "stress: needs PATTERN: how memory is taken: grow for ever, jump, grow and drop, scatter, grow and hold\n"],
    ["stress leak --rate fast", "stress: --rate: not a rate such as 512K or 8M (per second): fast\n"],
    ["stress leak --workers 65", "stress: --workers: must be 1 to 64, not 65\n"],
    ["stress leak --size 101%", "stress: --size: must be 4 KiB to 1024 GiB, not 101%\n"],
    ["kill nobody", "kill: PID: must be a pid (1 or more) or %N, not nobody\n"],
    ["kill 0", "kill: PID: must be a pid (1 or more) or %N, not 0\n"],
    ["trace frob", "trace: N: not a whole number: frob\n"],
    ["panic", "panic: nobody can be asked here: use panic --yes\n"],
    ["watch 0 echo", "watch: SECONDS: must be 0.01 s to 86400 s, not 0\n"],
  ];
  test.each(cases)("%s", (line, output) => {
    expect(machine().ask(line)).toEqual({ output, status: 2, failures: 1 });
  });

  test.each(cases.filter(([line]) => !line.includes("json")))("%s as JSON", (line, output) => {
    // an option before the operands, so that commands that take a command see it too
    const [name, ...rest] = line.split(" ");
    const answer = machine().ask([name, "--json", ...rest].join(" "));
    expect(JSON.parse(answer.output)).toEqual({ error: output.trim(), status: 2 });
    expect(answer.status).toBe(2);
  });

  test.each([
    ["0.5", 500_000n],
    ["1", 1_000_000n],
    ["80%", 800_000n],
    [".25", 250_000n],
    ["0.1234567", 123_456n],
  ])("crashctl tune %s is in ppm", (text, ppm) => {
    const { ask, kernel } = machine();
    expect(ask(`crashctl tune ${text}`).status).toBe(0);
    expect(kernel.controls.at(-1)?.a).toBe(ppm);
  });

  test.each([
    ["64M", 64 << 20],
    ["1.5M", 1.5 * (1 << 20)],
    ["4096", 4096],
    ["8k", 8192],
    ["2GiB", 2 ** 31],
    ["25%", 25_000 * 4096],
    ["0.5%", 500 * 4096],
  ])("stress --size %s is in bytes", (text, bytes) => {
    const { ask, kernel } = machine();
    expect(ask(`stress plateau --size ${text}`).status).toBe(0);
    expect(kernel.children[0]?.argv[3]).toBe(String(bytes));
  });

  test.each([
    ["2", 2e9],
    ["0.25", 25e7],
    ["200ms", 2e8],
    ["1.5m", 9e10],
    ["3us", 3000],
  ])("sleep %s is in ns", (text, ns) => {
    const { ask, kernel } = machine();
    const before = kernel.nowNs;
    expect(ask(`sleep ${text}`).status).toBe(0);
    expect(kernel.nowNs - before).toBe(ns);
  });
});
