// The metering pass: policy wasm in, the same policy with a budget in it out, and the facts that the build records about it.
// Works on the binary itself (not through an optimiser), so instructions, names and order stay; only what follows is added:
//   fuel   exported mutable i64, −1 at each function entry and each pass of a loop header, and −(bytes / 64) at memory.fill
//          and memory.copy; below zero: unreachable
//   depth  exported mutable i32, calls in progress; above CALL_DEPTH: unreachable. So deep recursion traps at the same call in
//          every engine, long before a stack ends. The caller sets it to 0 before each call (a trap leaves it as it was).
// Every engine sees the same instructions, so exhaustion falls on the same input in V8, AOT and wasm3.
// Not a judge of what a policy answers. Sits between asc and everything that takes a policy.
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { MODULE_BYTES, MODULE_NESTING } from "../abi/index.js";
import { POLICY_EXPORTS, WEIGHTS_EXPORTS } from "../abi/policy.js";
import {
  concat,
  EMPTY_BLOCK,
  leb,
  OP,
  Reader,
  readInstruction,
  readSections,
  SECTION,
  type Section,
  signedLeb,
  text,
  VALUE_TYPES,
  WasmError,
  type Reader as WasmReader,
  writeSections,
} from "./_wasm.js";

/** Most pages of 64 KiB that a policy may have. */
export const POLICY_PAGES = 64;
/** Most calls in progress inside one module call. */
export const CALL_DEPTH = 128;
/** Fuel that a module has before anyone sets it: the start function runs on it. */
export const START_FUEL = 1_000_000n;
/** Bytes of memory.fill or memory.copy for one point of fuel, as a shift. */
const BULK_SHIFT = 6n;

export type MeterFault = "FORM" | "IMPORT" | "MEMORY" | "EXPORT" | "NESTING" | "SIZE";

export class MeterError extends Error {
  readonly code: `METER_${MeterFault}`;
  constructor(fault: MeterFault, message: string) {
    super(message);
    this.code = `METER_${fault}`;
  }
}

export interface ModuleFacts {
  imports: string[];
  exports: { name: string; kind: "function" | "table" | "memory" | "global"; signature: string }[];
  /** Deepest nesting of block, loop and if in any function; a function body itself is 0. */
  nesting: number;
  memoryPages: number;
  memoryMaximum: number | undefined;
  functions: number;
  bytes: number;
}

export interface MeteredModule extends ModuleFacts {
  wasm: Uint8Array;
  sha256: string;
  /** Metering points put in. */
  points: number;
}

interface FunctionType {
  parameters: number[];
  results: number[];
}

interface Parsed {
  sections: Section[];
  types: FunctionType[];
  functionTypes: number[];
  globals: { type: number; mutable: boolean }[];
  facts: ModuleFacts;
}

/** Parse a module and list what it is. Throws MeterError FORM where it is not a module that both engines run. */
export function inspectModule(bytes: Uint8Array): ModuleFacts {
  return guard(() => parse(bytes).facts);
}

/**
 * Check a policy and meter it.
 * @param bytes what asc emitted
 * @returns the metered module; the same bytes for the same input
 * Throws MeterError: FORM not a module that both engines run · IMPORT it imports something · MEMORY initial ≠ maximum, or more
 * than POLICY_PAGES · EXPORT one of POLICY_EXPORTS (or, with weights, of WEIGHTS_EXPORTS) is missing or has another type, or `fuel`/`depth` exists already ·
 * NESTING deeper than MODULE_NESTING · SIZE larger than MODULE_BYTES.
 */
export function meterModule(bytes: Uint8Array): MeteredModule {
  return guard(() => {
    const input = parse(bytes);
    checkPolicy(input);
    const { wasm, points } = rewrite(input);
    if (!WebAssembly.validate(wasm as BufferSource)) throw new MeterError("FORM", "the metered module does not validate: a fault of the metering pass");
    const facts = parse(wasm).facts;
    if (facts.nesting > MODULE_NESTING) throw new MeterError("NESTING", `blocks nest ${facts.nesting} deep with the meter in; the most is ${MODULE_NESTING}`);
    if (facts.bytes > MODULE_BYTES) throw new MeterError("SIZE", `${facts.bytes} bytes with the meter in; the most is ${MODULE_BYTES}`);
    return { ...facts, wasm, points, sha256: createHash("sha256").update(wasm).digest("hex") };
  });
}

