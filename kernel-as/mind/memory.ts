// Linear memory of the mind in whole pages: spans that are taken when a model is opened and given back when it is closed. Not a heap for small things:
// a span is a table, a cache, a scratch buffer. It grows memory itself, so a file that the kernel maps at the end of memory stays between the spans.
// AssemblyScript's own heap believes that all memory from its end on is its: a program that uses both must stay with that one within its initial pages.

const PAGE_BYTES: usize = 0x10000;
/** Spans at one time, free ones too. */
const SPANS: i32 = 96;
const SPAN_BYTES: usize = 12;

/** One span of linear memory. */
@unmanaged
class Span {
  at: usize;
  bytes: usize;
  used: u32;
}

const table: usize = memory.data(1152, 4);
if (SPANS * 12 !== 1152) ERROR("the table of spans is stale");
let spans: i32 = 0;

function span(index: i32): Span {
  return changetype<Span>(table + <usize>index * SPAN_BYTES);
}

function add(at: usize, bytes: usize, used: u32): void {
  const added = span(spans++);
  added.at = at;
  added.bytes = bytes;
  added.used = used;
}

/**
 * Memory of at least `bytes`, aligned to a page, as it was found: zero where it is new. 0 where there is none left.
 * The smallest free span that is large enough is used, else memory grows.
 */
export function take(bytes: usize): usize {
  if (bytes > 0xffff_0000 - PAGE_BYTES) return 0;
  const whole = max<usize>((bytes + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1), PAGE_BYTES);
  let best = -1;
  for (let i = 0; i < spans; i++) {
    const candidate = span(i);
    if (candidate.used === 0 && candidate.bytes >= whole && (best < 0 || candidate.bytes < span(best).bytes)) best = i;
  }
  if (best >= 0) {
    const found = span(best);
    if (found.bytes > whole && spans < SPANS) {
      add(found.at + whole, found.bytes - whole, 0);
      found.bytes = whole;
    }
    found.used = 1;
    return found.at;
  }
  if (spans === SPANS) return 0;
  const before = memory.grow(<i32>(whole / PAGE_BYTES));
  if (before < 0) return 0;
  add(<usize>before * PAGE_BYTES, whole, 1);
  return <usize>before * PAGE_BYTES;
}

/** Gives back what `take` gave; 0 is nothing. Its neighbours join it where they are free. */
export function give(at: usize): void {
  if (at === 0) return;
  for (let i = 0; i < spans; i++) {
    if (span(i).at !== at || span(i).used === 0) continue;
    span(i).used = 0;
    join();
    return;
  }
  assert(false, "given back what was not taken");
}

function join(): void {
  for (let i = 0; i < spans; i++) {
    for (let j = 0; j < spans; j++) {
      const first = span(i);
      const second = span(j);
      if (first.used !== 0 || second.used !== 0 || first.at + first.bytes !== second.at) continue;
      first.bytes += second.bytes;
      const last = span(--spans);
      second.at = last.at;
      second.bytes = last.bytes;
      second.used = last.used;
      i = -1; // from the beginning: they may meet others now
      break;
    }
  }
}

/** Tells of each span that nobody uses. */
export function eachFree(told: (at: usize, bytes: usize) => void): void {
  for (let i = 0; i < spans; i++) if (span(i).used === 0) told(span(i).at, span(i).bytes);
}

/** Bytes that are taken and not given back. */
export function taken(): usize {
  let sum: usize = 0;
  for (let i = 0; i < spans; i++) if (span(i).used !== 0) sum += span(i).bytes;
  return sum;
}
