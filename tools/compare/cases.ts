// The cases: each program of the build with inputs that show what it is for, and inputs that it must refuse. A table.
// Times and random numbers are in none of them: they differ from run to run.
import { execFileSync } from "node:child_process";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { bytesOf, numbers, picture, prose, SQL } from "./inputs.js";
import { BOX, type Case } from "./types.js";

const TEXT = prose(120, 11);
const PICTURE = picture(64, 48);
const box = (name: string) => `${BOX}/${name}`;

const SIMPLE: Case[] = [
  { name: "hello", program: "hello", args: [] },
  { name: "hello names", program: "hello", args: ["Ada", "Grace Hopper"] },
  { name: "hello environment", program: "hello", args: ["Welt"], env: { GREETING: "Grüß dich" } },
  { name: "hello status", program: "hello", args: ["--exit", "3", "nobody"] },
  { name: "words", program: "words", args: ["20"], stdin: bytesOf(TEXT) },
  { name: "words of nothing", program: "words", args: [] },
  { name: "words in Greek", program: "words", args: [], stdin: bytesOf("αλφα βητα αλφα\nγαμμα αλφα βητα\n") },
  { name: "primes", program: "primes", args: ["20000"] },
  { name: "primes refused", program: "primes", args: ["1"] },
  { name: "args", program: "args", args: ["one", "", "two words", "a=b", "ünï", "*", "-x"], env: { ALPHA: "1", EMPTY: "", PATHS: "/a:/b", Z: "last one" } },
  { name: "args none", program: "args", args: [] },
  { name: "sort", program: "sort", args: [], stdin: bytesOf(TEXT) },
  { name: "sort numbers backwards", program: "sort", args: ["-n", "-r"], stdin: bytesOf(numbers(200, 5)) },
  { name: "sort unique files", program: "sort", args: ["-u", box("a"), box("b")], files: { a: bytesOf("pear\napple\nfig\n"), b: bytesOf("fig\nkiwi\napple") } },
  { name: "sort a missing file", program: "sort", args: [box("none")] },
  { name: "sort with a wrong option", program: "sort", args: ["-q"] },
  { name: "tree", program: "tree", args: [BOX], files: { "b.txt": bytesOf("bee"), "a/deep/er/file": bytesOf("12345"), "a/empty": new Uint8Array(0), c: bytesOf("sea") } },
  { name: "tree of nothing", program: "tree", args: [box("none")] },
  { name: "tree outside", program: "tree", args: ["/etc"] },
];

const TOUR: Case[] = ["contents", "names", "links", "times"].map((chapter) => ({ name: `fstour ${chapter}`, program: "fstour", args: [BOX, chapter] }));

const ENDINGS: Case[] = [["return", "5"], ["exit", "300"], ["abort"], ["unreachable"], ["divide"], ["outside"], ["recurse"], ["closed"], ["nonsense"]].map((args) => ({
  name: `exits ${args.join(" ")}`,
  program: "exits",
  args,
}));

function packing(): Case[] {
  const text = bytesOf(TEXT);
  const packed = Uint8Array.from(gzipSync(text));
  const small = Uint8Array.from(brotliCompressSync(text));
  return [
    { name: "minigzip", program: "minigzip", args: [], stdin: text },
    { name: "minigzip a file", program: "minigzip", args: [box("text")], files: { text } },
    { name: "minigzip -d", program: "minigzip", args: ["-d"], stdin: packed },
    { name: "minigzip -d a file", program: "minigzip", args: ["-d", box("text.gz")], files: { "text.gz": packed } },
    { name: "minigzip -d of half a file", program: "minigzip", args: ["-d"], stdin: packed.subarray(0, packed.length / 2) },
    { name: "brotli", program: "brotli", args: ["-c", "-q", "5", box("text")], files: { text } },
    { name: "brotli best", program: "brotli", args: ["-q", "11", box("text")], files: { text } },
    { name: "brotli -d", program: "brotli", args: ["-d", "-c", box("text.br")], files: { "text.br": small } },
    { name: "brotli -t of half a file", program: "brotli", args: ["-t", box("text.br")], files: { "text.br": small.subarray(0, small.length / 2) } },
  ];
}

function pictures(sample: Uint8Array | undefined): Case[] {
  const cases: Case[] = [
    { name: "cjpeg", program: "cjpeg", args: ["-quality", "80"], stdin: PICTURE },
    { name: "cjpeg progressive", program: "cjpeg", args: ["-progressive", "-outfile", box("out.jpg"), box("in.ppm")], files: { "in.ppm": PICTURE } },
    { name: "cjpeg of text", program: "cjpeg", args: [], stdin: bytesOf("no picture at all") },
    { name: "djpeg of text", program: "djpeg", args: [], stdin: bytesOf("no picture at all") },
  ];
  if (!sample) return cases;
  return [
    ...cases,
    { name: "djpeg", program: "djpeg", args: ["-bmp", "-outfile", box("out.bmp"), box("in.jpg")], files: { "in.jpg": sample } },
    { name: "djpeg in greys", program: "djpeg", args: ["-grayscale", "-scale", "1/2"], stdin: sample },
    { name: "djpeg of half a file", program: "djpeg", args: [], stdin: sample.subarray(0, sample.length / 2) },
  ];
}

const DATABASE: Case[] = [
  { name: "sqlite3 in memory", program: "sqlite3", args: ["-batch", ":memory:"], stdin: bytesOf(SQL) },
  { name: "sqlite3 in a file", program: "sqlite3", args: ["-batch", box("frames.db")], stdin: bytesOf(SQL) },
  { name: "sqlite3 as JSON", program: "sqlite3", args: ["-batch", "-json", ":memory:", "select 1 as one, 'two' as two, 3.5 as three, null as none"] },
  { name: "sqlite3 wrong SQL", program: "sqlite3", args: ["-batch", ":memory:", "select nothing from nowhere"] },
  { name: "sqlite3 no database", program: "sqlite3", args: ["-batch", box("text"), "select 1 from sqlite_schema"], files: { text: bytesOf(TEXT) } },
];

/** Every case whose program there is. `sample`: a JPEG file, where one can be had. */
export function allCases(programs: ReadonlySet<string>, sample?: Uint8Array): Case[] {
  return [...SIMPLE, ...TOUR, ...ENDINGS, ...packing(), ...pictures(sample), ...DATABASE].filter((item) => programs.has(item.program));
}

/** The commit that a report is about. */
export function commitOf(root: string): string {
  try {
    const run = (...args: string[]) => execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
    return `${run("rev-parse", "--short=12", "HEAD")}${run("status", "--porcelain", "--untracked-files=no") ? " and changes not committed" : ""}`;
  } catch {
    return "unknown: not a git repository";
  }
}
