import { expect, test } from "vitest";
import { readableName, symbolTable } from "./symtab.js";

const NM = `0000000000001000 A somewhere_else
ffffffff80200000 T image_start
ffffffff80200000 t entry32
ffffffff80200100 T panic
ffffffff80200180 t w2c_kernel_kernel0x2Das0x2Fkernel0x2Fmm0x2Fbuddy0x2Ffree.isra.0
ffffffff80200200 T w2c_host_panic
ffffffff80200240 T wasm2c_kernel_instantiate
ffffffff80201000 R text_end
ffffffff80202000 b some_data
                 U undefined
`;

function decode(table: Buffer): { codeBytes: number; rows: [number, string][] } {
  const count = table.readUInt32LE(0);
  const rows = Array.from({ length: count }, (_, i): [number, string] => {
    const name = table.readUInt32LE(12 + i * 8);
    return [table.readUInt32LE(8 + i * 8), table.toString("utf8", name, table.indexOf(0, name))];
  });
  return { codeBytes: table.readUInt32LE(4), rows };
}

test("the table holds the functions of the image, sorted, with readable names", () => {
  expect(decode(symbolTable(NM))).toEqual({
    codeBytes: 0x1000,
    rows: [
      [0, "entry32"],
      [0x100, "panic"],
      [0x180, "kernel.wasm: kernel-as/kernel/mm/buddy/free"],
      [0x200, "w2c_host_panic"],
      [0x240, "wasm2c_kernel_instantiate"],
    ],
  });
});

test("the longest module name wins", () => {
  expect(readableName("w2c_linear_two_f", ["linear_two", "linear"])).toBe("linear_two.wasm: f");
});

test("an image without its borders is refused", () => {
  expect(() => symbolTable("ffffffff80200000 T other\n")).toThrow(/image_start/);
});
