import { describe, expect, test } from "vitest";
import { Random } from "../jobs/random.js";
import { CannotCalibrate, calibrated, fitCalibration, type Judged, logOdds } from "./calibrate.js";

/** Answers whose chance of being right is `truth` of their probability. */
function answers(count: number, truth: (probability: number) => number): Judged[] {
  const random = new Random("calibration");
  return Array.from({ length: count }, () => {
    const probability = 1 / (1 + Math.exp(-random.between(-4, 8)));
    return { probability, right: random.unit() < truth(probability), answerable: true, offered: true };
  });
}

describe("calibration", () => {
  test("finds the bias and the scale that made the answers", () => {
    const made = { bias: -1.2, scale: 0.6 };
    const { bias, scale } = fitCalibration(answers(20_000, (p) => calibrated(p, made)));
    expect(bias).toBeCloseTo(made.bias, 1);
    expect(scale).toBeCloseTo(made.scale, 1);
  });

  test("an overconfident model is brought down to its rate", () => {
    const given = answers(4000, () => 0.7);
    const fitted = fitCalibration(given);
    const mean = given.reduce((sum, a) => sum + calibrated(a.probability, fitted), 0) / given.length;
    expect(mean).toBeCloseTo(0.7, 1);
    expect(Math.abs(fitted.scale)).toBeLessThan(0.1);
  });

  test("the threshold leaves nine of ten answerable questions with a command", () => {
    const given = answers(2000, (p) => calibrated(p, { bias: -3, scale: 1 }));
    const fitted = fitCalibration(given);
    const offered = given.filter((a) => calibrated(a.probability, fitted) >= fitted.threshold).length;
    expect(offered / given.length).toBeGreaterThanOrEqual(0.9);
    expect(fitted.threshold).toBeLessThanOrEqual(0.5);
  });

  test("answers of one kind, or too few, are refused", () => {
    expect(() => fitCalibration(answers(200, () => 2))).toThrow(CannotCalibrate);
    expect(() => fitCalibration(answers(20, () => 0.5))).toThrow(CannotCalibrate);
  });

  test("certainties have bounded odds", () => {
    expect([logOdds(1), logOdds(0), logOdds(0.5)]).toEqual([12, -12, 0]);
  });
});
