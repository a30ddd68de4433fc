// --model FILE: a language model of the user's in the initial ramdisk, as /models/NAME.gguf, and the link that makes it the default. Only what can be seen from
// outside is checked here; what the mind can run, it says itself.
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { basename } from "node:path";
import { UsageError } from "../lib/index.js";

/** What the machine needs beside the model: the mind's own 64 MiB, and room for everything else. */
const BESIDE_MIB = 96;
const MIB = 1 << 20;
const VERSION = 3;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

const refuse = (what: string, expected: string, hint?: string) => new UsageError(`--model: ${what}`, { expected, hint });

/** The name under which a model file is on board, without .gguf. */
export function modelName(file: string): string {
  return basename(file).replace(/\.gguf$/i, "");
}

/**
 * Holds a model file against what the machine can take.
 * @throws UsageError naming what is wrong
 */
export function checkModel(file: string, memMib: number): void {
  const name = modelName(file);
  if (!NAME.test(name)) throw refuse(`the name ${basename(file)} cannot be used`, "letters, digits, dot, dash and underscore, at most 100", "a copy or a link with such a name");
  const bytes = statSync(file).size;
  const head = Buffer.alloc(8);
  const descriptor = openSync(file, "r");
  try {
    readSync(descriptor, head, 0, 8, 0);
  } finally {
    closeSync(descriptor);
  }
  if (head.toString("latin1", 0, 4) !== "GGUF") throw refuse(`${file} is no GGUF file`, "a model in GGUF form, architecture llama");
  const version = head.readUInt32LE(4);
  if (version !== VERSION) throw refuse(`${file} is GGUF version ${version}`, `version ${VERSION}`, "convert it again with a newer llama.cpp");
  const needed = Math.ceil(bytes / MIB) + BESIDE_MIB;
  if (needed > memMib)
    throw refuse(`${file}, of ${(bytes / MIB).toFixed(1)} MiB, does not fit into the machine's ${memMib} MiB`, `${BESIDE_MIB} MiB beside the model`, `--mem ${needed}M`);
}
