// Brings the sources of other people's programs onto this machine: the package managers' own clients fetch them, a pinned SHA-256
// decides whether they are what the build knows, and they lie in the user's cache and in build/sources, never in the repository.
// Debian's client is told of its own distribution's source packages in a folder of the cache: the system's settings stay as they are.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, exec, findProgram, lock, ProgramFailed } from "../../lib/index.js";
import type { OnProgress } from "../graph.js";
import { ROOT } from "../places.js";
import { type Source, sourceFolder } from "./table.js";

const FETCH_DEADLINE_MS = 3 * 60_000;
/** After a fetch that failed, nothing is tried again for this long: a machine without a network should not wait at every build. */
const RETRY_MS = 30 * 60_000;

/** A network fails now and then. */
const TRIES = 2;

/** Makes sure that the sources lie in their folder. Resolves with undefined, or with the reason why they cannot be had. */
export async function obtain(source: Source, onProgress?: OnProgress): Promise<string | undefined> {
  const folder = join(ROOT, sourceFolder(source));
  if (existsSync(folder)) return undefined;
  const cache = join(cacheFolder(), "sources");
  const archive = join(cache, `${source.sha256}-${source.archive.split("/").at(-1)}`);
  const failure = join(cache, `${source.name}-${source.version}.failed`);
  try {
    if (!existsSync(archive)) {
      if (existsSync(failure) && Date.now() - statSync(failure).mtimeMs < RETRY_MS) return `${readFileSync(failure, "utf8")} (remove ${failure} to try again at once)`;
      mkdirSync(cache, { recursive: true });
      onProgress?.(`fetching ${source.package} from ${source.from}`);
      const release = await lock(join(cache, "lock"), 2 * TRIES * FETCH_DEADLINE_MS);
      try {
        for (let attempt = 1; !existsSync(archive); attempt++) {
          await fetchTo(source, archive, cache).catch((error: unknown) => {
            if (attempt === TRIES) throw error;
            if (!debianRetried) debian = undefined;
            debianRetried = true;
          });
        }
      } finally {
        release();
      }
      rmSync(failure, { force: true });
    }
    onProgress?.(`unpacking ${source.name}`);
    await unpack(archive, folder);
    return undefined;
  } catch (error) {
    const reason = `${source.package} ${source.version} could not be had: ${oneLine(error)}`;
    mkdirSync(cache, { recursive: true });
    writeFileSync(failure, reason);
    return reason;
  }
}

/** Programs' own last words say most; of what is only a warning, nothing. */
function oneLine(error: unknown): string {
  const text = error instanceof ProgramFailed && error.output.trim() ? error.output : error instanceof Error ? error.message : String(error);
  const lines = text.split("\n").filter((line) => line.trim() && !/^(W:|npm warn)/i.test(line));
  return (lines.find((line) => /^(E:|npm error)/i.test(line)) ?? lines.at(-1) ?? text).trim().slice(0, 300);
}

async function fetchTo(source: Source, archive: string, cache: string): Promise<void> {
  const folder = mkdtempSync(join(cache, "fetch-"));
  try {
    const file = source.from === "debian" ? await fromDebian(source, folder) : await fromNpm(source, folder);
    const found = createHash("sha256").update(readFileSync(file)).digest("hex");
    if (found !== source.sha256) throw new Error(`${source.archive} has SHA-256 ${found}, expected ${source.sha256}`);
    renameSync(file, archive);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function unpack(archive: string, folder: string): Promise<void> {
  mkdirSync(join(folder, ".."), { recursive: true });
  const room = mkdtempSync(`${folder}.`);
  try {
    await exec("tar", ["-xf", archive, "-C", room, "--strip-components=1"]);
    if (!existsSync(folder)) renameSync(room, folder);
  } finally {
    rmSync(room, { recursive: true, force: true });
  }
}

// ---- npm

/** npm as this process was started by it, else the PATH's. */
function npm(): [program: string, first: string[]] {
  const cli = process.env["npm_execpath"];
  return cli && /npm-cli\.c?js$/.test(cli) && existsSync(cli) ? [process.execPath, [cli]] : ["npm", []];
}

async function fromNpm(source: Source, folder: string): Promise<string> {
  const [program, first] = npm();
  await exec(program, [...first, "pack", `${source.package}@${source.version}`, "--pack-destination", folder, "--ignore-scripts", "--loglevel=error"], {
    cwd: folder,
    deadlineMs: FETCH_DEADLINE_MS,
  });
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz"));
  if (!tarball) throw new Error("npm pack left no archive");
  await exec("tar", ["-xf", join(folder, tarball), "-C", folder, source.archive]);
  return join(folder, source.archive);
}

// ---- Debian

const APT_GET = "apt-get";
let debian: Promise<string[]> | undefined;
/** The list is fetched anew once in a process, not for every package again. */
let debianRetried = false;

async function fromDebian(source: Source, folder: string): Promise<string> {
  if (!findProgram(APT_GET)) throw new Error("it comes from Debian's source packages, and there is no apt-get here");
  debian ??= debianSources();
  const options = await debian;
  await exec(APT_GET, [...options, "source", "--download-only", source.package], { cwd: folder, deadlineMs: FETCH_DEADLINE_MS });
  const file = join(folder, source.archive);
  if (existsSync(file)) return file;
  const offered = readdirSync(folder).find((name) => name.includes(".orig.tar"));
  throw new Error(`this distribution offers ${offered ?? "no upstream archive"}, the build knows ${source.archive}`);
}

/** apt-get's options for a private list of this distribution's source packages, brought up to date. */
async function debianSources(): Promise<string[]> {
  const state = join(cacheFolder(), "apt");
  for (const part of ["lists/partial", "archives/partial", "parts"]) mkdirSync(join(state, part), { recursive: true });
  writeFileSync(join(state, "parts", "source.sources"), await sourceEntry());
  const options = [
    ...["-q", "-o", "APT::Sandbox::User=root", "-o", "Dir::Etc::SourceList=/dev/null", "-o", `Dir::Etc::SourceParts=${join(state, "parts")}`],
    ...["-o", `Dir::State::Lists=${join(state, "lists")}`, "-o", `Dir::Cache=${state}`],
  ];
  // apt-get update ends well where it reaches no mirror at all.
  await exec(APT_GET, [...options, "update"], { deadlineMs: FETCH_DEADLINE_MS });
  if (!readdirSync(join(state, "lists")).some((name) => name.includes("_source_Sources"))) throw new Error("the list of this distribution's source packages could not be fetched");
  return options;
}

/** The deb822 entry: the mirror and the release that this machine's binary packages come from. */
async function sourceEntry(): Promise<string> {
  const release = /^VERSION_CODENAME=(\w+)/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1];
  const { stdout } = await exec(APT_GET, ["indextargets", "--format", "$(REPO_URI) $(RELEASE) $(COMPONENT)", "Created-By: Packages"]);
  const rows = stdout.split("\n").map((line) => line.split(" "));
  const row = rows.find(([, name, component]) => name === release && component === "main");
  if (!row) throw new Error(`apt knows no packages of the release ${release ?? "(unnamed)"}`);
  const keys = ["debian", "ubuntu"].map((name) => `/usr/share/keyrings/${name}-archive-keyring.gpg`).filter(existsSync);
  return `Types: deb-src\nURIs: ${row[0]}\nSuites: ${release}\nComponents: main\n${keys.length > 0 ? `Signed-By: ${keys.join(" ")}\n` : ""}`;
}
