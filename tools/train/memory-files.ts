// What the training of a memory policy leaves behind: the model, its entry in the manifest, its rates on families left out, and the
// policy's source. Not the learning.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { familyNames } from "../episodes/index.js";
import { ROOT } from "../lib/index.js";
import { FOREST_FILE, FOREST_SOURCE, type ForestModel, forestBytes, forestShape, forestSource } from "./forest-model.js";
import { writeManifestEntry } from "./manifest.js";
import { MODEL_FILE, type Model, modelBytes, modelSource, SOURCE_FILE, sha256 } from "./model.js";
import type { TrainOptions } from "./options.js";
import type { Rates } from "./threshold.js";

export interface LeftOut {
  /** the threshold that the model gets, and its rates: every episode judged by what never saw its family */
  overall: Rates | undefined;
  /** each family by what never saw it, with a threshold that did not either */
  families: { family: string; rates: Rates | undefined }[];
}

interface Files {
  model: string;
  bytes: Uint8Array;
  source: string;
  text: string;
  shape: string;
  parameters: number;
  /** of the command beyond what every learner takes */
  flags: string;
}

export function writeForest(model: ForestModel, options: TrainOptions, leftOut: LeftOut): void {
  const { inputs, trees, leaves } = forestShape(model);
  const files = {
    model: FOREST_FILE,
    bytes: forestBytes(model),
    source: FOREST_SOURCE,
    text: forestSource(model),
    shape: `${inputs} features, ${trees} trees of at most ${leaves} leaves, added; f32 splits and leaves, sum in f64`,
    parameters: trees * (2 * (leaves - 1) + leaves),
    flags: "",
  };
  write(files, options, leftOut);
}

/** @param slope the rival's threshold, chosen by the same rule; its constant is in slope.ts */
export function writeNetwork(model: Model, options: TrainOptions, leftOut: LeftOut, slope: Rates | undefined): void {
  const { inputs, hidden1, hidden2 } = model.shape;
  const files = {
    model: MODEL_FILE,
    bytes: modelBytes(model),
    source: SOURCE_FILE,
    text: modelSource(model),
    shape: `${inputs} features, dense ${hidden1}, softsign, dense ${hidden2}, softsign, dense 1; f32; ${options.starts} networks side by side`,
    parameters: model.parameters.length,
    flags: ` --starts ${options.starts} --epochs ${options.epochs}`,
  };
  write(files, options, leftOut, { slope: slope && { alarmSeconds: -slope.threshold, ...slope } });
}

function write({ model, bytes, source, text, shape, parameters, flags }: Files, options: TrainOptions, leftOut: LeftOut, more: Record<string, unknown> = {}): void {
  const { learner, seed, episodes, validation, drawn } = options;
  const command = `npm run train -- memory --learner ${learner} --seed ${seed} --episodes ${episodes} --validation ${validation}${drawn > 0 ? ` --drawn ${drawn}` : ""}${flags}`;
  writeManifestEntry({
    name: `memory-${learner}`,
    file: model,
    sha256: sha256(bytes),
    bytes: bytes.length,
    shape,
    parameters,
    licence: "as this repository",
    source,
    card: `models/memory-${learner}.md`,
    command,
    seed,
    training: [...familyNames("train"), ...familyNames("validation"), ...(drawn > 0 ? familyNames("drawn") : [])],
    leaveOneOut: leftOut.overall,
    ...more,
  });
  const leftOutFile = `models/memory-${learner}-left-out.json`;
  mkdirSync(join(ROOT, "models"), { recursive: true });
  writeFileSync(join(ROOT, model), bytes);
  writeFileSync(join(ROOT, source), text);
  writeFileSync(join(ROOT, leftOutFile), `${JSON.stringify({ command, ...leftOut }, undefined, 2)}\n`);
  console.log(`wrote ${model}, models/manifest.json, ${leftOutFile} and ${source}`);
}
