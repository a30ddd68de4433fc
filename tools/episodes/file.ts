// Episode files: JSON Lines, one episode a line, blank lines skipped. Reads line by line, names the broken line and goes no
// further. The schema and the meaning of the fields: types.ts. Sits above tools/lib only.

import { once } from "node:events";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { finished } from "node:stream/promises";
import type { ZodError } from "zod";
import { ExitCode, ToolError } from "../lib/index.js";
import { Episode } from "./types.js";

/** An episode file that cannot be read, or a line of it that is no episode. */
export class EpisodeFileError extends ToolError {
  override readonly name = "EpisodeFileError";
  override readonly code = "GANGLION_EPISODES";
  override readonly exitCode = ExitCode.Usage;
  /** The broken line, 1 the first; undefined where the file itself is the trouble. */
  readonly line: number | undefined;

  constructor(file: string, line: number | undefined, wrong: string) {
    super(line === undefined ? `${file}: ${wrong}` : `${file}, line ${line}: ${wrong}`, {
      expected: line === undefined ? undefined : '{"id", "family", "totalPages", "beatMs", "processes": [{"pid", "startMs", "ops": [{"tMs", "op", "pages"}]}]}',
      hint: line === undefined ? undefined : "correct or remove that line; docs/episodes.md describes each field. Nothing was run.",
    });
    this.line = line;
  }
}

/** Parse one line. Throws EpisodeFileError with what is wrong first, and where in the line. */
export function parseEpisode(text: string, file = "episode", line = 1): Episode {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new EpisodeFileError(file, line, `not JSON: ${(error as Error).message}`);
  }
  const parsed = Episode.safeParse(value);
  if (!parsed.success) throw new EpisodeFileError(file, line, firstIssue(parsed.error));
  return parsed.data;
}

function firstIssue(error: ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return "no episode";
  const path = issue.path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
  const more = error.issues.length > 1 ? ` (and ${error.issues.length - 1} more)` : "";
  return `${path === "" ? "the episode" : path.replace(/^\./, "")}: ${issue.message}${more}`;
}

/** The episodes of a file, one after another. Throws EpisodeFileError at the first broken line or repeated id. */
export async function* streamEpisodes(file: string): AsyncGenerator<Episode, void> {
  const input = createReadStream(file, { encoding: "utf8" });
  const ids = new Map<string, number>();
  let line = 0;
  try {
    for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      line++;
      if (text.trim() === "") continue;
      const episode = parseEpisode(text, file, line);
      const before = ids.get(episode.id);
      if (before !== undefined) throw new EpisodeFileError(file, line, `id ${JSON.stringify(episode.id)} stands in line ${before} too`);
      ids.set(episode.id, line);
      yield episode;
    }
  } catch (error) {
    if (error instanceof ToolError) throw error;
    throw new EpisodeFileError(file, undefined, `cannot be read: ${(error as Error).message}`);
  } finally {
    input.destroy();
  }
}

/** Every episode of a file, so that a broken line is found before anything is run. Throws also where there is none. */
export async function readEpisodes(file: string): Promise<Episode[]> {
  const episodes: Episode[] = [];
  for await (const episode of streamEpisodes(file)) episodes.push(episode);
  if (episodes.length === 0) throw new EpisodeFileError(file, undefined, "holds no episode");
  return episodes;
}

/** One line of an episode file, without its end. Checks it first: nothing is written that could not be read. */
export function formatEpisode(episode: Episode): string {
  return JSON.stringify(Episode.parse(episode));
}

/** Write a file of episodes; returns how many. The folder is made where it is missing. */
export async function writeEpisodes(file: string, episodes: Iterable<Episode> | AsyncIterable<Episode>): Promise<number> {
  await mkdir(dirname(file), { recursive: true });
  const output = createWriteStream(file);
  let written = 0;
  try {
    for await (const episode of episodes) {
      if (!output.write(`${formatEpisode(episode)}\n`)) await once(output, "drain");
      written++;
    }
  } finally {
    output.end();
    await finished(output);
  }
  return written;
}