/** Meter the file `input` into `output`. */
export async function meterFile(input: string, output: string): Promise<MeteredModule> {
  const metered = meterModule(await readFile(input));
  await mkdir(dirname(output), { recursive: true });
  await writeFile(output, metered.wasm);
  return metered;
}

function guard<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof WasmError || error instanceof TypeError) throw new MeterError("FORM", error.message);
    throw error;
  }
}

function checkPolicy({ facts }: Parsed): void {
  if (facts.imports.length > 0) throw new MeterError("IMPORT", `a policy imports nothing, this one imports ${facts.imports.join(", ")}; compile with --use abort=`);
  if (facts.memoryMaximum !== facts.memoryPages || facts.memoryPages > POLICY_PAGES || facts.memoryPages < 1) {
    throw new MeterError(
      "MEMORY",
      `memory is ${facts.memoryPages} to ${facts.memoryMaximum ?? "unlimited"} pages; a policy has 1 to ${POLICY_PAGES} and its initial is its maximum (asc --initialMemory N --maximumMemory N)`,
    );
  }
  for (const name of ["fuel", "depth"])
    if (facts.exports.some((x) => x.name === name)) throw new MeterError("EXPORT", `the module exports ${name} itself; the metering pass adds that`);
  const weights = facts.exports.some((x) => x.name.startsWith("policy_weights_")) ? WEIGHTS_EXPORTS : [];
  for (const wanted of [...POLICY_EXPORTS, ...weights]) {
    if (wanted.name === "fuel") continue;
    const found = facts.exports.find((x) => x.name === wanted.name);
    if (found === undefined) throw new MeterError("EXPORT", `export ${wanted.name} is missing`);
    const signature = wanted.name === "memory" ? "memory" : wanted.signature.replace(/\w+: /g, "");
    if (found.signature !== signature) throw new MeterError("EXPORT", `export ${wanted.name} is ${found.signature}, wanted ${signature}`);
  }
}

function parse(bytes: Uint8Array): Parsed {
  if (!WebAssembly.validate(bytes as BufferSource)) throw new MeterError("FORM", "not a valid WebAssembly module");
  const sections = readSections(bytes);
  const parsed: Parsed = {
    sections,
    types: [],
    functionTypes: [],
    globals: [],
    facts: { imports: [], exports: [], nesting: 0, memoryPages: 0, memoryMaximum: undefined, functions: 0, bytes: bytes.length },
  };
  const { types, functionTypes, globals, facts } = parsed;
  const rawExports: { name: string; kind: number; index: number }[] = [];
  for (const { id, body } of sections) {
    const reader = new Reader(body);
    if (id === SECTION.type) for (let n = reader.u32(); n > 0; n--) types.push(readType(reader));
    if (id === SECTION.import) for (let n = reader.u32(); n > 0; n--) readImport(reader, parsed);
    if (id === SECTION.function) for (let n = reader.u32(); n > 0; n--) functionTypes.push(reader.u32());
    if (id === SECTION.memory) {
      for (let n = reader.u32(); n > 0; n--) {
        const flags = reader.byte();
        if (flags > 1) throw new WasmError("a shared or 64-bit memory");
        facts.memoryPages = reader.u32();
        facts.memoryMaximum = flags === 1 ? reader.u32() : undefined;
      }
    }
    if (id === SECTION.global) {
      for (let n = reader.u32(); n > 0; n--) {
        globals.push({ type: reader.byte(), mutable: reader.byte() === 1 });
        while (readInstruction(reader).opcode !== OP.end);
      }
    }
    if (id === SECTION.export) for (let n = reader.u32(); n > 0; n--) rawExports.push({ name: reader.name(), kind: reader.byte(), index: reader.u32() });
    if (id === SECTION.code) {
      for (let n = reader.u32(); n > 0; n--) {
        const code = openBody(reader);
        facts.functions++;
        facts.nesting = Math.max(facts.nesting, nestingOf(code.reader));
      }
    }
  }
  facts.exports = rawExports.map(({ name, kind, index }) => {
    if (kind === 0) return { name, kind: "function", signature: signature(types[functionTypes[index] ?? -1]) };
    if (kind === 3) return { name, kind: "global", signature: `${globals[index]?.mutable ? "mutable " : ""}global ${VALUE_TYPES[globals[index]?.type ?? 0] ?? "?"}` };
    return kind === 1 ? { name, kind: "table", signature: "table" } : { name, kind: "memory", signature: "memory" };
  });
  return parsed;
}

