// The vector kernels in ring 3 of the booted kernel: every instruction set that the emulated processor has gives what the reference gives under V8.
import { expect, test } from "vitest";
import { build, TEST_IMAGE } from "../tools/build/index.js";
import { Machine } from "../tools/machine/index.js";
import { vectorLines, vectorsUnderV8 } from "../tools/mind/vectors.js";

const [SSE2, AVX2, EMULATED] = [1, 2, 4];

test("every instruction set gives the reference's bits, and the fastest under an emulator is chosen", async () => {
  await build(["test-image"]);
  const reference = await vectorsUnderV8();
  expect(reference.map(({ set }) => set)).toEqual(reference.map(() => 0));
  expect(reference.length).toBe(16);
  await using machine = await Machine.boot({ accel: "tcg", mem: "128M", seed: 1, kernel: TEST_IMAGE });
  const { output, status } = await machine.run("run vectors");
  const lines = vectorLines(output);
  expect(status).toBe(0);
  expect([...new Set(lines.map(({ set }) => set))]).toEqual([SSE2, AVX2, EMULATED]);
  for (const set of [SSE2, AVX2, EMULATED])
    expect(lines.filter((line) => line.set === set).map(({ call, value }) => `${call} ${value}`)).toEqual(reference.map(({ call, value }) => `${call} ${value}`));
  expect((await machine.run("memctl check")).status).toBe(0);
});
