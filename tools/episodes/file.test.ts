// Episode files: what is written is read back; a broken line is named, with what is wrong, and nothing after it is read.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Episode, EpisodeFileError, episodeEndMs, formatEpisode, parseEpisode, readEpisodes, streamEpisodes, writeEpisodes } from "./index.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ganglion-episodes-"));
});
afterAll(() => rm(folder, { recursive: true }));

const episode = (id: string): Episode => ({
  id,
  family: "leak",
  totalPages: 16_384,
  beatMs: 100,
  compressPct: 40,
  processes: [
    {
      pid: 1,
      startMs: 500,
      ops: [
        { tMs: 500, op: "alloc", pages: 100 },
        { tMs: 600, op: "touch", pages: 50 },
        { tMs: 700.5, op: "alloc", pages: 8, order: 3 },
        { tMs: 800, op: "free", pages: 108 },
        { tMs: 900, op: "exit", pages: 0 },
      ],
    },
  ],
});

/** A line with one part replaced. */
const broken = (from: string, to: string) => {
  const text = formatEpisode(episode("x"));
  expect(text).toContain(from);
  return text.replace(from, to);
};

test("what is written is read back, in order", async () => {
  const file = join(folder, "deep/er/good.jsonl");
  const episodes = Array.from({ length: 30 }, (_, i) => episode(`e${i}`));
  expect(await writeEpisodes(file, episodes)).toBe(30);
  expect(await readEpisodes(file)).toEqual(episodes);
  expect(episodeEndMs(episode("x"))).toBe(900);
});

test.each([
  ["cut short", () => formatEpisode(episode("x")).slice(0, 90), /not JSON/],
  ["a field is missing", () => broken('"totalPages":16384,', ""), /totalPages: /],
  ["a field that nobody knows", () => broken('"beatMs"', '"beetMs"'), /beatMs|beetMs/],
  ["negative pages", () => broken('"pages":50', '"pages":-50'), /processes\[0\]\.ops\[1\]\.pages: /],
  ["an unknown operation", () => broken('"touch"', '"grab"'), /processes\[0\]\.ops\[1\]\.op: /],
  ["time runs back", () => broken('"tMs":600', '"tMs":400'), /ops\[1\]: tMs 400 is before 500/],
  ["more freed than reserved", () => broken('"pages":108', '"pages":109'), /ops\[3\]: free of 109 pages where 108/],
  ["nothing reserved", () => broken('"alloc","pages":100', '"touch","pages":100'), /touch with nothing reserved/],
  ["half a block", () => broken('"pages":8', '"pages":9'), /no multiple of a block of 2\^3/],
  ["after exit", () => broken('"op":"touch","pages":50', '"op":"exit"'), /ops\[2\]: stands after exit/],
  ["an id twice", () => formatEpisode(episode("e3")), /id "e3" stands in line 4 too/],
])("line 17: %s", async (_name, line, message) => {
  const file = join(folder, "broken.jsonl");
  const lines = Array.from({ length: 30 }, (_, i) => (i === 16 ? line() : formatEpisode(episode(`e${i}`))));
  await writeFile(file, `${lines.join("\n")}\n`);
  const read: string[] = [];
  const error = await (async () => {
    for await (const one of streamEpisodes(file)) read.push(one.id);
  })().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(EpisodeFileError);
  expect((error as EpisodeFileError).line).toBe(17);
  expect((error as EpisodeFileError).message).toMatch(/broken\.jsonl, line 17: /);
  expect((error as EpisodeFileError).message).toMatch(message);
  expect(read).toEqual(Array.from({ length: 16 }, (_, i) => `e${i}`));
});

test("a file that is not there, and one that is empty", async () => {
  await expect(readEpisodes(join(folder, "none.jsonl"))).rejects.toThrow(/cannot be read: ENOENT/);
  await writeFile(join(folder, "empty.jsonl"), "\n\n");
  await expect(readEpisodes(join(folder, "empty.jsonl"))).rejects.toThrow(/holds no episode/);
  expect(() => parseEpisode("7")).toThrow(/line 1: the episode: /);
});
