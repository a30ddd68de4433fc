// Words of a command line: how they are written, what stands in them until the command runs, and how they are typed again. Pure.
// A word keeps a mark where `$?`, `*` or `?` stood outside quotes; no control byte ever comes from a line, so marks are unambiguous.

/** Stands in a word for `$?`. */
export const STATUS_MARK: string = "\u0001";
/** Stands for `*`: any characters of a name. */
export const STAR_MARK: string = "\u0002";
/** Stands for `?`: one character of a name. */
export const QUESTION_MARK: string = "\u0003";

const SPACE: i32 = 32;

/** The line without control characters: what `parseScript` takes. */
export function cleanLine(line: string): string {
  let out = "";
  let from = 0;
  for (let i = 0; i < line.length; i++) {
    const code = line.charCodeAt(i);
    if (code >= SPACE && code != 127) continue;
    out += line.substring(from, i) + (code == 9 ? " " : "");
    from = i + 1;
  }
  return out + line.substring(from);
}

/** The word with `$?` filled in. */
export function expandStatus(word: string, status: i32): string {
  return word.includes(STATUS_MARK) ? word.replaceAll(STATUS_MARK, status.toString()) : word;
}

/** Whether names are to be looked for. */
export function hasPattern(word: string): bool {
  return word.includes(STAR_MARK) || word.includes(QUESTION_MARK);
}

/** The word as typed, its marks signs again. */
export function plainWord(word: string): string {
  return hasPattern(word) ? word.replaceAll(STAR_MARK, "*").replaceAll(QUESTION_MARK, "?") : word;
}

/** Whether `name` fits `pattern`, in which marks stand for what is open. Work grows with the product of both lengths at most. */
export function matchesPattern(pattern: string, name: string): bool {
  let at = 0;
  let from = 0;
  let star = -1;
  let resume = 0;
  while (from < name.length) {
    const code = at < pattern.length ? pattern.charCodeAt(at) : 0;
    if (at < pattern.length && code == 2) {
      star = at++;
      resume = from;
    } else if (at < pattern.length && (code == 3 || code == name.charCodeAt(from))) {
      at++;
      from++;
    } else if (star >= 0) {
      at = star + 1;
      from = ++resume;
    } else return false;
  }
  while (at < pattern.length && pattern.charCodeAt(at) == 2) at++;
  return at == pattern.length;
}

/** Signs that mean something outside quotes. */
const SIGNS: string = "'\"\\;&|<>$*?";

/** A word as it must be typed to come back the same. */
export function quoteWord(word: string): string {
  let plain = word.length > 0;
  for (let i = 0; i < word.length && plain; i++) {
    const code = word.charCodeAt(i);
    plain = code > SPACE && SIGNS.indexOf(String.fromCharCode(code)) < 0 && !(code == 35 && i == 0);
  }
  // a digit before > would name a descriptor, but a word is followed by a space
  return plain ? word : "'" + word.replaceAll("'", "'\\''") + "'";
}

/** The word with a backslash before each sign that means something. */
export function escapeWord(word: string): string {
  let text = "";
  for (let i = 0; i < word.length; i++) {
    const code = word.charCodeAt(i);
    if (code <= SPACE || SIGNS.indexOf(String.fromCharCode(code)) >= 0 || (code == 35 && i == 0)) text += "\\";
    text += String.fromCharCode(code);
  }
  return text;
}
