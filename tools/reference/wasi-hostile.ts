// Modules that mean harm or are not modules, and how each must end. They are texts, so that what is wrong with one can be read.
export interface Hostile {
  name: string;
  /** WebAssembly text, or the bytes themselves. */
  module: string | Uint8Array;
  /** 126: not started. 134: a trap. Else the program's own status. */
  status: number;
  /** Part of what stands on stderr. */
  says: string;
}

const start = (body: string, rest = "") => `(module (memory (export "memory") 1) ${rest} (func (export "_start") ${body}))`;
const wasi = (name: string, type: string) => `(import "wasi_snapshot_preview1" "${name}" (func $${name} ${type}))`;

const leb = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)]);
const section = (id: number, body: number[]): number[] => [id, ...leb(body.length), ...body];

/** A _start of `depth` blocks around nothing; the assembler of texts cannot nest so far. */
function nested(depth: number): Uint8Array {
  const code = [0, ...Array<number[]>(depth).fill([0x02, 0x40]).flat(), ...Array<number>(depth + 1).fill(0x0b)];
  const name = [...new TextEncoder().encode("_start")];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 0, 0]),
    ...section(3, [1, 0]),
    ...section(7, [1, name.length, ...name, 0, 0]),
    ...section(10, [1, ...leb(code.length), ...code]),
  ]);
}

