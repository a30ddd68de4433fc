// Whether something happened that a waiting descriptor may have waited for. Not what it was: who waits looks again. Bottom of this
// folder.

let changed: bool = false;

/** A pipe, the console or a deadline changed. */
export function noteChange(): void {
  changed = true;
}

/** Whether there was a change since the last call. */
export function takeChange(): bool {
  const was = changed;
  changed = false;
  return was;
}
