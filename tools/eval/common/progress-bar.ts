// A bar of characters for Progress.step.
const CELLS = 30;

export function bar(done: number, of: number): string {
  const full = Math.round((CELLS * done) / Math.max(of, 1));
  return `[${"#".repeat(full)}${"-".repeat(CELLS - full)}] ${done}/${of}`;
}
