// The file of recorded states (docs/training-ops.md): states of booted kernels, one JSON a line, after a first line that says how it was made. Written by
// `npm run record -- states`, read by the trainer. What has the schema's default is left out.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { ROOT, ToolError } from "../../../lib/index.js";
import { stateSchema } from "../../state.js";
import type { State } from "./types.js";

export const RECORDED_FILE = "tools/mind/questions/world/recorded.jsonl";
const VERSION = 1;

/** A state, the boot that it is of, and the part of the data that the whole boot is for. */
export interface Recorded {
  boot: string;
  split: "train" | "validation";
  state: State;
}

/** The file is not as described. */
export class RecordedUnusable extends ToolError {
  override readonly name = "RecordedUnusable";
  override readonly code = "GANGLION_RECORDED";
}

const head = z.strictObject({ recorded: z.literal(VERSION), command: z.string(), states: z.number().int() });
const line = z.strictObject({ boot: z.string(), split: z.enum(["train", "validation"]), state: stateSchema });

/** The state without what a reader puts there itself; of a command its program. Ages are left out: neither the encoder nor a rule reads them. */
function withoutDefaults(state: State): Record<string, unknown> {
  const bare: Record<string, unknown> = { ...stateSchema.parse({ managedKib: 1, freeKib: 0 }), managedKib: undefined, freeKib: undefined };
  const process: Record<string, unknown> = { ...stateSchema.parse({ managedKib: 1, freeKib: 0, processes: [{ pid: 1, name: "" }] }).processes[0], pid: undefined, name: undefined };
  const left = (row: Record<string, unknown>, known: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(row).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(known[key])));
  return left({ ...state, processes: state.processes.map((p) => left({ ...p, name: p.name.split(" ")[0], ageMs: 0 }, process)) }, bare);
}

/** @param command the one that makes the same file again */
export function formatRecorded(states: readonly Recorded[], command: string): string {
  const lines = states.map(({ boot, split, state }) => JSON.stringify({ boot, split, state: withoutDefaults(state) }));
  return [JSON.stringify({ recorded: VERSION, command, states: states.length }), ...lines, ""].join("\n");
}

/** @throws RecordedUnusable with the line's number */
export function parseRecorded(text: string, file = RECORDED_FILE): { command: string; states: Recorded[] } {
  const lines = text.split("\n").filter((one) => one !== "");
  const read = <T>(schema: z.ZodType<T>, i: number): T => {
    try {
      return schema.parse(JSON.parse(lines[i] ?? ""));
    } catch (cause) {
      throw new RecordedUnusable(`${file}:${i + 1}: no line of recorded states`, { hint: "npm run record -- states makes the file anew", cause });
    }
  };
  const { command, states } = read(head, 0);
  if (states !== lines.length - 1) throw new RecordedUnusable(`${file}: ${lines.length - 1} states, and its first line says ${states}`, { hint: "it is cut" });
  return { command, states: lines.slice(1).map((_, i) => read(line, i + 1)) };
}

/** The committed states. */
export function recordedStates(): Recorded[] {
  return parseRecorded(readFileSync(join(ROOT, RECORDED_FILE), "utf8")).states;
}
