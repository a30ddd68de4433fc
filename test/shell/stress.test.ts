// The workload program `stress` under V8: what it takes and gives back over time. Real frames are the booted tests' matter.
import { beforeAll, describe, expect, test } from "vitest";
import { PAGE_BYTES } from "../../tools/abi/generated.js";
import { FakeKernel, Program } from "./fake-kernel.js";
import { compileProgram } from "./program.js";

const SECOND = 1e9;
const MIB = 1 << 20;
let module: WebAssembly.Module;

beforeAll(() => {
  module = compileProgram("user/stress/main.ts", "stress", "workload");
});

interface Options {
  seed?: number;
  ms?: number;
  index?: number;
}

/** A worker that is looked at after each step, that is each tick of 10 ms. */
class Worker {
  readonly kernel = new FakeKernel();
  readonly program: Program;
  /** pages with something in them after each step */
  readonly pages: number[] = [];
  private readonly ownBytes: number;

  constructor(pattern: string, rate: number, size: number, { seed = 1, ms = 2000, index = 0 }: Options = {}) {
    this.kernel.args = ["stress", pattern, String(rate), String(size), String(seed), String(ms), String(index)];
    this.program = new Program(module, this.kernel);
    this.ownBytes = this.program.exports.memory.buffer.byteLength;
  }

  private held(): number {
    const words = new BigUint64Array(this.program.exports.memory.buffer);
    let count = 0;
    for (let at = this.ownBytes / 8; at < words.length; at += PAGE_BYTES / 8) if (words[at] !== 0n) count++;
    return count;
  }

  steps(count: number): this {
    for (let i = 0; i < count && !this.program.exit; i++) {
      this.program.step();
      this.pages.push(this.held());
    }
    return this;
  }
}

function play(...given: ConstructorParameters<typeof Worker>): Worker {
  return new Worker(...given).steps(100_000);
}

describe("patterns", () => {
  test("leak grows at its rate until its time is over", () => {
    const run = play("leak", MIB, 0);
    expect(run.program.exit?.status).toBe(0);
    expect(run.kernel.nowNs).toBeGreaterThanOrEqual(2 * SECOND);
    const final = run.pages.at(-1) as number;
    expect(final).toBeGreaterThan(500);
    expect(final).toBeLessThan(525);
    expect(run.pages.every((pages, i) => i === 0 || pages >= (run.pages[i - 1] as number))).toBe(true);
    expect(run.kernel.released).toBe(0);
  });

  test("plateau stops at its size and holds", () => {
    const run = play("plateau", 8 * MIB, 2 * MIB);
    expect(run.pages.at(-1)).toBe(512);
    expect(run.pages.filter((pages) => pages === 512).length).toBeGreaterThan(100);
  });

  test("sawtooth drops to nothing and grows again", () => {
    const run = play("sawtooth", 8 * MIB, 2 * MIB, { ms: 4000 });
    const drops = run.pages.filter((pages, i) => pages === 0 && (run.pages[i - 1] ?? 0) > 0).length;
    expect(drops).toBeGreaterThanOrEqual(5);
    expect(Math.max(...run.pages)).toBeLessThanOrEqual(512);
    expect(run.kernel.released).toBeGreaterThan(5 * 384);
  });

  test("burst jumps, holds, gives all back and rests", () => {
    const run = play("burst", 2 * MIB, 2 * MIB, { ms: 6000 });
    const idle = run.pages.filter((pages) => pages === 0).length;
    const high = run.pages.filter((pages) => pages >= 384).length;
    expect(idle).toBeGreaterThan(100);
    expect(high).toBeGreaterThan(50);
  });

  test("fragment gives every other page back and keeps the rest", () => {
    const run = play("fragment", 8 * MIB, 2 * MIB);
    expect(Math.max(...run.pages)).toBeLessThanOrEqual(512);
    expect(run.pages.at(-1)).toBe(256);
    expect(run.kernel.released).toBe(256);
  });
});

test("the same seed gives the same run, another one another", () => {
  const pages = (seed: number, index: number) => play("burst", 2 * MIB, 2 * MIB, { seed, index, ms: 4000 }).pages;
  expect(pages(5, 0)).toEqual(pages(5, 0));
  expect(pages(6, 0)).not.toEqual(pages(5, 0));
  expect(pages(5, 1)).not.toEqual(pages(5, 0));
});

test("a page that changed by itself ends the worker with status 3", () => {
  const { program } = new Worker("plateau", 8 * MIB, MIB, { ms: 10_000 }).steps(100);
  expect(program.exit).toBeUndefined();
  const bytes = new Uint8Array(program.exports.memory.buffer);
  const at = bytes.length - 100 * PAGE_BYTES;
  bytes[at] = (bytes[at] as number) ^ 1;
  program.run();
  expect(program.exit?.status).toBe(3);
  expect(program.take()).toBe("stress: a page was damaged\n");
});

test.each([[["stress"]], [["stress", "leak", "x", "0", "1", "10", "0"]], [["stress", "frob", "1", "0", "1", "10", "0"]]])("bad arguments %j: status 2", (args) => {
  const kernel = new FakeKernel();
  kernel.args = args;
  const program = new Program(module, kernel);
  program.run();
  expect(program.exit?.status).toBe(2);
});