export const HOSTILE: Hostile[] = [
  { name: "empty", module: new Uint8Array(0), status: 126, says: "not a WebAssembly module" },
  { name: "text", module: new TextEncoder().encode("#!/bin/sh\necho no\n"), status: 126, says: "not a WebAssembly module" },
  { name: "head", module: Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0), status: 126, says: "exports no function _start" },
  { name: "version", module: Uint8Array.of(0, 0x61, 0x73, 0x6d, 2, 0, 0, 0), status: 126, says: "byte" },
  { name: "truncated", module: Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 200), status: 126, says: "not a valid module" },
  { name: "no-start", module: "(module)", status: 126, says: "exports no function _start" },
  { name: "reactor", module: '(module (func (export "_initialize")))', status: 126, says: "a reactor" },
  { name: "start-with-result", module: '(module (func (export "_start") (result i32) (i32.const 1)))', status: 126, says: "takes or returns" },
  {
    name: "unknown-function",
    module: start("", '(import "wasi_snapshot_preview1" "fd_fly" (func))').replace(/^\(module (\(memory.*?\)) (\(import.*?\)\)) /, "(module $2 $1 "),
    status: 126,
    says: "imports wasi_snapshot_preview1.fd_fly",
  },
  { name: "unknown-module", module: '(module (import "env" "puts" (func (param i32))) (func (export "_start")))', status: 126, says: "imports env.puts" },
  { name: "wrong-type", module: `(module ${wasi("fd_close", "(param i64) (result i32)")} (func (export "_start")))`, status: 126, says: "fd_close: its type" },
  { name: "imports-memory", module: '(module (import "env" "memory" (memory 1)) (func (export "_start")))', status: 126, says: "imports env.memory: a memory" },
  { name: "imports-table", module: '(module (import "env" "t" (table 1 funcref)) (func (export "_start")))', status: 126, says: "imports env.t: a table" },
  { name: "imports-global", module: '(module (import "env" "g" (global i32)) (func (export "_start")))', status: 126, says: "imports env.g: a global" },
  { name: "simd", module: start("(drop (i32x4.extract_lane 0 (v128.const i32x4 1 2 3 4)))"), status: 126, says: "not supported" },
  { name: "too-deep", module: nested(2000), status: 126, says: "deep" },
  { name: "deep", module: nested(1000), status: 0, says: "" },
  { name: "unreachable", module: start("(unreachable)"), status: 134, says: "trap: unreachable executed" },
  { name: "divide", module: start("(drop (i32.div_s (i32.const 1) (i32.const 0)))"), status: 134, says: "trap: integer divide by zero" },
  { name: "overflow", module: start("(drop (i32.div_s (i32.const 0x80000000) (i32.const -1)))"), status: 134, says: "trap: integer overflow" },
  { name: "convert", module: start("(drop (i32.trunc_f64_s (f64.const nan)))"), status: 134, says: "trap: invalid conversion" },
  { name: "load", module: start("(drop (i32.load (i32.const 65533)))"), status: 134, says: "trap: out of bounds memory access" },
  { name: "store-far", module: start("(i64.store offset=4294967295 (i32.const -1) (i64.const 1))"), status: 134, says: "trap: out of bounds memory access" },
  { name: "fill", module: start("(memory.fill (i32.const 65530) (i32.const 1) (i32.const 7))"), status: 134, says: "trap: out of bounds memory access" },
  { name: "copy", module: start("(memory.copy (i32.const 0) (i32.const 1) (i32.const -1))"), status: 134, says: "trap: out of bounds memory access" },
  { name: "recursion", module: start("(call $f)", "(func $f (call $f))"), status: 134, says: "trap: stack overflow" },
  { name: "recursion-in-loops", module: start("(call $f)", `(func $f ${"(loop ".repeat(60)}(call $f)${")".repeat(60)})`), status: 134, says: "trap: stack overflow" },
  {
    name: "mutual-recursion",
    module: start("(call_indirect (i32.const 0))", "(table 1 funcref) (elem (i32.const 0) $f) (func $f (call_indirect (i32.const 0)))"),
    status: 134,
    says: "trap: stack overflow",
  },
  {
    name: "recursion-with-arguments",
    module: start(
      `(call $f ${"(i64.const 7) ".repeat(200)})`,
      `(func $f ${"(param i64) ".repeat(200)} (call $f ${Array.from({ length: 200 }, (_, i) => `(local.get ${i})`).join(" ")}))`,
    ),
    status: 134,
    says: "trap: stack overflow",
  },
  { name: "many-locals", module: start("(call $f)", `(func $f ${"(local i64) ".repeat(1500)} (call $f))`), status: 134, says: "trap: stack overflow" },
  { name: "bad-index", module: start("(call_indirect (i32.const 5))", "(table 1 funcref)"), status: 134, says: "trap: undefined element" },
  { name: "null-element", module: start("(call_indirect (i32.const 0))", "(table 2 funcref) (elem (i32.const 1) $f) (func $f)"), status: 134, says: "trap: null table element" },
  {
    name: "wrong-signature",
    module: start("(call_indirect (i32.const 0))", "(table 1 funcref) (elem (i32.const 0) $f) (func $f (param i32))"),
    status: 134,
    says: "trap: indirect call type mismatch",
  },
  { name: "start-traps", module: '(module (start $s) (func $s (unreachable)) (func (export "_start")))', status: 134, says: "trap: unreachable" },
  { name: "data-outside", module: '(module (memory 1) (data (i32.const 65535) "ab") (func (export "_start")))', status: 126, says: "data segment out of bounds" },
  {
    name: "grow-too-far",
    module: start("(if (i32.ne (memory.grow (i32.const -1)) (i32.const -1)) (then unreachable)) (if (i32.ne (memory.size) (i32.const 1)) (then unreachable))"),
    status: 0,
    says: "",
  },
  { name: "maximum-0", module: '(module (memory 0 0) (func (export "_start") (if (i32.ne (memory.grow (i32.const 1)) (i32.const -1)) (then unreachable))))', status: 0, says: "" },
  {
    name: "grow",
    module: start(
      "(if (i32.ne (memory.grow (i32.const 100)) (i32.const 1)) (then unreachable)) (i32.store (i32.const 6619132) (i32.const 7)) (if (i32.load (i32.const 6000000)) (then unreachable))",
    ),
    status: 0,
    says: "",
  },
  { name: "exit", module: `(module ${wasi("proc_exit", "(param i32)")} (func (export "_start") (call $proc_exit (i32.const 300))))`, status: 44, says: "" },
  {
    name: "raise",
    module: `(module ${wasi("proc_raise", "(param i32) (result i32)")} (func (export "_start") (drop (call $proc_raise (i32.const 6)))))`,
    status: 134,
    says: "signal ABRT",
  },
];
