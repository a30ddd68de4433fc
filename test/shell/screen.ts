// One row of a terminal, as far as the line editor uses it: enough to see what a person would see.
/** What stands in the last row after the bytes, and where the cursor is. Throws on anything the editor should not send. */
export function lastRow(text: string): { row: string; cursor: number } {
  let cells: string[] = [];
  let cursor = 0;
  for (let at = 0; at < text.length; ) {
    if (text[at] === "\x1b") {
      const sequence = /^\[(\d*)([A-Za-z])/.exec(text.slice(at + 1));
      if (!sequence) throw new Error(`unknown sequence ${JSON.stringify(text.slice(at, at + 8))}`);
      at += 1 + sequence[0].length;
      if (sequence[2] === "K") cells.length = Math.min(cells.length, cursor);
      else if (sequence[2] === "C") cursor += Number(sequence[1] || 1);
      else if (sequence[2] === "H") cursor = 0;
      else if (sequence[2] === "J") cells = [];
      else throw new Error(`unknown sequence ${JSON.stringify(sequence[0])}`);
      continue;
    }
    const code = text.codePointAt(at) as number;
    const char = String.fromCodePoint(code);
    at += char.length;
    if (char === "\r") cursor = 0;
    else if (char === "\n") {
      cells = [];
      cursor = 0;
    } else if (char === "\b") cursor--;
    else if (code < 0x20 || code === 0x7f) throw new Error(`control byte ${code}`);
    else if (/\p{Mn}/u.test(char)) cells[cursor - 1] = (cells[cursor - 1] ?? "") + char;
    else {
      const wide = code >= 0x1100 && (code <= 0x115f || (code >= 0x2e80 && code <= 0xd7a3) || (code >= 0xff00 && code <= 0xff60) || code >= 0x1f300);
      cells[cursor++] = char;
      if (wide) cells[cursor++] = "";
    }
    if (cursor < 0 || cursor > 79) throw new Error(`the cursor is in column ${cursor}`);
  }
  return { row: Array.from(cells, (cell) => cell ?? " ").join(""), cursor };
}
