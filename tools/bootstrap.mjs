// The first thing that every npm script and make target runs: node tools/bootstrap.mjs ENTRY.ts [ARGUMENT…].
// Plain JavaScript on Node's own modules, because nothing else is there in a fresh clone. It checks Node, brings node_modules up to
// date with package-lock.json, and hands over to the TypeScript entry in the same process. System packages: tools/setup.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const ROOT = resolve(import.meta.dirname ?? ".", "..");
const MODULES = join(ROOT, "node_modules");
const STAMP = join(MODULES, ".ganglion-lock");
const EXIT_SETUP_FAILED = 8; // ExitCode.SetupFailed in tools/lib/errors.ts
const EXIT_USAGE = 2;
const SHOWN_LINES = 15;
/** Oldest minor version of each major one that the test runner and the loader support. */
const OLDEST = { 20: 19, 22: 12 };

function fail(text) {
  process.stderr.write(`${text}\n`);
  process.exit(EXIT_SETUP_FAILED);
}

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < 20 || minor < (OLDEST[major] ?? 0)) {
    fail(`Node ${process.versions.node} is too old\n  expected: Node 20.19 or newer, 22.12 or newer, or 24\n  try: https://nodejs.org or your version manager (nvm install 22)`);
  }
}

/** What of the lock file decides which packages lie in node_modules. */
function packagesOf(path) {
  const { packages } = JSON.parse(readFileSync(path, "utf8"));
  return new Map(Object.entries(packages).filter(([name]) => name !== ""));
}

/** npm install by hand leaves its own record; where that fits the lock file there is nothing to do. */
function installedByHand(lockPath) {
  const record = join(MODULES, ".package-lock.json");
  if (!existsSync(record)) return false;
  const installed = packagesOf(record);
  for (const [name, entry] of packagesOf(lockPath)) {
    const found = installed.get(name);
    if (found ? found.version !== entry.version : !entry.optional && !entry.peer) return false;
  }
  return true;
}

/** npm as a program and its first arguments: the one that runs this script, else the one beside node, else the PATH's. */
function findNpm() {
  const beside = join(dirname(process.execPath), "..", "lib", "node_modules", "npm", "bin", "npm-cli.js");
  const cli = [process.env.npm_execpath, beside].find((path) => path && /npm-cli\.c?js$/.test(path) && existsSync(path));
  if (cli) return [process.execPath, cli];
  const onPath = (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, "npm")));
  return onPath ? ["npm"] : undefined;
}

async function install() {
  const lockPath = join(ROOT, "package-lock.json");
  const hash = createHash("sha256").update(readFileSync(lockPath)).digest("hex");
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === hash) return;
  if (!installedByHand(lockPath)) {
    const npm = findNpm();
    if (!npm) fail("npm is missing\n  expected: npm, which comes with Node\n  try: install npm with the package manager that Node came from");
    const live = process.stderr.isTTY;
    process.stderr.write(live ? "npm packages …" : "installing the npm packages\n");
    const started = Date.now();
    // install, not ci: it pins the same versions, but ci refuses a lock file that lacks other platforms' optional packages.
    const args = [...npm.slice(1), "install", "--no-save", "--include=dev", "--no-progress", "--loglevel=error"];
    const child = spawn(npm[0], args, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
    const output = [];
    child.stdout.on("data", (chunk) => output.push(chunk));
    child.stderr.on("data", (chunk) => output.push(chunk));
    const stop = () => child.kill("SIGTERM") && process.exit(143);
    process.once("SIGTERM", stop);
    const status = await new Promise((done) => {
      child.on("error", (error) => {
        output.push(Buffer.from(String(error)));
        done(-1);
      });
      child.on("close", done);
    });
    process.off("SIGTERM", stop);
    if (live) process.stderr.write("\r\x1b[2K");
    if (status !== 0) {
      const text = Buffer.concat(output).toString().trim().split("\n").slice(0, SHOWN_LINES).join("\n");
      fail(
        `npm install failed with status ${status}\n${text}\n  expected: the packages of package-lock.json from the npm registry\n  try: npm install --loglevel=info, in ${ROOT}`,
      );
    }
    if (live) process.stderr.write(`npm packages (${((Date.now() - started) / 1000).toFixed(1)} s)\n`);
  }
  writeFileSync(STAMP, hash);
}

checkNode();
const entry = process.argv[2];
if (!entry) {
  process.stderr.write("usage: node tools/bootstrap.mjs ENTRY.ts [ARGUMENT…]\n");
  process.exit(EXIT_USAGE);
}
await install();
process.argv.splice(1, 2, resolve(ROOT, entry));
const { register } = await import(pathToFileURL(join(MODULES, "tsx", "dist", "esm", "api", "index.mjs")).href);
register();
await import(pathToFileURL(process.argv[1]).href);
