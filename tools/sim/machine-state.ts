// The machine that kernel.wasm sees when it runs under V8: frames, address spaces, contexts, a console, a clock.
// Not the booted machine: no processor, no ring 3. A process is a script that makes system calls and touches pages.
import { PAGE_BYTES, Prot, Status } from "../abi/index.js";

export interface Mapping {
  pfn: number;
  prot: number;
  /** As the processor's bits: set by a touch or a copy, cleared by space_age. */
  accessed: boolean;
  dirty: boolean;
}

/** space_lookup's answer. */
export function lookupAnswer(mapping: Mapping): bigint {
  return BigInt(mapping.pfn) | (mapping.accessed ? 1n << 40n : 0n) | (mapping.dirty ? 1n << 41n : 0n) | (mapping.prot === Prot.Write ? 1n << 42n : 0n);
}

/** One address space: page number → mapping. Tables are counted as the real ones would be: one per 2 MiB, 1 GiB, 512 GiB touched. */
export class Space {
  readonly pages = new Map<number, Mapping>();
  private readonly tables = new Set<string>();

  /** Table frames that mapping this page would take from the pool. */
  tablesFor(page: number): string[] {
    const wanted = [`1:${Math.floor(page / 512)}`, `2:${Math.floor(page / 512 ** 2)}`, `3:${Math.floor(page / 512 ** 3)}`];
    return wanted.filter((table) => !this.tables.has(table));
  }

  addTables(tables: string[]): void {
    for (const table of tables) this.tables.add(table);
  }

  get tableCount(): number {
    return this.tables.size + 1;
  }
}

/** Where the initrd lies in physical memory: behind all RAM. */
export const INITRD_PFN = 1 << 24;

/** Physical memory of `frames` frames, allocated on first write; and the initrd's, which can only be seen. */
export class Frames {
  private readonly frames = new Map<number, Uint8Array>();

  constructor(
    readonly count: number,
    private readonly initrd: Uint8Array = new Uint8Array(),
  ) {}

  /** Whether a frame is the initrd's. */
  ofInitrd(pfn: number): boolean {
    return pfn >= INITRD_PFN && (pfn - INITRD_PFN) * PAGE_BYTES < this.initrd.length;
  }

  valid(pfn: number, count = 1): boolean {
    return pfn >= 0 && count >= 0 && pfn + count <= this.count;
  }

  at(pfn: number): Uint8Array {
    let frame = this.frames.get(pfn);
    if (!frame) {
      frame = new Uint8Array(PAGE_BYTES);
      if (pfn >= INITRD_PFN) {
        const at = (pfn - INITRD_PFN) * PAGE_BYTES;
        frame.set(this.initrd.subarray(at, at + PAGE_BYTES));
      }
      this.frames.set(pfn, frame);
    }
    return frame;
  }

  zero(pfn: number): void {
    this.frames.delete(pfn);
  }
}

/** Status as the i32 that wasm sees. */
export const { Ok, Range, NotFound, NoMemory, Exists, Fault, Unsupported } = Status;
