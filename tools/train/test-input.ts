// The input of a memory policy as a made-up machine gives it, for the tests of the learned ones.
import { LAYOUT, MEMORY_PASTS, MEMORY_SAMPLES } from "../abi/index.js";

const SAMPLES_AT = LAYOUT.MemoryFeatures.bytes + MEMORY_PASTS * LAYOUT.MemoryPast.bytes;
export const MANAGED = 32_768;

/** A machine whose one program takes `pagesPerBeat` and reserves as it goes; `used` are in use now. */
export function steady(used: number, pagesPerBeat: number): Uint8Array {
  const input = new DataView(new ArrayBuffer(SAMPLES_AT + MEMORY_SAMPLES * LAYOUT.MemorySample.bytes));
  const head = LAYOUT.MemoryFeatures.fields;
  const past = LAYOUT.MemoryPast;
  const sample = LAYOUT.MemorySample;
  input.setUint32(head.count.offset, MEMORY_SAMPLES, true);
  input.setUint32(head.beatMs.offset, 100, true);
  input.setUint32(head.horizonMs.offset, 60_000, true);
  input.setUint32(head.pasts.offset, 20, true);
  input.setUint32(head.pastMs.offset, 1000, true);
  const held = (beatsAgo: number) => Math.max(Math.round(used - pagesPerBeat * beatsAgo), 2000);
  for (let i = 0; i < 20; i++) {
    const at = LAYOUT.MemoryFeatures.bytes + i * past.bytes;
    input.setUint32(at + past.fields.leastFreePages.offset, MANAGED - held((19 - i) * 10), true);
    input.setUint32(at + past.fields.mostFreePages.offset, MANAGED - held((19 - i) * 10 + 9), true);
    input.setUint32(at + past.fields.committedPages.offset, held((19 - i) * 10) + 300, true);
  }
  for (let i = 0; i < MEMORY_SAMPLES; i++) {
    const at = SAMPLES_AT + i * sample.bytes;
    const now = held(MEMORY_SAMPLES - 1 - i);
    const grown = now - held(MEMORY_SAMPLES + 9 - i);
    const put = (field: keyof typeof sample.fields, value: number) => input.setUint32(at + sample.fields[field].offset, value, true);
    input.setBigUint64(at + sample.fields.timeNs.offset, BigInt(i) * 100_000_000n, true);
    put("freePages", MANAGED - now);
    put("largestFreePages", Math.min(MANAGED - now, 1024));
    put("managedPages", MANAGED);
    put("processes", 4);
    put("userPages", now);
    put("committedPages", now + 300);
    if (grown > 0) for (const field of ["growthPages", "topGrowthPages", "reservingPages"] as const) put(field, grown);
    if (grown > 0) put("growers", 1);
    if (grown > 0) put("topRunMs", 10_000);
  }
  return new Uint8Array(input.buffer);
}

/** The same machine with most of its pages in a compressed pool: nothing in training was so. */
export function compressed(used: number, pagesPerBeat: number): Uint8Array {
  const input = steady(used, pagesPerBeat);
  const view = new DataView(input.buffer);
  for (let i = 0; i < MEMORY_SAMPLES; i++) view.setUint32(SAMPLES_AT + i * LAYOUT.MemorySample.bytes + LAYOUT.MemorySample.fields.compressedPages.offset, 30_000, true);
  return input;
}
