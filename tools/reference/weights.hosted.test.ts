// Weights in the shim's two engines and in V8 alike, under ASan and UBSan too: read, write, commit, refuse, fail in the middle, reopen.
import { beforeAll, describe, expect, it } from "vitest";
import { LAYOUT, Status } from "../abi/index.js";
import { buildPolicyHost } from "../build/hosted.js";
import { Rng } from "../sim/rng.js";
import { type Answer, meteredBytes, type Request, runHosted, runV8 } from "./policy-engines.js";
import { badWeights, HEAD_BYTES, WEIGHTS_SIZE, weightsOf } from "./weights-data.js";

const FUEL = 1_000_000n;
const CHUNK = 4096;
const POLICY = "sched_weights";

let programs: string[];

beforeAll(async () => {
  programs = [await buildPolicyHost("plain"), await buildPolicyHost("sanitized")];
});

const decide: Request = { input: new Uint8Array(), fuel: FUEL };
const put = (bytes: Uint8Array, version: number): Request[] => [
  ...Array.from({ length: Math.ceil(bytes.length / CHUNK) }, (_, i) => ({ write: bytes.subarray(i * CHUNK, (i + 1) * CHUNK), offset: i * CHUNK })),
  { commit: version, fuel: FUEL },
];
const readAll: Request[] = [
  { read: CHUNK, offset: 0 },
  { read: CHUNK, offset: CHUNK },
  { read: CHUNK, offset: WEIGHTS_SIZE },
];

/** Runs in V8, AOT and wasm3, plain and sanitized; the answers of V8, which are those of all. */
async function everywhere(requests: Request[]): Promise<Answer[]> {
  const v8 = runV8(meteredBytes(POLICY), requests);
  for (const program of programs) {
    for (const engine of ["aot", "wasm3"] as const) {
      const answers = await runHosted(program, engine, POLICY, requests);
      expect(answers.length).toBe(requests.length + 1);
      for (const [i, { status, decision, fuelUsed }] of v8.entries()) {
        const request = requests[i] as Request;
        const counted = "input" in request || "commit" in request; // asking where weights lie costs what it costs
        const answer = answers[i + 1] as Answer;
        expect({ engine, i, status: answer.status, decision: answer.decision, fuel: counted ? answer.fuelUsed : 0n }).toEqual({
          engine,
          i,
          status,
          decision,
          fuel: counted ? fuelUsed : 0n,
        });
      }
    }
  }
  return v8;
}

const slotOf = (answer: Answer | undefined) => Buffer.from(answer?.decision ?? "", "hex").readUInt32LE(LAYOUT.SchedDecision.fields.slot.offset);

