// The table of specs. A spec is a function that returns when all is well and trips an assert when not; the assert's message
// and place are printed by the program's abort. Not a framework: no fixtures, no matchers, one spec a process.

/** A spec's body. */
export type Body = () => void;

const names: string[] = [];
const bodies: Body[] = [];

/** Enter a spec: folder/subject/what-holds, without spaces. */
export function spec(name: string, body: Body): void {
  names.push(name);
  bodies.push(body);
}

export function specCount(): i32 {
  return names.length;
}

export function specName(index: i32): string {
  return names[index];
}

export function runSpec(index: i32): void {
  bodies[index]();
}

/** Zeroed memory for a spec; never given back, as the process ends with the spec. */
export function room(bytes: usize): usize {
  const at = (heap.alloc(bytes + 16) + 15) & ~15;
  memory.fill(at, 0, bytes);
  return at;
}

/** A text of ASCII as bytes, NUL ended. */
export function ascii(text: string): usize {
  const at = room(<usize>text.length + 1);
  for (let i = 0; i < text.length; i++) store<u8>(at + i, <u8>text.charCodeAt(i));
  return at;
}

/** Bytes as a text. */
export function textOf(at: usize, count: usize): string {
  return String.UTF8.decodeUnsafe(at, count);
}
