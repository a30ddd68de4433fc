import { describe, expect, test } from "vitest";
import { LogitCount, OTHERS } from "./logits.js";
import { isClose } from "./report.js";

const row = (...values: number[]) => Float32Array.from(values);

describe("figures of logits", () => {
  // llama.cpp leads by 5, 0.2 and 3; its other kernels move that by 0 to 0.5, and change the second position's first token; ours changes it, too
  const count = new LogitCount();
  const others = (...both: Float32Array[]) => both;
  count.add(row(5, 0, 0), row(5, 0, 0), others(row(5.1, 0, 0), row(4.9, 0, 0)), 0);
  count.add(row(1, 1.1, 0), row(1.2, 1, 0), others(row(1, 1.3, 0), row(1.2, 1, 0)), 1);
  count.add(row(0, 0, 3.5), row(0, 0, 3), others(row(0, 0, 3), row(0, 0, 3.1)), 2);
  const found = count.row("Q8_0", "answers");

  test("agreement, of the other kernels too, and with what was written", () => {
    expect(found).toMatchObject({ type: "Q8_0", text: "answers", positions: 3, same: 2, alone: 2, own: OTHERS.map((kernels, i) => ({ kernels, same: i === 0 ? 2 : 3 })) });
    expect(found.most).toBeCloseTo(0.5, 6);
    expect(found.mean).toBeCloseTo((0 + (0.2 + 0.1) / 3 + 0.5 / 3) / 3, 6);
    expect(found.own[0]?.mean).toBeCloseTo((0.1 / 3 + (0.2 + 0.3) / 3) / 3, 6);
  });

  test("positions whose lead is above the noise", () => {
    expect(found.noise).toBeGreaterThan(0.45);
    expect(found.noise).toBeLessThan(0.5);
    expect([found.clear, found.clearSame]).toEqual([2, 2]);
  });

  test("bounds", () => {
    const good = { ...found, positions: 1000, same: 950, own: [{ kernels: "sse42", same: 970, mean: 0 }], clear: 800, clearSame: 800 };
    expect(isClose(good)).toBe(true);
    expect(isClose({ ...good, same: 930 })).toBe(false);
    expect(isClose({ ...good, clearSame: 790 })).toBe(false);
    expect(isClose({ ...good, clear: 0, clearSame: 0 })).toBe(false);
    expect(isClose({ ...good, type: "F16" })).toBe(false);
    expect(isClose({ ...good, type: "F32", same: 1000, most: 0.03 })).toBe(false);
    expect(isClose({ ...good, type: "F32", same: 1000, most: 0.001 })).toBe(true);
  });
});