describe("weights in every engine", () => {
  it("are written, committed, used, read back, and outlive a reset", async () => {
    const requests: Request[] = [{ weights: true }, decide, ...put(weightsOf(41), 3), decide, ...readAll, { reset: 5, fuel: FUEL }, decide, ...put(weightsOf(42), 4), decide];
    const answers = await everywhere(requests);
    expect(answers[0]?.status).toBe(WEIGHTS_SIZE);
    expect(requests.flatMap((request, i) => (request === decide ? [slotOf(answers[i])] : []))).toEqual([7, 41, 41, 42]);
    const read = requests.flatMap((request, i) => ("read" in request ? [answers[i]?.decision ?? ""] : [])).join("");
    expect(read).toBe(Buffer.from(weightsOf(41)).toString("hex"));
  });

  it("that are bad are refused, and nothing changes", async () => {
    const requests: Request[] = [...put(weightsOf(41), 1), ...badWeights().flatMap(([, bytes]) => [...put(bytes, 2), decide]), ...put(weightsOf(42), 2), decide];
    const answers = await everywhere(requests);
    const commits = requests.flatMap((request, i) => ("commit" in request ? [answers[i]?.status] : []));
    expect(commits).toEqual([Status.Ok, ...badWeights().map(() => Status.Invalid), Status.Ok]);
    const slots = requests.flatMap((request, i) => (request === decide ? [slotOf(answers[i])] : []));
    expect(slots).toEqual([...badWeights().map(() => 41), 42]);
  });

  it("stay inside their span", async () => {
    const spans: [number, number][] = [
      [WEIGHTS_SIZE, 1],
      [WEIGHTS_SIZE - 1, 2],
      [0xffff_ffff, 1],
      [0xffff_fff0, 64],
      [0x8000_0000, 8],
    ];
    const requests: Request[] = [
      ...spans.flatMap(([offset, count]): Request[] => [
        { write: new Uint8Array(count).fill(255), offset },
        { read: count, offset },
      ]),
      decide,
      ...readAll,
    ];
    const answers = await everywhere(requests);
    for (const [i, [offset]] of spans.entries()) {
      expect(answers[2 * i]?.status).toBe(Status.Range);
      expect(answers[2 * i + 1]?.status).toBe(offset < WEIGHTS_SIZE ? 1 : 0);
    }
    expect(slotOf(answers[2 * spans.length])).toBe(7);
    // A span that leaves the kernel's memory is refused before anything is looked at.
    for (const engine of ["aot", "wasm3"] as const) {
      const [, read] = await runHosted(programs[1] as string, engine, POLICY, [{ read: 0x7fff_ffff, offset: 0 }, decide]);
      expect(read?.status).toBe(Status.Range);
    }
  });

  it("a commit that traps, loops or runs out of fuel ends alike, and the module lives or is opened again", async () => {
    const requests: Request[] = [
      ...put(weightsOf(41), 1),
      ...put(weightsOf(5, { count: 0xdead }), 2),
      decide,
      ...put(weightsOf(5, { count: 0xbeef }), 2),
      decide,
      { write: weightsOf(42).subarray(0, CHUNK), offset: 0 },
      { write: weightsOf(42).subarray(CHUNK), offset: CHUNK },
      { commit: 2, fuel: 100n },
      decide,
      { commit: 2, fuel: FUEL },
      decide,
      { write: weightsOf(43).subarray(0, 99), offset: 0 },
      { reopen: true },
      decide,
      ...readAll,
    ];
    const answers = await everywhere(requests);
    const commits = requests.flatMap((request, i) => ("commit" in request ? [answers[i]?.status] : []));
    expect(commits).toEqual([Status.Ok, Status.Trap, Status.OutOfFuel, Status.OutOfFuel, Status.Ok]);
    expect(requests.flatMap((request, i) => (request === decide ? [slotOf(answers[i])] : []))).toEqual([41, 41, 41, 42, 7]);
  });

  it("random sequences of calls agree", async () => {
    const rng = new Rng(77);
    const below = (n: number) => Math.floor(rng.next() * n);
    const pool = [weightsOf(11), weightsOf(12), ...badWeights().map(([, bytes]) => bytes)];
    const requests: Request[] = [];
    for (let i = 0; i < 400; i++) {
      const bytes = rng.pick(pool);
      const at = below(WEIGHTS_SIZE + 40);
      const dice = rng.next();
      if (dice < 0.35) requests.push(...put(bytes, 1 + below(99)));
      else if (dice < 0.5) requests.push({ write: bytes.subarray(at, at + below(600)), offset: at });
      else if (dice < 0.6) requests.push({ commit: below(9), fuel: rng.next() < 0.3 ? BigInt(below(3000)) : FUEL });
      else if (dice < 0.8) requests.push({ read: below(600), offset: at });
      else if (dice < 0.9) requests.push({ reset: 1, fuel: FUEL });
      else if (dice < 0.92) requests.push({ reopen: true });
      requests.push(decide);
    }
    const answers = await everywhere(requests);
    expect(new Set(answers.map(({ status }) => status)).size).toBeGreaterThan(5);
  });

  it("are told apart from a module that has none", async () => {
    for (const engine of ["aot", "wasm3"] as const) {
      const requests: Request[] = [{ weights: true }, { read: 8, offset: 0 }, { write: new Uint8Array(8), offset: 0 }, { commit: 1, fuel: FUEL }];
      const answers = await runHosted(programs[1] as string, engine, "linear", requests);
      expect(answers.slice(1).map(({ status }) => status)).toEqual([Status.Unsupported, Status.Unsupported, Status.Unsupported, Status.Unsupported]);
      expect(answers[1]?.text).toMatch(/it has no weights: export policy_weights_bytes is missing/);
    }
  });

  it(`begin behind the head at ${HEAD_BYTES}`, async () => {
    const [answer] = await everywhere([{ read: 4, offset: HEAD_BYTES }]);
    expect(Buffer.from(answer?.decision ?? "", "hex").readFloatLE()).toBe(7);
  });
});
