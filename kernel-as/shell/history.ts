// The last lines that were typed, oldest first. Not kept over a reboot.
const HISTORY_LINES: i32 = 100;

export const history: string[] = [];

/** Adds a line unless it is blank or the same as the one before. */
export function remember(line: string): void {
  if (line.trim() == "") return;
  if (history.length > 0 && history[history.length - 1] == line) return;
  history.push(line);
  if (history.length > HISTORY_LINES) history.shift();
}
