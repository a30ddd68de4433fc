// The allocator as the image compiles it, natively: a million random operations and every frame accounted for.
import { expect, test } from "vitest";
import { runAllocatorCheck } from "./allocator.js";

test.each([1, 2, 3])("a million operations, seed %i: nothing lost, every wrong request refused", async (seed) => {
  const a = await runAllocatorCheck(1_000_000, seed);
  expect(a).toMatchObject({ operations: 1_000_000, inconsistencies: 0, freeAtEnd: a.managed });
  expect(a.allocations).toBeGreaterThan(400_000);
  expect(a.failures).toBeGreaterThan(10_000);
  expect(a.refused).toBeGreaterThan(10_000);
});
