// What is compared: a case, and what a run of it leaves. Every system that runs programs (node-wasi.ts, wasmer.ts, kernel.ts) takes a
// Case and gives an Outcome.
import { createHash } from "node:crypto";

/** The one directory that a program may use, under the same name everywhere. */
export const BOX = "/tmp/box";

export interface Case {
  /** Unique; names the row of the report. */
  name: string;
  program: string;
  /** Without argument 0, which is the program's name. */
  args: readonly string[];
  env?: Readonly<Record<string, string>>;
  stdin?: Uint8Array;
  /** Files in the box before the run; folders come by themselves. */
  files?: Readonly<Record<string, Uint8Array>>;
}

/** A number, or that the program was stopped: division by zero, unreachable, out of its memory or stack. */
export type Exit = number | "trap";

/** What a program wrote to one of its streams. */
export interface Content {
  bytes: number;
  sha256: string;
  /** Where it is text and not long. */
  text?: string;
}

export interface Outcome {
  stdout: Content;
  stderr: Content;
  exit: Exit;
  /** Path below the box → `directory`, `link TARGET`, or `BYTES SHA-256` of a file. */
  tree: ReadonlyMap<string, string>;
}

export interface Runner {
  /** As the report names it. */
  name: string;
  run(item: Case): Promise<Outcome>;
  close(): Promise<void>;
}

const LONGEST_TEXT = 16_384;

export function contentOf(bytes: Uint8Array): Content {
  const content: Content = { bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
  if (bytes.length > LONGEST_TEXT) return content;
  const text = Buffer.from(bytes).toString("utf8");
  const isText = Buffer.from(text).equals(bytes) && ![...text].some((letter) => letter < " " && letter !== "\n" && letter !== "\t");
  return isText ? { ...content, text } : content;
}

/** A file's row in a tree. */
export const fileRow = ({ bytes, sha256 }: Content): string => `${bytes} ${sha256}`;

/** The whole environment. PWD and HOME are what the kernel's shell gives to every program. */
export const envOf = (item: Case): Record<string, string> => ({ ...item.env, PWD: "/", HOME: "/tmp" });

/** Argument 0, the same everywhere. */
export const argvOf = (item: Case): string[] => [item.program, ...item.args];
