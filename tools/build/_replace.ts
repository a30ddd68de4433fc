// One asserted text replacement, for steps that patch third-party text at build time.

export class PatchError extends Error {
  readonly code = "PATCH_MISMATCH";
}

/** Replace the only occurrence of `from`. Throws PatchError where it occurs never or more than once. */
export function replaceOnce(text: string, from: string, to: string, what: string): string {
  const first = text.indexOf(from);
  const count = first < 0 ? 0 : text.split(from).length - 1;
  if (count !== 1) throw new PatchError(`patch "${what}": expected its text once, found it ${count} times; the patched package changed: read it anew and update the patch`);
  return text.slice(0, first) + to + text.slice(first + from.length);
}
