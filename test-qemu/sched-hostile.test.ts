// What schedulers must live with, in the booted kernel: policies that choose nonsense, weights that are none, a fork bomb, priorities that do not exist.
// The kernel says what it did, the shell answers, nobody starves. The same under V8 and in the image's engines: tools/reference, tools/sim.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { build, TEST_IMAGE } from "../tools/build/index.js";
import { BUILD } from "../tools/lib/index.js";
import { Machine } from "../tools/machine/index.js";
import { Rng } from "../tools/sim/rng.js";

const DEADLINE_MS = 300_000;
const count = z.number().int().nonnegative();
const policies = z.looseObject({ policy: z.string(), policies: z.array(z.looseObject({ name: z.string(), state: z.string(), reason: z.string() })) });
const status = z.looseObject({ policy: z.string(), ready: count, rescues: count, ejections: count, starveNs: count });
const weights = z.looseObject({ policy: z.string(), version: count, commits: count, refused: count });
const bombed = z.object({ children: count, refused: count, longestWaitNs: count });

/** What each is ejected for. */
const BAD: [string, RegExp][] = [
  ["bad_sched_absent", /not ready/],
  ["bad_sched_blocked", /not ready/],
  ["bad_sched_slot", /not ready/],
  ["bad_sched_zero", /quantum/],
  ["bad_sched_year", /quantum/],
  ["bad_sched_nan", /finite/],
  ["bad_sched_candidates", /candidates/],
  ["bad_sched_loop", /fuel/],
  ["bad_sched_trap", /trap|unreachable/],
  ["bad_sched_negative", /./],
];

// The head of the transformer's weights (kernel-as/ml/sched-shape.ts); the parameters are its last bytes.
const FORMAT_AT = 4;
const PARAMETERS_AT = 28;
const CHECKSUM_AT = 36;

function withChecksum(blob: Buffer): Buffer {
  let hash = 0x811c_9dc5;
  for (const byte of blob.subarray(blob.length - 4 * blob.readUInt32LE(PARAMETERS_AT))) hash = Math.imul(hash ^ byte, 0x0100_0193) >>> 0;
  blob.writeUInt32LE(hash, CHECKSUM_AT);
  return blob;
}

/** Files of weights that must be refused, and why; then one of random numbers in good form. */
function weightFiles(good: Buffer): { bad: [string, Buffer, RegExp][]; random: Buffer } {
  const rng = new Rng(3);
  const numbersAt = good.length - 4 * good.readUInt32LE(PARAMETERS_AT);
  const changed = (change: (blob: Buffer) => void) => {
    const blob = Buffer.from(good);
    change(blob);
    return blob;
  };
  const noise = Buffer.from(Array.from({ length: good.length }, () => Math.floor(rng.next() * 256)));
  const refused = /refuses/;
  return {
    bad: [
      ["nan", withChecksum(changed((blob) => blob.writeFloatLE(Number.NaN, blob.length - 4))), refused],
      ["infinite", withChecksum(changed((blob) => blob.writeFloatLE(Number.POSITIVE_INFINITY, numbersAt))), refused],
      ["zero", Buffer.alloc(good.length), refused],
      ["noise", noise, refused],
      ["torn", changed((blob) => noise.copy(blob, numbersAt, numbersAt)), refused],
      ["format", changed((blob) => blob.writeUInt32LE(blob.readUInt32LE(FORMAT_AT) + 1, FORMAT_AT)), refused],
      ["truncated", good.subarray(0, good.length - 4), /it has \d+ bytes; the weights of this policy have \d+/],
      ["longer", Buffer.concat([good, Buffer.alloc(4)]), /it has \d+ bytes/],
      ["empty", Buffer.alloc(0), /it has 0 bytes/],
    ],
    random: withChecksum(
      changed((blob) => {
        for (let at = numbersAt; at < blob.length; at += 4) blob.writeFloatLE(rng.between(-2, 2), at);
      }),
    ),
  };
}

let folder = "";
let machine: Machine;
const files = weightFiles(readFileSync("models/sched-transformer.f32"));

beforeAll(async () => {
  await build(["test-image", "initrd"]);
  mkdirSync(join(BUILD, "test"), { recursive: true });
  folder = mkdtempSync(join(BUILD, "test", "sched-hostile-"));
  for (const [name, bytes] of files.bad) writeFileSync(join(folder, `${name}.f32`), bytes);
  writeFileSync(join(folder, "random.f32"), files.random);
  machine = await Machine.boot({ accel: "tcg", clock: "virtual", mem: "128M", seed: 1, files: folder, kernel: TEST_IMAGE, commandDeadlineMs: DEADLINE_MS });
});
afterAll(async () => {
  await machine?.close();
  rmSync(folder, { recursive: true, force: true });
});

