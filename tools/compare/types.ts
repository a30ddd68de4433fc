// What is compared: a case, and what a run of it leaves. Every system that runs programs (node-wasi.ts, wasmer.ts, kernel.ts) takes a
// Case and gives an Outcome.

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

export interface Outcome {
  stdout: Uint8Array;
  stderr: Uint8Array;
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

/** Argument 0, the same everywhere. */
export const argvOf = (item: Case): string[] => [item.program, ...item.args];
