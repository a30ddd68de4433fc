// Joined data segments fill memory exactly as the separate ones did.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { joinDataSegments } from "./data-segments.js";
import { ROOT } from "./places.js";

/** What a module's memory holds before anything runs. */
function memoryOf(bytes: Uint8Array): Buffer {
  const module = new WebAssembly.Module(bytes as BufferSource);
  const imports: Record<string, Record<string, unknown>> = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    imports[from] ??= {};
    imports[from][name] = () => 0;
  }
  const { memory } = new WebAssembly.Instance(module, imports as WebAssembly.Imports).exports as { memory: WebAssembly.Memory };
  return Buffer.from(memory.buffer);
}

for (const name of ["kernel", "shell", "stress", "replay"]) {
  test(`${name}.wasm`, () => {
    const path = join(ROOT, `build/wasm/${name}.wasm`);
    expect(existsSync(path), "the image is built before the tests").toBe(true);
    const wasm = readFileSync(path);
    const joined = joinDataSegments(wasm);
    expect(memoryOf(joined).equals(memoryOf(wasm))).toBe(true);
    expect(joinDataSegments(joined)).toEqual(joined);
  });
}

test("a passive segment is refused", () => {
  const wasm = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 3, 1, 0, 1, 11, 4, 1, 1, 1, 0x2a);
  expect(() => joinDataSegments(wasm)).toThrow(/constant place/);
});
