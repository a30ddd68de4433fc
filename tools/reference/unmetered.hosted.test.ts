// Policy modules that the build did not meter, in the shim's interpreter: honest ones decide as in V8, and whatever else one does
// ends by the engine's own count, in time, with its own words. Not what the kernel makes of it: registry.test.ts.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import binaryen from "binaryen";
import { beforeAll, describe, expect, it } from "vitest";
import { LAYOUT, MEMORY_PASTS, Status } from "../abi/index.js";
import { buildPolicyHost } from "../build/hosted.js";
import { ROOT } from "../lib/index.js";
import { compileHarness } from "../sim/harness.js";
import { type Request, runHosted } from "./policy-engines.js";
import { policyText } from "./policy-text.js";

const FUEL = 200_000n;

let plain: string;
let sanitized: string;
beforeAll(async () => {
  plain = await buildPolicyHost("plain");
  sanitized = await buildPolicyHost("sanitized");
});

function policy(decide: string, extra = "", pages = 1): Uint8Array {
  const module = binaryen.parseText(policyText(decide, extra, pages));
  module.setFeatures(binaryen.Features.All);
  const bytes = Uint8Array.from(module.emitBinary());
  module.dispose();
  return bytes;
}

async function run(program: string, bytes: Uint8Array, requests: Request[]) {
  const file = "build/hosted/unmetered.wasm";
  writeFileSync(join(ROOT, file), bytes);
  return runHosted(program, "offered", file, requests);
}
const ask: Request = { input: new Uint8Array(16), fuel: FUEL };
/** An instruction that a function may have thousands of. */
const long = (times: number) => "(i64.store (i32.const 0) (i64.add (i64.load (i32.const 0)) (i64.const 1)))".repeat(times);

describe("without a meter", () => {
  it.each<[string, Uint8Array, number, RegExp]>([
    ["loops for ever", policy("(loop $l (br $l)) (i32.const 0)"), Status.OutOfFuel, /ran out of fuel: 200000 points/],
    ["loops for ever in a function as long as may be", policy(`(loop $l ${long(3000)} (br $l)) (i32.const 0)`), Status.OutOfFuel, /ran out of fuel/],
    ["calls for ever", policy("(loop $l (drop (call $f)) (br $l)) (i32.const 0)", "(func $f (result i32) (i32.const 1))"), Status.OutOfFuel, /ran out of fuel/],
    ["calls itself for ever", policy("(call $decide (local.get 0))"), Status.Trap, /stack exhausted/],
    [
      "fills all its memory for ever",
      policy("(loop $l (memory.fill (i32.const 0) (i32.const 1) (i32.const 1048576)) (br $l)) (i32.const 0)", "", 16),
      Status.OutOfFuel,
      /ran out of fuel/,
    ],
    [
      "copies all its memory for ever",
      policy("(loop $l (memory.copy (i32.const 0) (i32.const 1) (i32.const 1048575)) (br $l)) (i32.const 0)", "", 16),
      Status.OutOfFuel,
      /ran out of fuel/,
    ],
    [
      "claims a meter and does not count",
      policy("(loop $l (br $l)) (i32.const 0)", '(global (export "fuel") (mut i64) (i64.const 0)) (global (export "depth") (mut i32) (i32.const 0))'),
      Status.OutOfFuel,
      /ran out of fuel/,
    ],
    ["calls env.abort", policy("(call $abort) (i32.const 0)", '(import "env" "abort" (func $abort))'), Status.Trap, /unreachable/],
    ["grows a memory that is fixed, and says what came of it", policy("(memory.grow (i32.const 1))"), Status.Invalid, /returned -1/],
  ])("a module that %s ends with its own words, twice, and can be opened again", async (_what, bytes, status, words) => {
    for (const program of [plain, sanitized]) {
      const answers = await run(program, bytes, [ask, ask, { reopen: true }, ask]);
      expect(answers.map((answer) => answer.status)).toEqual([Status.Ok, status, status, Status.Ok, status]);
      expect(answers[1]?.text).toMatch(words);
    }
  });

  it("a start function that does not end is a refusal to open", async () => {
    const [opened] = await run(plain, policy("(i32.const 0)", "(func $s (loop $l (br $l))) (start $s)"), []);
    expect(opened).toMatchObject({ status: Status.OutOfFuel, text: expect.stringMatching(/at its start/) });
  });

  it("counts the size of its largest function: so time is bounded, not only the number of passes", async () => {
    // Passes until the end, told by what the loop counted.
    const passes = async (bytes: Uint8Array) => Number((await run(plain, bytes, [ask]))[1]?.fuelUsed);
    expect(await passes(policy("(loop $l (br $l)) (i32.const 0)"))).toBe(Number(FUEL));
    const counting = (padding: number) =>
      policy(
        `(if (i32.eqz (local.get 0)) (then ${long(padding)})) (loop $l (br_if $l (i32.lt_u (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (i32.const 1000)))) (i32.const 0)`,
      );
    const small = (await run(plain, counting(0), [ask]))[1];
    const large = (await run(plain, counting(1000), [ask]))[1];
    expect(small).toMatchObject({ status: Status.Ok, fuelUsed: 984n }); // passes: 1000 − the 16 bytes of input
    expect(Number(large?.fuelUsed)).toBeGreaterThan(10 * 984);
  });

  it("linear, as asc compiles it, decides as it does in V8", async () => {
    const bytes = compileHarness("linear-unmetered", "kernel-as/policy/memory/linear.ts", ["--config", "asconfig.json", "--target", "policy"]);
    const head = LAYOUT.MemoryFeatures.bytes + MEMORY_PASTS * LAYOUT.MemoryPast.bytes;
    const input = new Uint8Array(head + 20 * LAYOUT.MemorySample.bytes);
    const view = new DataView(input.buffer);
    view.setUint32(0, 20, true);
    view.setUint32(4, 100, true);
    view.setUint32(8, 60_000, true);
    for (let i = 0; i < 20; i++) {
      const at = head + i * LAYOUT.MemorySample.bytes;
      view.setBigUint64(at + LAYOUT.MemorySample.fields.timeNs.offset, BigInt(i) * 100_000_000n, true);
      view.setUint32(at + LAYOUT.MemorySample.fields.freePages.offset, 20_000 - 700 * i, true);
      view.setUint32(at + LAYOUT.MemorySample.fields.managedPages.offset, 30_000, true);
    }
    const exports = new WebAssembly.Instance(new WebAssembly.Module(bytes), {}).exports as unknown as {
      memory: WebAssembly.Memory;
      policy_input(): number;
      policy_output(): number;
      policy_reset(seed: number): number;
      policy_decide(bytes: number): number;
    };
    exports.policy_reset(1);
    new Uint8Array(exports.memory.buffer).set(input, exports.policy_input());
    expect(exports.policy_decide(input.length)).toBe(0);
    const decision = Buffer.from(exports.memory.buffer, exports.policy_output(), LAYOUT.MemoryDecision.bytes).toString("hex");
    const answers = await run(plain, bytes, [
      { reset: 1, fuel: 1_000_000n },
      { input, fuel: FUEL },
    ]);
    // The host hands out room for the largest decision of any kind.
    expect(answers[2]).toMatchObject({ status: Status.Ok, decision: expect.stringMatching(new RegExp(`^${decision}(00)*$`)) });
  });
});