function readType(reader: WasmReader): FunctionType {
  if (reader.byte() !== 0x60) throw new WasmError("a type that is not a function type");
  const parameters = [...reader.take(reader.u32())];
  const results = [...reader.take(reader.u32())];
  if ([...parameters, ...results].some((x) => VALUE_TYPES[x] === undefined) || results.length > 1) throw new WasmError("a function type beyond WebAssembly 1");
  return { parameters, results };
}

function readImport(reader: WasmReader, parsed: Parsed): void {
  parsed.facts.imports.push(`${reader.name()}.${reader.name()}`);
  const kind = reader.byte();
  if (kind === 0) {
    parsed.functionTypes.push(reader.u32());
  } else if (kind === 3) {
    parsed.globals.push({ type: reader.byte(), mutable: reader.byte() === 1 });
  } else {
    if (kind === 1) reader.byte();
    const bounded = reader.byte() & 1;
    reader.u32();
    if (bounded) reader.u32();
  }
}

function signature(type: FunctionType | undefined): string {
  if (type === undefined) return "?";
  const list = (types: number[]) => types.map((x) => VALUE_TYPES[x]).join(", ");
  return `(${list(type.parameters)}) → ${type.results.length === 0 ? "void" : list(type.results)}`;
}

interface Body {
  locals: { count: number; type: number }[];
  /** At the first instruction; ends after the closing end. */
  reader: WasmReader;
}

function openBody(reader: WasmReader): Body {
  const bytes = reader.u32();
  const body = new Reader(reader.bytes, reader.at, reader.at + bytes);
  reader.skip(bytes);
  const locals: Body["locals"] = [];
  for (let n = body.u32(); n > 0; n--) locals.push({ count: body.u32(), type: body.byte() });
  return { locals, reader: body };
}

const opens = (opcode: number) => opcode === OP.block || opcode === OP.loop || opcode === OP.if;

function nestingOf(reader: WasmReader): number {
  let open = 0;
  let deepest = 0;
  while (!reader.done) {
    const { opcode } = readInstruction(reader);
    if (opens(opcode)) deepest = Math.max(deepest, ++open);
    else if (opcode === OP.end) open--;
  }
  return deepest;
}

function rewrite(input: Parsed): { wasm: Uint8Array; points: number } {
  const fuel = input.globals.length;
  const depth = fuel + 1;
  let points = 0;
  const out: Section[] = [];
  const addedGlobals = [0x7e, 1, OP.i64Const, ...signedLeb(START_FUEL), OP.end, 0x7f, 1, OP.i32Const, 0, OP.end];
  for (const section of withGlobalSection(input.sections)) {
    const reader = new Reader(section.body);
    if (section.id === SECTION.global) {
      const count = reader.u32();
      out.push({ id: section.id, body: concat([leb(count + 2), section.body.subarray(reader.at), addedGlobals]) });
    } else if (section.id === SECTION.export) {
      const count = reader.u32();
      out.push({ id: section.id, body: concat([leb(count + 2), section.body.subarray(reader.at), text("fuel"), [3], leb(fuel), text("depth"), [3], leb(depth)]) });
    } else if (section.id === SECTION.code) {
      const bodies: (Uint8Array | number[])[] = [];
      const count = reader.u32();
      for (let i = 0; i < count; i++) {
        const type = input.types[input.functionTypes[i] ?? -1];
        if (type === undefined) throw new WasmError(`function ${i} has no type`);
        const rewritten = rewriteBody(openBody(reader), type, fuel, depth);
        points += rewritten.points;
        bodies.push(leb(rewritten.bytes.length), rewritten.bytes);
      }
      out.push({ id: section.id, body: concat([leb(count), ...bodies]) });
    } else {
      out.push(section);
    }
  }
  return { wasm: writeSections(out), points };
}

