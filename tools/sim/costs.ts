// What things cost on the virtual clock of a fast replay, in ns (1 instruction = 1 ns): measured in the booted kernel, see docs/episodes.md.

/** Where 0 is a cost, it is part of another one. */
export interface Costs {
  faultNs: number;
  syscallNs: number;
  stepNs: number;
  /** writing a page that is there */
  touchNs: number;
  /** filling a new page, were all of it random */
  fillNs: number;
  /** packing a page for the compressed pool, and bringing one back */
  compressNs: number;
  restoreNs: number;
  /** a decision of the memory policy */
  decideNs: number;
  /** giving back a page of a process that lives */
  unmapNs: number;
  /** what a program does beside each fault on a page of its own, until it begins with its first operation */
  ownNs: number;
  /**
   * In the order of the machine: a new page is filled after its fault, in whole words, and the timer may fire meanwhile; waits end on the
   * nanosecond. Else a page is filled before, in one piece, and of two waits until the same time one may end a nanosecond later.
   */
  exact: boolean;
}

/** What evaluations are replayed with. It stays as it is: other costs are other replays, and the test ranges are judged once. */
export const BOOTED_COSTS: Costs = {
  faultNs: 2260,
  syscallNs: 900,
  stepNs: 100_000,
  touchNs: 6,
  fillNs: 9180,
  compressNs: 9_000,
  restoreNs: 4_000,
  decideNs: 0,
  unmapNs: 0,
  ownNs: 0,
  exact: false,
};

/**
 * Measured again, closer, for a replay that is held against the booted kernel: 18 ns a random word; 326 ns a page given back by a live process
 * (318 where they lie side by side); 117 µs a step that gives back 512 pages of a dead one; 7 µs a page of a program's own at its start.
 */
export const EXACT_COSTS: Costs = { ...BOOTED_COSTS, faultNs: 2270, fillNs: 9216, stepNs: 117_000, unmapNs: 326, ownNs: 4700, exact: true };

/** Nanoseconds to wait from one time to another. */
export function waitNs(costs: Costs, fromMs: number, toMs: number): number {
  return costs.exact ? Math.round(toMs * 1e6) - Math.round(fromMs * 1e6) : Math.ceil((toMs - fromMs) * 1e6);
}

const PAGE_WORDS = 512;

/** What filling a new page costs where a codec can save `compressPct` of it: as much less. The program `replay` writes whole words. */
export function fillNsOf(costs: Costs, compressPct: number): number {
  if (!costs.exact) return Math.round((costs.fillNs * (100 - compressPct)) / 100);
  return Math.round((costs.fillNs * Math.floor((PAGE_WORDS * (100 - Math.round(compressPct))) / 100)) / PAGE_WORDS);
}
