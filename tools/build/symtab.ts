// Function names for the epitaph: what `nm -n` prints → the table that hostshim-c/base/symbols.c searches.
// Layout, little-endian: u32 count, u32 length of the code, count × { u32 offset from image_start, u32 offset of the name
// from the table's start }, sorted by offset, then the names, each NUL ended.
import { BuildFailed } from "./command.js";

interface TextSymbol {
  address: bigint;
  name: string;
}

/** Builds the table out of the output of `nm -n`. Needs the symbols image_start and text_end. */
export function symbolTable(nm: string): Buffer {
  const symbols: (TextSymbol & { type: string })[] = [];
  for (const line of nm.split("\n")) {
    const match = /^([0-9a-f]{16}) (\w) (\S+)$/.exec(line);
    if (match) symbols.push({ address: BigInt(`0x${match[1]}`), type: match[2] as string, name: match[3] as string });
  }
  const start = symbols.find((symbol) => symbol.name === "image_start")?.address;
  const end = symbols.find((symbol) => symbol.name === "text_end")?.address;
  if (start === undefined || end === undefined) throw new BuildFailed("symbol table: the image has no image_start or text_end");
  const modules = symbols.flatMap((symbol) => /^wasm2c_(.+)_instantiate$/.exec(symbol.name)?.[1] ?? []).sort((a, b) => b.length - a.length);
  const functions = new Map<bigint, string>();
  for (const { address, type, name } of symbols)
    if ("tTwW".includes(type) && address >= start && address < end && name !== "image_start" && !functions.has(address)) functions.set(address, readableName(name, modules));
  return encode(
    [...functions].map(([address, name]) => ({ address, name })).sort((a, b) => (a.address < b.address ? -1 : 1)),
    start,
    end,
  );
}

function encode(symbols: TextSymbol[], start: bigint, end: bigint): Buffer {
  const head = Buffer.alloc(8 + symbols.length * 8);
  head.writeUInt32LE(symbols.length, 0);
  head.writeUInt32LE(Number(end - start), 4);
  const names: Buffer[] = [];
  let at = head.length;
  symbols.forEach(({ address, name }, i) => {
    head.writeUInt32LE(Number(address - start), 8 + i * 8);
    head.writeUInt32LE(at, 12 + i * 8);
    const bytes = Buffer.from(`${name}\0`);
    names.push(bytes);
    at += bytes.length;
  });
  return Buffer.concat([head, ...names]);
}

/** wasm2c's `w2c_MODULE_path0x2Ffunction` → `MODULE.wasm: path/function`; other names stay. gcc's suffixes go. */
export function readableName(symbol: string, modules: string[]): string {
  const name = symbol.replace(/(\.(isra|constprop|part|cold|lto_priv)(\.\d+)?)+$/, "");
  const module = modules.find((candidate) => name.startsWith(`w2c_${candidate}_`));
  if (module === undefined) return name;
  const path = name.slice(`w2c_${module}_`.length).replaceAll(/0x([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return `${module}.wasm: ${path}`;
}