/** The global section stands before the export section; a module without globals has none. */
function withGlobalSection(sections: Section[]): Section[] {
  if (sections.some((x) => x.id === SECTION.global)) return sections;
  const at = sections.findIndex((x) => x.id === SECTION.export);
  return [...sections.slice(0, at), { id: SECTION.global, body: Uint8Array.of(0) }, ...sections.slice(at)];
}

/** Prologue · block of the function's result type { the body, return → br out } · epilogue. */
function rewriteBody(body: Body, type: FunctionType, fuelIndex: number, depthIndex: number): { bytes: Uint8Array; points: number } {
  const { reader, locals } = body;
  const fuel = leb(fuelIndex);
  const depth = leb(depthIndex);
  const scratch = leb(type.parameters.length + locals.reduce((sum, x) => sum + x.count, 0));
  const trapBelowZero = [OP.globalGet, ...fuel, OP.i64Const, 0, 0x53, OP.if, EMPTY_BLOCK, OP.unreachable, OP.end]; // 0x53 i64.lt_s
  const point = [OP.globalGet, ...fuel, OP.i64Const, 1, 0x7d, OP.globalSet, ...fuel, ...trapBelowZero]; // 0x7d i64.sub
  const addDepth = (value: bigint) => [OP.globalGet, ...depth, OP.i32Const, ...signedLeb(value), 0x6a, OP.globalSet, ...depth]; // 0x6a i32.add
  const enter = [...addDepth(1n), OP.globalGet, ...depth, OP.i32Const, ...signedLeb(BigInt(CALL_DEPTH)), 0x4a, OP.if, EMPTY_BLOCK, OP.unreachable, OP.end]; // 0x4a i32.gt_s
  const bulk = [
    ...[OP.localSet, ...scratch, OP.globalGet, ...fuel, OP.localGet, ...scratch, 0xad], // 0xad i64.extend_i32_u
    ...[OP.i64Const, ...signedLeb(BULK_SHIFT), 0x88, 0x7d, OP.globalSet, ...fuel, ...trapBelowZero, OP.localGet, ...scratch], // 0x88 i64.shr_u
  ];
  const code: (Uint8Array | number[])[] = [point, enter, [OP.block, type.results[0] ?? EMPTY_BLOCK]];
  let points = 1;
  let open = 0;
  let scratchUsed = false;
  let copied = reader.at;
  const flush = (upTo: number) => {
    code.push(reader.bytes.subarray(copied, upTo));
    copied = reader.at;
  };
  while (!reader.done) {
    const instruction = readInstruction(reader);
    const { opcode } = instruction;
    if (opens(opcode)) open++;
    if (opcode === OP.end) open--;
    if (opcode === OP.loop) {
      flush(reader.at);
      code.push(point);
      points++;
    } else if (opcode === OP.return) {
      flush(instruction.start);
      code.push([OP.br, ...leb(open)]);
    } else if (opcode === OP.prefix && instruction.extended >= 10) {
      flush(instruction.start);
      code.push(bulk, reader.bytes.subarray(instruction.start, instruction.end));
      scratchUsed = true;
      points++;
    }
  }
  flush(reader.end);
  code.push(addDepth(-1n), [OP.end]);
  const allLocals = scratchUsed ? [...locals, { count: 1, type: 0x7f }] : locals;
  const head = [...leb(allLocals.length), ...allLocals.flatMap((x) => [...leb(x.count), x.type])];
  return { bytes: concat([head, ...code]), points };
}
