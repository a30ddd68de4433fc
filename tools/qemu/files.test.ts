// --files: what goes along and what is refused, each by name.
import { createReadStream, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { extract, pack } from "tar-stream";
import { afterAll, beforeEach, expect, test } from "vitest";
import { UsageError } from "../lib/index.js";
import { packFiles, parseMachineOptions } from "./index.js";

const room = mkdtempSync(join(tmpdir(), "ganglion-files-"));
afterAll(() => rmSync(room, { recursive: true, force: true }));
const folder = join(room, "given");
const output = join(room, "out.tar");
beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
});

async function listed(): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const reader = createReadStream(output).pipe(extract());
  for await (const entry of reader) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    const { name, type, linkname } = entry.header;
    found[name.replace(/\/$/, "")] = type === "file" ? Buffer.concat(chunks).toString() : type === "symlink" ? `-> ${linkname}` : String(type);
  }
  return found;
}

const problem = (base?: string, mem = 512) =>
  packFiles({ folder }, base, output, mem).then(
    () => "nothing",
    (error: unknown) => (error instanceof UsageError ? error.message : `not a UsageError: ${String(error)}`),
  );

test("files, folders, empty ones, long and foreign names, links that stay inside", async () => {
  const long = `${"long".repeat(40)}.txt`;
  mkdirSync(join(folder, "a", "b"), { recursive: true });
  writeFileSync(join(folder, "a", "b", long), "deep");
  writeFileSync(join(folder, "grün.txt"), "green");
  writeFileSync(join(folder, "empty"), "");
  symlinkSync("b", join(folder, "a", "link"));
  symlinkSync(join(folder, "empty"), join(folder, "a", "absolute"));
  await packFiles({ folder }, undefined, output, 512);
  expect(await listed()).toEqual({
    files: "directory",
    "files/a": "directory",
    "files/a/absolute": "-> ../empty",
    "files/a/b": "directory",
    [`files/a/b/${long}`]: "deep",
    "files/a/link": "-> b",
    "files/empty": "",
    "files/grün.txt": "green",
  });
});

test("everything of the initrd that it is added to is kept, in front", async () => {
  const base = join(room, "base.tar");
  const archive = pack();
  archive.entry({ name: "bin/x.wasm" }, "module");
  archive.finalize();
  writeFileSync(base, await buffer(archive));
  writeFileSync(join(folder, "mine"), "mine");
  await packFiles({ folder }, base, output, 512);
  expect(await listed()).toEqual({ "bin/x.wasm": "module", files: "directory", "files/mine": "mine" });
  expect(readFileSync(output).length % 512).toBe(0);
  writeFileSync(base, "no archive, but longer than one block".repeat(20));
  expect(await problem(base)).toContain("is not a USTAR archive");
});

test("a link that leads out is refused, with where it leads", async () => {
  symlinkSync("../../../etc/passwd", join(folder, "out"));
  expect(await problem()).toContain("/given/out is a link that leads out of the folder, to ../../../etc/passwd");
});

test("a socket is refused", async () => {
  const server = createServer();
  await new Promise<void>((done) => server.listen(join(folder, "talk.sock"), done));
  try {
    expect(await problem()).toContain("talk.sock is a socket");
  } finally {
    server.close();
  }
});

test("what does not fit into half of the memory is refused, with the memory that it needs", async () => {
  writeFileSync(join(folder, "huge"), "");
  truncateSync(join(folder, "huge"), 300 << 20);
  const text = await problem();
  expect(text).toContain("huge, of 300.0 MiB, makes the folder larger than half of the machine's 512 MiB");
  expect(text).toContain("--mem 1200M");
});

test("a folder that is not there, or is a file", () => {
  const message = (files: string) => {
    try {
      parseMachineOptions({ files });
      return "accepted";
    } catch (error) {
      return error instanceof UsageError ? error.message : "not a UsageError";
    }
  };
  expect(message(join(room, "none"))).toContain("expected: a folder that exists");
  writeFileSync(join(room, "file"), "");
  expect(message(join(room, "file"))).toContain("expected: a folder that exists");
});
