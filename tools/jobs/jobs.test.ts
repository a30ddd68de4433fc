// Job files: what is written is read back; a broken line is named, with what is wrong, and nothing after it counts. Lists of mixes: seeded,
// at their load, and those of training share nothing with those of the test.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { aloneMsOf, cpuMsOf, formatJob, type Job, JobFileError, jobsOfMix, loadOf, MIXES, mixNamed, parseJob, readJobs, writeJobs } from "./index.js";
import { around, boundedPareto, erlang, exponential, lognormal, logUniform, uniform, weibull } from "./laws.js";
import { Random } from "./random.js";

const folder = mkdtempSync(join(tmpdir(), "ganglion-jobs-"));
afterAll(() => rmSync(folder, { recursive: true }));

const job = (arrivalMs: number): Job => ({ arrivalMs, image: "00000000000000ab", segments: [{ cpuMs: 3.25 }, { ioMs: 20 }, { cpuMs: 1 }], priority: -5, pages: 300, label: "x" });

describe("job files", () => {
  test("what is written is read back", async () => {
    const file = join(folder, "deep/good.jsonl");
    const jobs = Array.from({ length: 20 }, (_, i) => job(i / 8));
    writeJobs(file, jobs);
    expect(await readJobs(file)).toEqual(jobs);
    expect(cpuMsOf(job(0))).toBe(4.25);
    expect(aloneMsOf(job(0))).toBe(24.25);
    expect(parseJob('{"arrivalMs":0,"image":"0123456789abcdef","segments":[{"cpuMs":1}]}')).toEqual({ arrivalMs: 0, image: "0123456789abcdef", segments: [{ cpuMs: 1 }] });
  });

  const broken = (from: string, to: string) => {
    const text = formatJob(job(100));
    expect(text).toContain(from);
    return text.replace(from, to);
  };
  test.each([
    ["cut short", () => formatJob(job(100)).slice(0, 40), /not JSON/],
    ["a field is missing", () => broken('"image":"00000000000000ab",', ""), /image: /],
    ["a field that nobody knows", () => broken('"pages"', '"page"'), /page/],
    ["an image that is none", () => broken("00000000000000ab", "0xab"), /image: must be 16 hex digits/],
    ["an image of zeros", () => broken("00000000000000ab", "0000000000000000"), /image: must not be all zeros/],
    ["a segment of nothing", () => broken('{"ioMs":20}', "{}"), /segments\[1\]: must be \{"cpuMs": number\} or/],
    ["a segment of both", () => broken('{"ioMs":20}', '{"ioMs":20,"cpuMs":2}'), /segments\[1\]: must be/],
    ["a negative time", () => broken('"cpuMs":3.25', '"cpuMs":-3.25'), /segments\[0\]\.cpuMs: /],
    ["no time", () => broken('"cpuMs":3.25', '"cpuMs":null'), /segments\[0\]/],
    ["no segments", () => broken('[{"cpuMs":3.25},{"ioMs":20},{"cpuMs":1}]', "[]"), /segments: /],
    ["it begins with a wait", () => broken('{"cpuMs":3.25},', ""), /segments\[0\]: a job begins on the processor/],
    ["it ends with a wait", () => broken(',{"cpuMs":1}', ""), /segments\[1\]: a job ends on the processor/],
    ["a priority out of range", () => broken('"priority":-5', '"priority":-21'), /priority: /],
    ["half a page", () => broken('"pages":300', '"pages":0.5'), /pages: /],
    ["time runs back", () => broken('"arrivalMs":100', '"arrivalMs":1'), /arrivalMs: 1 is before 15/],
    ["a number", () => "7", /the job: /],
  ])("line 17: %s", async (_name, line, message) => {
    const file = join(folder, "broken.jsonl");
    const lines = Array.from({ length: 30 }, (_, i) => (i === 16 ? line() : formatJob(job(i))));
    writeFileSync(file, `${lines.join("\n")}\n`);
    const error = await readJobs(file).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(JobFileError);
    expect((error as JobFileError).line).toBe(17);
    expect((error as JobFileError).message).toMatch(/broken\.jsonl, line 17: /);
    expect((error as JobFileError).message).toMatch(message);
  });

  test("a file that is not there, and one that is empty", async () => {
    await expect(readJobs(join(folder, "none.jsonl"))).rejects.toThrow(/cannot be read: ENOENT/);
    writeFileSync(join(folder, "empty.jsonl"), "\n\n");
    await expect(readJobs(join(folder, "empty.jsonl"))).rejects.toThrow(/holds no job/);
  });
});

