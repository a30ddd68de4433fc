// --model: what goes along under which name, and what is refused.
import { createReadStream, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { extract } from "tar-stream";
import { afterAll, expect, test } from "vitest";
import { UsageError } from "../lib/index.js";
import { packFiles, parseMachineOptions } from "./index.js";

const room = mkdtempSync(join(tmpdir(), "ganglion-model-"));
afterAll(() => rmSync(room, { recursive: true, force: true }));
const output = join(room, "out.tar");

/** A file that begins as a GGUF does. */
function written(name: string, version = 3, magic = "GGUF"): string {
  const bytes = Buffer.alloc(64);
  bytes.write(magic, "latin1");
  bytes.writeUInt32LE(version, 4);
  writeFileSync(join(room, name), bytes);
  return join(room, name);
}

const problem = (model: string, mem = 512) =>
  packFiles({ model }, undefined, output, mem).then(
    () => "nothing",
    (error: unknown) => (error instanceof UsageError ? error.message : `not a UsageError: ${String(error)}`),
  );

test("a model lies in /models, and the default leads to it", async () => {
  expect(await problem(written("mine-1.2.gguf"))).toBe("nothing");
  const found: Record<string, string> = {};
  for await (const entry of createReadStream(output).pipe(extract())) {
    found[entry.header.name] = entry.header.type === "symlink" ? `-> ${entry.header.linkname}` : String(entry.header.size);
    entry.resume();
  }
  expect(found).toEqual({ "models/mine-1.2.gguf": "64", "models/default.gguf": "-> mine-1.2.gguf" });
});

test("what is no model, of another version, badly named or too large is refused by name", async () => {
  expect(await problem(written("text.gguf", 3, "text"))).toContain("is no GGUF file");
  expect(await problem(written("old.gguf", 2))).toContain("is GGUF version 2");
  expect(await problem(written("my model.gguf"))).toContain("the name my model.gguf cannot be used");
  const large = written("large.gguf");
  truncateSync(large, 200 << 20);
  expect(await problem(large, 256)).toContain("does not fit into the machine's 256 MiB");
  writeFileSync(join(room, "empty.gguf"), "");
  expect(await problem(join(room, "empty.gguf"))).toContain("is no GGUF file");
  expect(() => parseMachineOptions({ model: join(room, "none.gguf") })).toThrow("a GGUF file that exists");
});
