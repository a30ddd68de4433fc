// A training that can be gone on with: the plan, the log so far and the trainer's state in one file, replaced as a whole.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { ToolError } from "../lib/index.js";
import { sha256 } from "./model.js";

const MAGIC = "ops-checkpoint-1\n";

const measured = z.object({
  questions: z.number(),
  right: z.number(),
  command: z.number(),
  loss: z.number(),
  byArea: z.record(z.string(), z.number()),
});

/** A line of the log. */
const logLine = z.object({
  step: z.number().int(),
  /** Of training, those of the sessions before too. */
  seconds: z.number(),
  rate: z.number(),
  /** Mean of the steps since the line before. */
  loss: z.number(),
  norm: z.number(),
  tokensPerSecond: z.number(),
  validation: measured.optional(),
});
export type LogLine = z.output<typeof logLine>;

const head = z.object({
  /** Options that decide the weights; another set cannot be gone on with. */
  plan: z.record(z.string(), z.number()),
  step: z.number().int(),
  steps: z.number().int(),
  seconds: z.number(),
  merges: z.array(z.tuple([z.number().int(), z.number().int()])),
  log: z.array(logLine),
  /** Of the state that follows. */
  sha256: z.string(),
});
export type CheckpointHead = z.output<typeof head>;

export interface Checkpoint extends CheckpointHead {
  state: Buffer;
}

export class CheckpointUnusable extends ToolError {
  override readonly name = "CheckpointUnusable";
  override readonly code = "GANGLION_CHECKPOINT";
}

export function writeCheckpoint(path: string, checkpoint: Omit<Checkpoint, "sha256">): void {
  const { state, ...rest } = checkpoint;
  const text = Buffer.from(JSON.stringify({ ...rest, sha256: sha256(state) }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, Buffer.concat([Buffer.from(MAGIC), length, text, state]));
  renameSync(`${path}.new`, path);
}

/** Throws CheckpointUnusable where there is none, or it is cut or changed. */
export function readCheckpoint(path: string): Checkpoint {
  const unusable = (why: string) => new CheckpointUnusable(`${path}: ${why}`, { hint: "train without --resume" });
  if (!existsSync(path)) throw unusable("there is no checkpoint");
  const bytes = readFileSync(path);
  const at = MAGIC.length + 4;
  if (bytes.length < at || bytes.toString("latin1", 0, MAGIC.length) !== MAGIC) throw unusable("not a checkpoint of this version");
  const end = at + bytes.readUInt32LE(MAGIC.length);
  let text: unknown;
  try {
    text = JSON.parse(bytes.toString("utf8", at, end));
  } catch {
    throw unusable("it is cut");
  }
  const parsed = head.safeParse(text);
  const state = bytes.subarray(end);
  if (!parsed.success) throw unusable("its head is not of this version");
  if (sha256(state) !== parsed.data.sha256) throw unusable("its weights are cut or changed");
  return { ...parsed.data, state };
}