describe("laws", () => {
  // Means by hand; 200 000 draws, tolerance four standard errors or more.
  test.each([
    ["exponential", exponential(20), 20, 0.3],
    ["lognormal", lognormal(10, 0.5), 10 * Math.exp(0.125), 0.1],
    ["around", around(50, 0.1), 50, 0.1],
    ["uniform", uniform(2, 8), 5, 0.05],
    ["logUniform", logUniform(1, Math.E), Math.E - 1, 0.01],
    ["weibull", weibull(10, 2), 10 * (Math.sqrt(Math.PI) / 2), 0.1],
    ["erlang", erlang(4, 12), 12, 0.1],
    ["boundedPareto", boundedPareto(2, 1, 100), (2 * (1 - 0.01)) / (1 - 0.0001), 0.05],
  ])("the mean of %s", (_name, law, mean, tolerance) => {
    const random = new Random("mean");
    let sum = 0;
    for (let i = 0; i < 200_000; i++) sum += law(random);
    expect(Math.abs(sum / 200_000 - mean)).toBeLessThan(tolerance);
  });
});

describe("mixes", () => {
  test.each(MIXES.map((mix) => mix.name))("%s: at its load, seeded, valid jobs by arrival", (name) => {
    const mix = mixNamed(name);
    const seed = mix.set === "test" ? 5_000_001 : 3;
    const jobs = jobsOfMix(name, { load: 0.8, seed, jobs: 2000 });
    expect(jobs).toHaveLength(2000);
    // Each part is at the load exactly, from its first arrival to its last.
    expect(Math.abs(loadOf(jobs) - 0.8)).toBeLessThan(mix.parts.length > 1 ? 0.02 : 1e-5);
    jobs.forEach((one, i) => {
      expect(one.arrivalMs).toBeGreaterThanOrEqual(jobs[i - 1]?.arrivalMs ?? 0);
      parseJob(formatJob(one));
    });
    expect(jobsOfMix(name, { load: 0.8, seed, jobs: 2000 })).toEqual(jobs);
    // Another load: the same work, other arrivals. Another seed: other work.
    const slower = jobsOfMix(name, { load: 0.4, seed, jobs: 2000 });
    expect(slower.map((one) => one.segments)).toEqual(jobs.map((one) => one.segments));
    expect((slower[999] as Job).arrivalMs).toBeCloseTo(2 * (jobs[999] as Job).arrivalMs, 1);
    expect(jobsOfMix(name, { load: 0.8, seed: seed + 1, jobs: 2000 }).map((one) => one.segments)).not.toEqual(jobs.map((one) => one.segments));
  });

  test("training and test share no image, and seeds of training share none", () => {
    const images = (set: "train" | "test", seed: number) =>
      new Set(MIXES.filter((mix) => mix.set === set).flatMap((mix) => jobsOfMix(mix.name, { load: 0.7, seed, jobs: 1000 }).map((one) => one.image)));
    const [first, second, test] = [images("train", 1), images("train", 2), images("test", 5_000_001)];
    for (const image of test) expect(first.has(image) || second.has(image)).toBe(false);
    for (const image of first) expect(second.has(image)).toBe(false);
  });

  test("the second half after a shift is the same jobs as after none", () => {
    const [shift, settled] = ["shift", "settled"].map((name) => jobsOfMix(name, { load: 0.8, seed: 5_000_002, jobs: 2000 })) as [Job[], Job[]];
    const half = (jobs: Job[]) => jobs.slice(1000).map((one) => [one.image, one.segments]);
    expect(half(shift)).toEqual(half(settled));
    const since = (jobs: Job[], i: number) => (jobs[i] as Job).arrivalMs - (jobs[1000] as Job).arrivalMs;
    for (let i = 1000; i < 2000; i++) expect(Math.abs(since(shift, i) - since(settled, i))).toBeLessThan(0.002);
    expect(shift.slice(0, 1000).map((one) => one.segments)).not.toEqual(settled.slice(0, 1000).map((one) => one.segments));
  });

  test("a mix that is none, and loads and numbers that are none, are refused", () => {
    expect(() => mixNamed("dektop")).toThrow(/there is no mix dektop/);
    expect(() => jobsOfMix("desktop", { load: 0, seed: 1, jobs: 10 })).toThrow(/load 0 is none/);
    expect(() => jobsOfMix("desktop", { load: Number.NaN, seed: 1, jobs: 10 })).toThrow(/load NaN/);
    expect(() => jobsOfMix("shift", { load: 0.8, seed: 1, jobs: 1 })).toThrow(/too few/);
  });
});
