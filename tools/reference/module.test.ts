// The module loader's pure parts against independent references: SHA-256 against node:crypto, the archive reader against the
// system's tar, the scanner against V8 on real modules and on mutations of them.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { Status } from "../abi/generated.js";
import { compileHarness, readString } from "../sim/harness.js";
import { Rng } from "../sim/rng.js";

interface Harness {
  memory: WebAssembly.Memory;
  place(bytes: number): number;
  overreads(): number;
  scratchAt(): number;
  sha256(piece: number, out: number): number;
  find(path: number, pathBytes: number): number;
  foundAt(): bigint;
  foundBytes(): bigint;
  findFault(): number;
  scanBytes(permitted: bigint, nesting: number): number;
  scanImports(): bigint;
  scanImportCount(): number;
  scanNesting(): number;
  scanFunctions(): number;
  scanWhy(): number;
  lookUp(sha: number): number;
  recordKind(): number;
  recordNesting(): number;
}

let wasm: Uint8Array<ArrayBuffer>;
let policy: Uint8Array<ArrayBuffer>;
let h: Harness;

beforeAll(() => {
  wasm = compileHarness("module", "kernel-as/kernel/module/reference.harness.ts");
  policy = compileHarness("linear", "kernel-as/policy/memory/linear.ts", ["--config", "asconfig.json", "--target", "policy"]);
  h = new WebAssembly.Instance(new WebAssembly.Module(wasm), {}).exports as unknown as Harness;
}, 60_000);

function give(bytes: Uint8Array): void {
  const at = h.place(bytes.length);
  new Uint8Array(h.memory.buffer).set(bytes, at);
}

function bytesOf(rng: Rng, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, () => Math.floor(rng.next() * 256));
}

describe("sha256", () => {
  it("agrees with node:crypto on every length around a block, in any pieces", () => {
    const rng = new Rng(1);
    for (const length of [...Array(200).keys(), 1000, 4095, 4096, 4097, 65_536]) {
      const bytes = bytesOf(rng, length);
      give(bytes);
      const expected = createHash("sha256").update(bytes).digest("hex");
      for (const piece of [0, 1, 7, 64, 100, 4096]) {
        expect(h.sha256(piece, h.scratchAt())).toBe(0);
        expect(Buffer.from(h.memory.buffer, h.scratchAt(), 32).toString("hex"), `length ${length} in pieces of ${piece}`).toBe(expected);
      }
    }
    expect(h.overreads()).toBe(0);
  });
});

describe("record", () => {
  it("finds each row by its hash and nothing else", () => {
    const rng = new Rng(5);
    const rows = Array.from({ length: 9 }, (_, i) => ({ sha: bytesOf(rng, 32), kind: 1 + (i % 2), nesting: i * 3 }));
    const record = Buffer.alloc(rows.length * 48);
    rows.forEach((row, i) => {
      record.set(row.sha, i * 48);
      record.writeUInt32LE(row.kind, i * 48 + 32);
      record.writeUInt32LE(row.nesting, i * 48 + 36);
    });
    give(record);
    const scratch = h.scratchAt();
    const ask = (sha: Uint8Array) => {
      new Uint8Array(h.memory.buffer).set(sha, scratch);
      return h.lookUp(scratch);
    };
    for (const row of rows) {
      expect(ask(row.sha)).toBe(0);
      expect([h.recordKind(), h.recordNesting()]).toEqual([row.kind, row.nesting]);
    }
    expect(ask(bytesOf(rng, 32))).toBe(Status.Unrecorded);
    give(record.subarray(0, record.length - 1));
    expect(ask((rows[8] as (typeof rows)[0]).sha)).toBe(Status.Unrecorded);
    give(new Uint8Array(0));
    expect(ask((rows[0] as (typeof rows)[0]).sha)).toBe(Status.Unrecorded);
  });
});

