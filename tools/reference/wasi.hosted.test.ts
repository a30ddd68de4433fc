// The WASI runtime as a Linux process under ASan and UBSan: the conformance module answers as in Node's WASI, but for the listed
// differences; hostile modules end as they must.
import { beforeAll, describe, expect, test } from "vitest";
import { buildConformance, buildWasiHost } from "../build/wasi-runtime.js";
import { HOSTILE } from "./wasi-hostile.js";
import { assemble, runBytes, runHosted, runNode } from "./wasi-run.js";

/** Where our lines differ from Node 20's (uvwasi 0.0.23), and why. */
const DIFFERENCES: { line: RegExp; node: RegExp; ours: RegExp; why: string }[] = [
  { line: /^span /, node: / 61$/, ours: / 21$/, why: "a span outside memory is EFAULT in the specification; Node says EOVERFLOW" },
  { line: /^clock (event of|type)/, node: / 0 (0|100)$/, ours: /: (0 100|8)$/, why: "a closed number in a poll is an event with EBADF; Node waits for ever or answers a clock" },
  { line: /^data are:/, node: / 0 0$/, ours: / 0 1$/, why: "fdstat's flags: Node hands out Linux's bits" },
  { line: /^path a folder's dot dot:/, node: / 0$/, ours: / 44$/, why: "sub/.. where sub is missing: Node removes dots before it looks" },
  { line: /^path empty path:/, node: / 28$/, ours: / 44$/, why: "an empty path is ENOENT in POSIX" },
  { line: /^path open it itself:/, node: / 0$/, ours: / 32$/, why: "a symbolic link without following it is ELOOP; Node follows" },
  {
    line: /^clock has passed:/,
    node: / 0 0$/,
    ours: / 0 1$/,
    why: "a wait of a millisecond lasts one; Node's timers count in whole milliseconds of a clock that they look at now and then, and may end early",
  },
];

const ENV = { KEY: "value", B: "2" };
let sanitized = "";
let conformance = "";

beforeAll(async () => {
  sanitized = await buildWasiHost("sanitized");
  conformance = await buildConformance();
});

test("the conformance module answers as in Node's WASI", async () => {
  const node = await runNode(conformance, { args: ["x"], env: ENV });
  const ours = await runHosted(sanitized, conformance, { args: ["x"], env: ENV });
  expect({ node: node.status, ours: ours.status }, ours.output + node.output).toEqual({ node: 17, ours: 17 });
  const nodeLines = node.stdout.split("\n");
  const ourLines = ours.stdout.split("\n");
  expect(ourLines.length).toBe(nodeLines.length);
  expect(ourLines.length).toBeGreaterThan(320);
  const unexplained = ourLines.flatMap((line, i) => {
    const other = nodeLines[i] as string;
    if (line === other) return [];
    const known = DIFFERENCES.some((difference) => difference.line.test(line) && difference.ours.test(line) && difference.node.test(other));
    return known ? [] : [`ours "${line}", Node's "${other}"`];
  });
  expect(unexplained).toEqual([]);
});

test("what Node's WASI cannot be asked", async () => {
  const ours = await runHosted(sanitized, conformance, { args: ["own"], env: ENV });
  expect(ours.status, ours.output).toBe(17);
  const lines = ours.stdout.split("\n").filter((line) => /^(own|wrap) /.test(line));
  expect(lines).toMatchInlineSnapshot(`
    [
      "wrap a vector of 2^29: 21",
      "wrap poll of 2^28: 21",
      "own times given and now: 28",
      "own a time that is over: 0 1",
      "own event of: 0 100",
      "own type: 0 0",
      "own a file to read: 0 1",
      "own event of: 0 100",
      "own type: 0 1",
      "own bytes: 0 100",
      "own a file to write: 0 1",
      "own event of: 0 100",
      "own type: 0 2",
      "own several: 0 3",
      "own event of: 0 100",
      "own type: 0 1",
      "own event of: 0 101",
      "own type: 0 2",
      "own event of: 0 103",
      "own type: 0 1",
      "own a directory: 0 1",
      "own event of: 0 100",
      "own type: 76",
      "own without the right, and a minute: 0 1",
      "own event of: 0 100",
      "own type: 76",
      "own processor time: 0 1",
      "own event of: 0 100",
      "own type: 58",
      "own clock 9: 0 1",
      "own event of: 0 100",
      "own type: 28",
      "own accept on a file: 58",
      "own receive from a file: 58",
      "own send to a file: 58",
      "own shut down a file: 58",
      "own raise 31: 28",
      "own raise stop: 58",
      "own raise winch: 0",
    ]
  `);
});

test.each([1, 2, 3, 4, 5, 6, 7, 8])("4000 calls at random, seed %i: none breaks the runtime", async (seed) => {
  const ended = await runHosted(sanitized, await buildConformance("storm"), { args: [String(seed)] });
  expect(ended.status, ended.output).toBe(0);
});

describe("hostile modules", () => {
  test.each(HOSTILE.map((hostile) => [hostile.name, hostile] as const))("%s", async (name, hostile) => {
    const bytes = typeof hostile.module === "string" ? await assemble(name, hostile.module) : hostile.module;
    const ended = await runBytes(sanitized, name, bytes);
    expect({ status: ended.status, says: ended.output.includes(hostile.says) }, ended.output).toEqual({ status: hostile.status, says: true });
    if (hostile.says) expect(ended.output.startsWith(`${name}: `), ended.output).toBe(true);
    else expect(ended.output).toBe("");
  });
});

describe("limits", () => {
  const growing =
    '(module (memory (export "memory") 1) (func (export "_start") (loop (br_if 0 (i32.ne (memory.grow (i32.const 16)) (i32.const -1)))) (if (i32.lt_u (memory.size) (i32.const 100)) (then unreachable))))';

  test("memory.grow fails at the limit, and the program goes on", async () => {
    const ended = await runBytes(sanitized, "growing", await assemble("growing", growing), { host: ["--mem", String(64 << 20)] });
    expect(ended, ended.output).toMatchObject({ status: 0, output: "" });
  });

  test("a module that asks for 4 GiB at its start is told so", async () => {
    const module = await assemble("huge", '(module (memory (export "memory") 65536) (func (export "_start")))');
    expect(await runBytes(sanitized, "huge", module, { host: ["--mem", String(64 << 20)] })).toMatchObject({ status: 126, output: expect.stringContaining("65536 pages") });
    const plain = await buildWasiHost("plain");
    expect(await runBytes(plain, "huge", module)).toMatchObject({ status: 0, output: "" });
  });

  test("the last byte of 4 GiB can be written, the one behind it cannot", async () => {
    const plain = await buildWasiHost("plain");
    const text = (at: string) => `(module (memory (export "memory") 65536) (data (i32.const 0xfffffffc) "end!") (func (export "_start") (i32.store8 ${at} (i32.const 1))))`;
    expect(await runBytes(plain, "last", await assemble("last", text("(i32.const -1)")))).toMatchObject({ status: 0, output: "" });
    expect(await runBytes(plain, "behind", await assemble("behind", text("offset=1 (i32.const -1)")))).toMatchObject({ status: 134 });
  });
});