test.each(BAD)("%s is ejected and named, round robin goes on, and what ran ends as it should", async (name, reason) => {
  const before = await machine.ask("schedctl status --json", status);
  const { output, failures } = await machine.run(`run primes 100000 > /tmp/a & run primes 100000 > /tmp/b & schedctl policy ${name}; wait; cat /tmp/a /tmp/b`);
  expect(failures, output).toBe(0);
  const [first, second] = output.trim().split("\n").slice(-2);
  expect(first).toMatch(/\d/);
  expect(second).toBe(first);
  const listed = await machine.ask("schedctl policy --json", policies);
  expect(listed.policy).toBe("fallback");
  expect(listed.policies.find((one) => one.name === name)).toMatchObject({ state: "ejected", reason: expect.stringMatching(reason) });
  expect((await machine.ask("schedctl status --json", status)).ejections).toBe(before.ejections + 1);
});

describe("weights", () => {
  test("that are none change nothing, and it is said why", async () => {
    expect((await machine.run("schedctl policy rr; schedctl weights load /files/random.f32")).output).toContain("has no weights");
    await machine.run("schedctl policy transformer");
    for (const [i, [name, , words]] of files.bad.entries()) {
      const { output, status: code } = await machine.run(`schedctl weights load /files/${name}.f32`);
      expect(output, name).toMatch(words);
      expect(code, name).not.toBe(0);
      expect(await machine.ask("schedctl weights --json", weights), name).toMatchObject({ policy: "transformer", version: 0, commits: 0, refused: Math.min(i + 1, 6) });
    }
    expect((await machine.run("schedctl weights load /files/none.f32")).output).toContain("no such file");
    expect(await machine.ask("schedctl status --json", status)).toMatchObject({ policy: "transformer" });
  });

  test("of random numbers decide anything, and everything ends; they are saved, and taken back", async () => {
    const before = await machine.ask("schedctl status --json", status);
    const { output, failures } = await machine.run("schedctl weights load /files/random.f32; run messagebench --groups 2 --pairs 4 --loops 5; run wakebench --workers 2 --ms 300");
    expect(failures, output).toBe(0);
    expect(output).toMatch(/on trial/);
    const after = await machine.ask("schedctl status --json", status);
    expect(after).toMatchObject({ policy: "transformer", ejections: before.ejections });
    const { version } = await machine.ask("schedctl weights --json", weights);
    // The guard may have returned to its own by now: it is there for that.
    if (version !== 0) expect((await machine.run("schedctl weights save /tmp/w; sha256sum /tmp/w /files/random.f32")).output.match(/[0-9a-f]{64}/g)?.length).toBe(2);
    await machine.run("schedctl transformer reset");
    expect((await machine.ask("schedctl weights --json", weights)).version).toBe(0);
  });
});

describe("a fork bomb", () => {
  // 120 processes and more that only compute: one that waits longer than the guard allows is before its turn as often as there are others.
  const boundNs = (starveNs: number) => starveNs + 128 * 2 * 12_000_000;

  test("under the transformer: no process can be had meanwhile, then all is as before", async () => {
    await machine.run("schedctl policy transformer");
    const { output } = await machine.run("run schedstress bomb --ms 1500 --json > /tmp/bomb & sleep 0.7; run hello; schedctl status --json; wait; cat /tmp/bomb");
    const [refusal, during, bomb] = output.trim().split("\n").slice(-3) as [string, string, string];
    expect(refusal).toMatch(/there are 128 processes already/);
    const { ready, starveNs } = status.parse(JSON.parse(during));
    expect(ready).toBeGreaterThan(100);
    const told = bombed.parse(JSON.parse(bomb));
    expect(told.children).toBeGreaterThan(0);
    expect(told.refused).toBeGreaterThan(0);
    expect(told.longestWaitNs).toBeLessThan(boundNs(starveNs));
  });

  test("under a policy that always names the same: the guard gives the others turns, the shell answers", async () => {
    const before = await machine.ask("schedctl status --json", status);
    await machine.run("schedctl policy bad_sched_starve");
    const { output } = await machine.run("run schedstress bomb --ms 5000 --json > /tmp/bomb & sleep 0.1; schedctl status --json; wait; cat /tmp/bomb");
    const [during, bomb] = output.trim().split("\n").slice(-2) as [string, string];
    expect(status.parse(JSON.parse(during)).policy).toBe("bad_sched_starve");
    const told = bombed.parse(JSON.parse(bomb));
    expect(told.longestWaitNs).toBeLessThan(boundNs(before.starveNs));
    const after = await machine.ask("schedctl status --json", status);
    expect(after.rescues).toBeGreaterThan(before.rescues);
    expect(after.ejections).toBe(before.ejections);
    await machine.run("schedctl policy rr");
  });

  test("leaves nothing behind", async () => {
    const { output } = await machine.run("ps");
    expect(output).not.toContain("schedstress");
    expect((await machine.run("memctl check")).output).toContain("every frame is accounted for");
  });
});

test("priorities that do not exist are refused by the kernel itself, and change nothing", async () => {
  const { output, status: code } = await machine.run("run schedstress nice");
  expect(code).toBe(0);
  // Range, NotFound, Invalid.
  expect(output.trim().split("\n")).toEqual([
    "own -21: -5",
    "own 20: -5",
    "own 2^63: -5",
    "nobody 0: -3",
    "process 2^32+1: -3",
    "own 19: 0",
    "child 1000: -1",
    "child -1000: -1",
    "child 19: 1",
  ]);
});
