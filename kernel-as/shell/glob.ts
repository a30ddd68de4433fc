// `*` and `?` in words: the names that fit, by name. Where none fits the word stays as typed. A name that begins with a dot is only found by
// a pattern that does.
import { FileType } from "../abi/numbers";
import { inside, isDirectory, listNames, statPath } from "./files";
import { expandStatus, hasPattern, matchesPattern, plainWord } from "./words";

/** Most names that one word becomes. */
const MOST: i32 = 4096;

/** Words with `$?` filled in, and names for patterns. */
export function expandWords(words: string[], status: i32): string[] {
  const out: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = expandStatus(words[i], status);
    if (!hasPattern(word)) {
      out.push(word);
      continue;
    }
    const names = namesFor(word);
    if (names.length == 0) out.push(plainWord(word));
    for (let k = 0; k < names.length; k++) out.push(names[k]);
  }
  return out;
}

/** Paths that fit, part by part; written as the pattern is: relative or not. */
function namesFor(pattern: string): string[] {
  const parts = pattern.split("/");
  let found: string[] = [pattern.startsWith("/") ? "/" : ""];
  for (let p = 0; p < parts.length; p++) {
    const part = parts[p];
    const last = p == parts.length - 1;
    if (part == "") {
      // a slash at the end: directories only
      if (last && p > 0) found = found.filter((path) => isDirectory(path)).map<string>((path) => (path.endsWith("/") ? path : path + "/"));
      continue;
    }
    const next: string[] = [];
    for (let f = 0; f < found.length && next.length < MOST; f++) {
      const folder = found[f];
      if (!hasPattern(part)) {
        const path = folder == "" ? part : inside(folder, part);
        if (!last || statPath(path, false) != null) next.push(path);
        continue;
      }
      const entries = listNames(folder == "" ? "." : folder);
      if (!entries) continue;
      for (let i = 0; i < entries.length && next.length < MOST; i++) {
        const entry = entries[i];
        if (entry.name.startsWith(".") && !part.startsWith(".")) continue;
        if (!last && entry.type != FileType.Directory && entry.type != FileType.Link) continue;
        if (matchesPattern(part, entry.name)) next.push(folder == "" ? entry.name : inside(folder, entry.name));
      }
    }
    found = next;
  }
  return found;
}
