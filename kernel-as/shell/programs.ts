// Names of programs: of the image, of files, of /bin. Says what a name means and what was probably meant; starts nothing.
import { PROGRAM_INFO_BYTES, PROGRAM_INFO_NAME } from "../abi/layouts";
import { FileType, Topic } from "../abi/numbers";
import { listNames, statPath } from "./files";
import { RowReader, textAt } from "./rows";
import { COMMANDS } from "./table";

const BIN: string = "/bin";
const ENDING: string = ".wasm";
const PROGRAM_NAME_BYTES: u32 = 24;

/** Programs of the image. */
export function imagePrograms(): string[] {
  const names: string[] = [];
  const rows = new RowReader(Topic.Programs, PROGRAM_INFO_BYTES, 0, false);
  for (let row = rows.next(); row != 0; row = rows.next()) names.push(textAt(row + PROGRAM_INFO_NAME, PROGRAM_NAME_BYTES));
  return names;
}

/** Names of /bin, without their ending. */
export function binPrograms(): string[] {
  const names: string[] = [];
  const entries = listNames(BIN);
  if (!entries) return names;
  for (let i = 0; i < entries.length; i++) if (entries[i].name.endsWith(ENDING)) names.push(entries[i].name.substring(0, entries[i].name.length - ENDING.length));
  return names;
}

function isFile(path: string): bool {
  const info = statPath(path, true);
  return info != null && info.type == FileType.Regular;
}

/** Path of /bin/NAME.wasm; "" where there is none. */
export function binPath(name: string): string {
  if (name == "" || name.includes("/")) return "";
  const path = BIN + "/" + name + ENDING;
  return isFile(path) ? path : "";
}

/** The module that a word of `run` names: a path, else /bin/NAME.wasm; "" where there is none. */
export function modulePath(word: string): string {
  if (word != "" && isFile(word)) return word;
  return binPath(word);
}

/** The command or program whose name is nearest; "" where none is near. */
export function suggestion(word: string, programsOnly: bool): string {
  let best = "";
  // one slip, in a long word two
  let bestDistance = word.length < 5 ? 2 : 3;
  const names = binPrograms();
  if (programsOnly) {
    const image = imagePrograms();
    for (let i = 0; i < image.length; i++) names.push(image[i]);
  } else for (let i = 0; i < COMMANDS.length; i++) names.push(COMMANDS[i].name);
  for (let i = 0; i < names.length; i++) {
    const distance = editDistance(word, names[i], bestDistance);
    if (distance >= bestDistance) continue;
    bestDistance = distance;
    best = names[i];
  }
  return best;
}

/** Letters to insert, delete, replace or swap with their neighbour until the words are the same; `limit` where it is not below. */
function editDistance(a: string, b: string, limit: i32): i32 {
  if (a.length - b.length >= limit || b.length - a.length >= limit || a.length > 32) return limit;
  const width = b.length + 1;
  let before = new StaticArray<i32>(width);
  let last = new StaticArray<i32>(width);
  let row = new StaticArray<i32>(width);
  for (let j = 0; j < width; j++) last[j] = j;
  for (let i = 1; i <= a.length; i++) {
    row[0] = i;
    for (let j = 1; j < width; j++) {
      const same = a.charCodeAt(i - 1) == b.charCodeAt(j - 1);
      let distance = min(min(last[j], row[j - 1]) + 1, last[j - 1] + (same ? 0 : 1));
      if (i > 1 && j > 1 && a.charCodeAt(i - 1) == b.charCodeAt(j - 2) && a.charCodeAt(i - 2) == b.charCodeAt(j - 1)) distance = min(distance, before[j - 2] + 1);
      row[j] = distance;
    }
    const free = before;
    before = last;
    last = row;
    row = free;
  }
  return min(last[b.length], limit);
}