describe("ustar", () => {
  const find = (path: string) => {
    const text = new TextEncoder().encode(path);
    new Uint8Array(h.memory.buffer).set(text, h.scratchAt());
    return h.find(h.scratchAt(), text.length);
  };
  const long = `${"deep/".repeat(30)}${"n".repeat(90)}.wasm`;
  const files: Record<string, number> = { "policies/a.wasm": 3000, "policies/empty": 0, "one-block": 512, "block-and-one": 513, [long]: 700, last: 100 };
  let archive: Buffer;
  const content = new Map<string, Uint8Array>();

  beforeAll(() => {
    const folder = mkdtempSync(join(tmpdir(), "ganglion-ustar-"));
    try {
      const rng = new Rng(2);
      for (const [path, bytes] of Object.entries(files)) {
        content.set(path, bytesOf(rng, bytes));
        mkdirSync(join(folder, path, ".."), { recursive: true });
        writeFileSync(join(folder, path), content.get(path) as Uint8Array);
      }
      execFileSync("tar", ["--format=ustar", "--blocking-factor=1", "-cf", "archive.tar", ...Object.keys(files).map((f) => f.split("/")[0] as string)], { cwd: folder });
      archive = readFileSync(join(folder, "archive.tar"));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("finds every file that tar wrote, with and without a leading slash", () => {
    give(archive);
    for (const [path, bytes] of content) {
      for (const asked of [path, `/${path}`, `./${path}`]) {
        expect(find(asked), asked).toBe(0);
        const at = Number(h.foundAt());
        expect(Number(h.foundBytes())).toBe(bytes.length);
        expect(archive.subarray(at, at + bytes.length).equals(bytes)).toBe(true);
      }
    }
  });

  it("does not find folders, parts of names, or nothing", () => {
    give(archive);
    for (const path of ["policies", "policies/", "policies/a.was", "policies/a.wasmx", "a.wasm", "", "/", "./", "no such file"]) expect(find(path), path).toBe(Status.NotFound);
    give(new Uint8Array(0));
    expect(find("last")).toBe(Status.NotFound);
    give(new Uint8Array(1024));
    expect(find("last")).toBe(Status.NotFound);
  });

  it("cut at any block, says that it is cut, or gives the whole file", () => {
    for (let length = 1; length < archive.length; length += length % 512 === 511 || length % 512 === 0 ? 1 : 510) {
      give(archive.subarray(0, length));
      for (const [path, bytes] of content) {
        const status = find(path);
        if (status === 0) expect(Number(h.foundAt()) + bytes.length).toBeLessThanOrEqual(length);
        else if (status === Status.Corrupt) expect(readString(h.memory, h.findFault())).toMatch(/cut off|past the end/);
        else expect(status, `${path} at ${length}`).toBe(Status.NotFound); // only the second of the closing zero blocks is gone
        const at = archive.indexOf(Buffer.from(bytes));
        if (bytes.length > 0 && at + bytes.length <= length) expect(status).toBe(0);
        if (bytes.length > 0 && at + bytes.length > length) expect(status).toBe(Status.Corrupt);
      }
    }
  });

  it("refuses a wrong checksum, a size that overflows and what is no archive", () => {
    const size = (text: string) => {
      const copy = Buffer.from(archive);
      copy.write(text.padEnd(12, "\0"), 124, "latin1");
      let sum = 0;
      for (let i = 0; i < 512; i++) sum += i >= 148 && i < 156 ? 32 : (copy[i] as number);
      copy.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
      give(copy);
      return find("last");
    };
    for (const text of ["777777777777", "77777777777", "8", "-1", "", "\x80\0\0\0\0\0\0\0\0\0\x01"]) expect(size(text), JSON.stringify(text)).toBe(Status.Corrupt);
    const flipped = Buffer.from(archive);
    flipped[0] = (flipped[0] as number) ^ 1;
    give(flipped);
    expect(find("last")).toBe(Status.Corrupt);
    expect(readString(h.memory, h.findFault())).toBe("a header's checksum is wrong");
    give(bytesOf(new Rng(3), 10_000));
    expect(find("last")).toBe(Status.Corrupt);
  });

  it("never traps on random damage", () => {
    const rng = new Rng(4);
    for (let round = 0; round < 3000; round++) {
      const copy = Buffer.from(archive);
      for (let k = 0; k < 3; k++) copy[Math.floor(rng.next() * copy.length)] = Math.floor(rng.next() * 256);
      give(copy);
      expect([0, Status.NotFound, Status.Corrupt]).toContain(find(rng.pick([...content.keys()])));
    }
  });
});

describe("scan", () => {
  const NONE = 0n;
  const scan = (bytes: Uint8Array, permitted = NONE, nesting = 64) => {
    give(bytes);
    return h.scanBytes(permitted, nesting);
  };
  const leb = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)]);
  const section = (id: number, body: number[]) => [id, ...leb(body.length), ...body];
  const name = (text: string) => [...leb(text.length), ...new TextEncoder().encode(text)];
  const MAGIC = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const TYPES = section(1, [1, 0x60, 0, 0]);
  const MEMORY = section(5, [1, 1, 1, 1]);
  const module = (body: number[], imports: number[] = []) =>
    Uint8Array.from([...MAGIC, ...TYPES, ...imports, ...section(3, [1, 0]), ...MEMORY, ...section(10, [1, ...leb(body.length + 1), 0, ...body])]);
  const nested = (depth: number) => module([...Array(depth).fill([0x02, 0x40]).flat(), ...Array(depth + 1).fill(0x0b)]);

  it("accepts a real policy and counts its functions", () => {
    expect(scan(policy)).toBe(0);
    expect(h.scanImportCount()).toBe(0);
    expect(h.scanFunctions()).toBeGreaterThan(8);
    expect(h.overreads()).toBe(0);
  });

  it("measures nesting and refuses what is deeper than the limit or the record says", () => {
    for (const depth of [0, 1, 5, 63, 64]) {
      expect(scan(nested(depth)), String(depth)).toBe(0);
      expect(h.scanNesting()).toBe(depth);
    }
    expect(scan(nested(65))).toBe(Status.TooDeep);
    expect(scan(nested(65), NONE, 1000)).toBe(Status.TooDeep);
    expect(scan(nested(20_000))).toBe(Status.TooDeep);
    expect(scan(nested(6), NONE, 5)).toBe(Status.TooDeep);
    expect(scan(nested(5), NONE, 5)).toBe(0);
  });

  it("refuses imports that are not permitted, of every kind", () => {
    const abort = section(2, [1, ...name("env"), ...name("abort"), 0, 0]);
    const other = section(2, [1, ...name("host"), ...name("power_off"), 0, 0]);
    const global = section(2, [1, ...name("env"), ...name("abort"), 3, 0x7f, 0]);
    expect(scan(module([0x0b], abort))).toBe(Status.BadImport);
    expect(scan(module([0x0b], abort), 1n)).toBe(0);
    expect(scan(module([0x0b], other), 1n)).toBe(Status.BadImport);
    expect(scan(module([0x0b], other), 0xffff_ffff_ffff_ffffn)).toBe(Status.BadImport);
    expect(scan(module([0x0b], global), 1n)).toBe(Status.BadImport);
  });

  it("refuses memory that is missing, growable or too large", () => {
    const withMemory = (memory: number[]) => Uint8Array.from([...MAGIC, ...TYPES, ...memory]);
    expect(scan(withMemory(MEMORY))).toBe(0);
    expect(scan(withMemory([]))).toBe(Status.Range);
    expect(scan(withMemory(section(5, [1, 0, 1])))).toBe(Status.Range);
    expect(scan(withMemory(section(5, [1, 1, 1, 2])))).toBe(Status.Range);
    expect(scan(withMemory(section(5, [1, 1, 65, 65])))).toBe(Status.Range);
    expect(scan(withMemory(section(5, [1, 1, 64, 64])))).toBe(0);
    expect(scan(withMemory(section(5, [2, 1, 1, 1, 1, 1, 1])))).toBe(Status.Range);
  });

  it("decodes every opcode that V8 knows as V8 does", () => {
    // One instruction with generous immediates; V8 need not accept it (operands are missing), only its length counts: behind
    // it stands an opcode that exists nowhere, which must be what the scan trips over.
    const cases: Record<string, number[]> = {
      br: [0x0c, 0],
      brIf: [0x0d, 0],
      brTable: [0x0e, 2, 0, 0, 0],
      call: [0x10, 0],
      callIndirect: [0x11, 0, 0],
      select: [0x1b],
      selectTyped: [0x1c, 1, 0x7f],
      localGet: [0x20, 0x80, 0],
      load: [0x28, 2, 0x80, 0x80, 4],
      size: [0x3f, 0],
      i32: [0x41, 0xff, 0xff, 0xff, 0xff, 0x7f],
      i64: [0x42, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f],
      f32: [0x43, 1, 2, 3, 4],
      f64: [0x44, 1, 2, 3, 4, 5, 6, 7, 8],
      sign: [0xc0],
      refNull: [0xd0, 0x70],
      refFunc: [0xd2, 0],
      truncate: [0xfc, 7],
      memoryInit: [0xfc, 8, 0, 0],
      dataDrop: [0xfc, 9, 0],
      copy: [0xfc, 10, 0, 0],
      fill: [0xfc, 11, 0],
      tableCopy: [0xfc, 14, 0, 0],
    };
    for (const [what, bytes] of Object.entries(cases)) {
      expect(scan(module([...bytes, 0x0b])), what).toBe(0);
      expect(scan(module([...bytes, 0xf0, 0x0b])), what).toBe(Status.Corrupt);
      expect(readString(h.memory, h.scanWhy()), what).toBe("no such instruction");
    }
    for (const bad of [[0x06], [0x12], [0x27], [0xc5], [0xd3], [0xfc, 18], [0xfd, 0], [0x41, 0x80, 0x80, 0x80, 0x80, 0x10], [0x0c, 1], [0x10, 1], [0x05]])
      expect(scan(module([...bad, 0x0b])), bad.join()).toBe(Status.Corrupt);
  });

  it("refuses every truncation of a real module, and never reads past its end", () => {
    for (const bytes of [policy, wasm]) {
      for (let length = 0; length < bytes.length; length += 1 + (length >> 6)) {
        const status = scan(bytes.subarray(0, length));
        // A cut between two sections leaves a module that lacks code or memory.
        expect([Status.Corrupt, Status.Range], String(length)).toContain(status);
      }
    }
    expect(h.overreads()).toBe(0);
  });

  it("agrees with V8: what V8 compiles, it scans the same; what it accepts reads within bounds", () => {
    const rng = new Rng(6);
    let valid = 0;
    for (let round = 0; round < 4000; round++) {
      const source = rng.pick([policy, wasm]);
      const bytes = Uint8Array.from(source);
      for (let k = Math.floor(rng.between(1, 3)); k > 0; k--)
        bytes[Math.floor(rng.next() ** 2 * bytes.length)] = rng.pick([0, 1, 0x0b, 0x40, 0x7f, 0x80, 0xff, Math.floor(rng.next() * 256)]);
      const status = scan(bytes, NONE, 64);
      const why = readString(h.memory, h.scanWhy());
      if (!WebAssembly.validate(bytes)) continue;
      valid++;
      const imports = WebAssembly.Module.imports(new WebAssembly.Module(bytes));
      if (status === Status.Corrupt) {
        // Only what V8 has and this machine does not may be refused.
        expect(["it has vector instructions", "no such value type", "no such instruction", "no such kind of limits"], why).toContain(why);
        continue;
      }
      expect(h.scanImportCount()).toBe(imports.length);
      expect(status === Status.BadImport).toBe(imports.length > 0);
    }
    expect(valid).toBeGreaterThan(200);
    expect(h.overreads()).toBe(0);
  });
});
