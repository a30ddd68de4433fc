// Runs a case in the booted kernel, through its shell: the inputs travel in the initrd (--files), the program gets /tmp/box as its only
// folder and files as its standard streams, and what it leaves is read back with the shell's own commands.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { Machine, type RunResult } from "../machine/index.js";
import { layOut } from "./node-wasi.js";
import { BOX, type Case, type Content, contentOf, fileRow, type Outcome, type Runner } from "./types.js";

const [STDOUT, STDERR] = ["/tmp/stdout", "/tmp/stderr"];
/** Most bytes that are fetched to be shown. */
const TEXT_BYTES = 16_384;
const PROGRAM_DEADLINE_MS = 120_000;

const entries = z.object({ entries: z.array(z.object({ path: z.string(), type: z.string(), bytes: z.number(), target: z.string().optional() })) });

/** One word for the shell, whatever is in it. */
const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

export interface KernelOptions {
  /** For another initrd than the build's. */
  initrd?: string;
  mem?: string;
}

/** Boots a machine with the inputs of these cases on board. */
export async function kernel(cases: readonly Case[], options: KernelOptions = {}): Promise<Runner> {
  const room = mkdtempSync(join(tmpdir(), "ganglion-cases-"));
  cases.forEach((item, index) => {
    const folder = join(room, String(index));
    mkdirSync(join(folder, "box"), { recursive: true });
    layOut(item, join(folder, "box"));
    writeFileSync(join(folder, "stdin"), item.stdin ?? "");
  });
  const machine = await Machine.boot({ accel: "tcg", files: room, ...options }).finally(() => rmSync(room, { recursive: true, force: true }));
  return { name: "the kernel", run, close: async () => void (await machine.close()) };

  async function must(command: string): Promise<RunResult> {
    const result = await machine.run(command);
    if (result.status !== 0) throw new Error(`${command}: status ${result.status}: ${result.output.trim()}`);
    return result;
  }

  async function run(item: Case): Promise<Outcome> {
    const inputs = `/files/${cases.indexOf(item)}`;
    await must(`rm -r -f ${BOX} ${STDOUT} ${STDERR}`);
    await must(`cp -r ${inputs}/box ${BOX}`);
    const env = Object.entries(item.env ?? {}).map(([name, value]) => `--env ${quote(`${name}=${value}`)}`);
    const words = ["run", `--dir ${BOX}`, ...env, item.program, ...item.args.map(quote), `< ${inputs}/stdin`, `> ${STDOUT}`, `2> ${STDERR}`];
    const ended = await machine.run(words.join(" "), { deadlineMs: PROGRAM_DEADLINE_MS });
    if (ended.output !== "") throw new Error(`${words.join(" ")}: the shell says ${ended.output.trim()}`);
    const [stdout, stderr] = await contents([STDOUT, STDERR]);
    const complaints = await withText(stderr as Content, STDERR);
    const own = trapIn(complaints);
    return { exit: own ? "trap" : ended.status, stdout: await withText(stdout as Content, STDOUT), stderr: own ?? complaints, tree: await treeOf() };
  }

  /** What a trapped program wrote itself: the runtime's and the shell's lines about its end are taken off. Undefined: it was not trapped. */
  function trapIn(stderr: Content): Content | undefined {
    const own = /^((?:.*\n)*?)(?:\S+: trap: [^\n]*\n)?\S+: (?:WebAssembly trap|memory fault) [^\n]*\n$/.exec(stderr.text ?? "");
    return own ? contentOf(Buffer.from(own[1] as string)) : undefined;
  }

  async function contents(paths: readonly string[]): Promise<Content[]> {
    if (paths.length === 0) return [];
    const sums = (await must(`sha256sum ${paths.map(quote).join(" ")}`)).output.split("\n");
    const counts = (await must(`wc -c ${paths.map(quote).join(" ")}`)).output.split("\n");
    return paths.map((_, index) => ({ sha256: (sums[index] ?? "").slice(0, 64), bytes: Number.parseInt((counts[index] ?? "").trim(), 10) }));
  }

  /** The bytes come over the serial console, so they count as text only where their sum is the file's. */
  async function withText(content: Content, path: string): Promise<Content> {
    if (content.bytes > TEXT_BYTES) return content;
    const { output } = await must(`cat ${path}`);
    const fetched = contentOf(Buffer.from(output));
    return fetched.sha256 === content.sha256 ? fetched : content;
  }

  async function treeOf(): Promise<Map<string, string>> {
    const found = (await machine.ask(`ls -R -a --json ${BOX}`, entries)).entries.filter(({ path }) => path.startsWith(`${BOX}/`));
    const files = found.filter(({ type }) => type === "file");
    const rows = new Map<string, string>();
    for (const [index, content] of (await contents(files.map(({ path }) => path))).entries()) rows.set(files[index]?.path ?? "", fileRow(content));
    for (const { path, type, target } of found) if (type !== "file") rows.set(path, type === "link" ? `link ${target}` : type);
    return new Map([...rows].map(([path, row]): [string, string] => [path.slice(BOX.length + 1), row]).sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
