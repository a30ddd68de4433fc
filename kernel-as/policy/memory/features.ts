// What the learned policy looks at: the window and the longer history as FEATURES bounded numbers at several time scales. One code
// for training and for the kernel: the trainer reads these very numbers out of this module. Pure; + − × ÷, sqrt and comparisons only,
// so that every engine gives the same bits. Reads the input buffer of exports.ts. No names of programs are to be had.
import { features, past, sample } from "./exports";
import { findPastTurns, PastTurns } from "./past";
import { least, most } from "./ramp";

/** How many numbers there are; models/manifest.json has the same. */
export const FEATURES: i32 = 76;
const BYTES: i32 = 304;
if (FEATURES * 4 != BYTES) ERROR("BYTES is stale");

const VECTOR: usize = memory.data(304, 16);
const TURNS: PastTurns = changetype<PastTurns>(memory.data(48, 8));
/** Growth is held against what is free in this many seconds; envelopes of the longer history in twice as many. */
const SOON: f64 = 10.0;
const LATER: f64 = 20.0;

let filled: i32 = 0;
/** Growth of the last five and ten seconds, of all and of those that promises allow to go on; knee leaves it for nearness. */
let grownFive: f64 = 0.0;
let countedFive: f64 = 0.0;
let countedTen: f64 = 0.0;

function put(value: f64): void {
  // A number that is none, or out of all bounds, is 0: the network never sees one.
  const kept = value >= -1.0 && value <= 1.0 ? value : value > 1.0 ? 1.0 : value < -1.0 ? -1.0 : 0.0;
  store<f32>(VECTOR + ((<usize>filled) << 2), <f32>kept);
  filled++;
}

/** a ÷ (a + b) for a ≥ 0 and b ≥ 0; 0 where a is not positive. */
function share(a: f64, b: f64): f64 {
  if (!(a > 0.0)) return 0.0;
  return a / (a + most(b, 0.0));
}

function seconds(from: i32, to: i32): f64 {
  const ns = <i64>(sample(to).timeNs - sample(from).timeNs);
  return least(most(<f64>ns * 1e-9, 0.001), 3600.0);
}

function free(index: i32): f64 {
  return <f64>sample(index).freePages;
}

/** Pages per second that went from row `from` to row `to`. */
function rate(from: i32, to: i32): f64 {
  return from >= to ? 0.0 : (free(from) - free(to)) / seconds(from, to);
}

/** What still goes if each span takes as much less than the one before as the newer of two took less than the older. */
function geometricRest(older: f64, newer: f64): f64 {
  if (!(newer > 0.0)) return 0.0;
  if (newer >= older) return 1e12;
  return (newer * newer) / (older - newer);
}

/** The features of the window: FEATURES f32 at the address returned. Needs at least two rows. */
export function extractFeatures(rows: i32): usize {
  filled = 0;
  const newest = rows - 1;
  const now = sample(newest);
  const managed = most(<f64>now.managedPages, 1.0);
  const left = least(<f64>now.freePages, managed);
  put(left / managed);
  put(sqrt(left / managed));
  put(share(left, 0.05 * managed));
  shortTerm(newest, left, managed);
  longTerm(left, managed);
  promises(newest, left, managed);
  put(<f64>now.fragmentationPpm * 1e-6);
  let failures: f64 = 0.0;
  for (let i = max(rows - 10, 0); i <= newest; i++) failures += <f64>sample(i).failures;
  put(share(failures, 2.0));
  put(<f64>now.pressurePpm * 1e-6);
  put(share(<f64>now.waitUs, 20_000.0));
  put(<f64>now.compressedPages / managed);
  nearness(newest, left, managed);
  return VECTOR;
}

// The window: up to ten seconds, a row a beat. 18 numbers.
function shortTerm(newest: i32, left: f64, managed: f64): void {
  const r5 = rate(max(newest - 5, 0), newest);
  const r10 = rate(max(newest - 10, 0), newest);
  const r20 = rate(max(newest - 20, 0), newest);
  const r50 = rate(max(newest - 50, 0), newest);
  const r100 = rate(max(newest - 99, 0), newest);
  put(share(r5 * SOON, left));
  put(share(r10 * SOON, left));
  put(share(r20 * SOON, left));
  put(share(r50 * SOON, left));
  put(share(r100 * SOON, left));
  put(share(r5 * SOON, 0.1 * managed));
  put(share(r10 * SOON, 0.1 * managed));
  put(share(r20 * SOON, 0.1 * managed));
  put(share(r50 * SOON, 0.1 * managed));
  put(share(r100 * SOON, 0.1 * managed));
  put(share(r10, most(r50, 0.0)));
  put(share(r20, most(r100, 0.0)));
  const middle = max(newest - 50, 0);
  const older = most(rate(max(middle - 49, 0), middle), 0.0);
  const newer = most(r50, 0.0);
  put(share(newer, older));
  put(share(geometricRest(older * 5.0, newer * 5.0), left));
  put(straightness(max(newest - 50, 0), newest));
  put(straightness(max(newest - 99, 0), newest));
  quietAndBursts(newest, managed);
}

/** Net change ÷ the way that was gone: 1 a straight way down or up, 0 there and back. */
function straightness(first: i32, newest: i32): f64 {
  let way: f64 = 0.0;
  for (let i = first + 1; i <= newest; i++) way += abs(free(i) - free(i - 1));
  return way > 0.0 ? (free(first) - free(newest)) / way : 0.0;
}

function quietAndBursts(newest: i32, managed: f64): void {
  const first = max(newest - 99, 0);
  const step = most(managed * 0.0002, 1.0);
  let lowest = free(first);
  let lastStep = first;
  let biggest: f64 = 0.0;
  let gone: f64 = 0.0;
  for (let i = first + 1; i <= newest; i++) {
    if (free(i) <= lowest - step) {
      lowest = free(i);
      lastStep = i;
    }
    if (i >= first + 10 && (i - first) % 10 === 0) {
      const second = free(i - 10) - free(i);
      if (second > 0.0) gone += second;
      biggest = most(biggest, second);
    }
  }
  put(<f64>(newest - lastStep) * 0.01);
  put(share(biggest, gone - biggest));
}

// The longer history: up to two minutes, a row a second. 13 numbers.
function longTerm(left: f64, managed: f64): void {
  const pasts = <i32>features().pasts;
  envelope(pasts, 30, left);
  envelope(pasts, 60, left);
  envelope(pasts, 120, left);
  let older: f64 = 0.0;
  let newer: f64 = 0.0;
  if (pasts >= 12) {
    const half = min(pasts / 2, 20);
    const middle = <f64>past(pasts - 1 - half).leastFreePages;
    older = most(<f64>past(max(pasts - 1 - 2 * half, 0)).leastFreePages - middle, 0.0);
    newer = most(middle - <f64>past(pasts - 1).leastFreePages, 0.0);
  }
  put(share(geometricRest(older, newer), left));
  findPastTurns(pasts, managed, TURNS);
  put(share(TURNS.turns, 2.0));
  put(TURNS.deepest / managed);
  put((TURNS.peak - left) / managed);
  put(TURNS.turns > 0.0 ? (TURNS.peak - TURNS.deepest) / managed : 0.0);
  put(TURNS.turns > 0.0 ? (left - TURNS.low) / managed : 0.0);
  put(TURNS.lowest / managed);
}

/** How fast the lows and the highs of the last `span` rows come down: half against half. */
function envelope(pasts: i32, span: i32, left: f64): void {
  const used = min(pasts, span);
  if (used < 4) {
    put(0.0);
    put(0.0);
    return;
  }
  const first = pasts - used;
  const middle = first + used / 2;
  let lowBefore: f64 = 1e12;
  let highBefore: f64 = 0.0;
  for (let i = first; i < middle; i++) {
    lowBefore = least(lowBefore, <f64>past(i).leastFreePages);
    highBefore = most(highBefore, <f64>past(i).mostFreePages);
  }
  let low: f64 = 1e12;
  let high: f64 = 0.0;
  for (let i = middle; i < pasts; i++) {
    low = least(low, <f64>past(i).leastFreePages);
    high = most(high, <f64>past(i).mostFreePages);
  }
  const half = <f64>(used - used / 2) * 0.001 * most(<f64>features().pastMs, 1.0);
  put(share(((lowBefore - low) / half) * LATER, least(low, left)));
  put(share(((highBefore - high) / half) * LATER, left));
}

// What has been promised, and who grows. 30 numbers.
function promises(newest: i32, left: f64, managed: f64): void {
  const now = sample(newest);
  const committed = <f64>now.committedPages;
  const held = <f64>now.userPages + <f64>now.compressedPages;
  const grown = <f64>now.growthPages;
  put(share(committed, managed));
  put(share(committed - held, left));
  put(share(<f64>now.headroomPages, left));
  put(share(<f64>now.topHeadroomPages, left));
  put(grown > 0.0 ? <f64>now.reservingPages / grown : 0.0);
  put(grown > 0.0 ? <f64>now.topGrowthPages / grown : 0.0);
  put(share(<f64>now.growers, 4.0));
  const run = <f64>now.topRunMs * 0.001;
  put(share(run, 10.0));
  put(share(<f64>now.processes, 8.0));
  put(share(committed - <f64>sample(max(newest - 99, 0)).committedPages, left));
  const pasts = <i32>features().pasts;
  put(pasts > 0 ? share(committed - <f64>past(max(pasts - 60, 0)).committedPages, left) : 0.0);
  put(share(most(rate(max(newest - 50, 0), newest), 0.0) * run, left));
  // What would be left if every promise were kept; and memory runs out only where growth goes on and promises allow it.
  const spare = left - most(committed - held, 0.0);
  put(spare / managed);
  put((10.0 * spare) / managed);
  put(share(<f64>now.reservingPages * SOON, left));
  both(newest, 10, left, spare, committed);
  both(newest, 20, left, spare, committed);
  both(newest, 50, left, spare, committed);
  both(newest, 99, left, spare, committed);
  knee(newest, left, spare);
}

/**
 * Whether less is left than was taken in the last seconds, in fine steps around the point where it is as much: of all growth, and of the
 * growth that promises allow to go on.
 */
function knee(newest: i32, left: f64, spare: f64): void {
  const r10 = most(rate(max(newest - 10, 0), newest), 0.0);
  const five = most(free(max(newest - 50, 0)) - free(newest), 0.0);
  const ten = most(free(max(newest - 99, 0)) - free(newest), 0.0);
  // A sample's reservingPages is of one second: these are the last five, and ten.
  let allowed: f64 = 0.0;
  let allowedTen: f64 = 0.0;
  for (let i = 0; i < 10; i++) {
    const row = newest - 10 * i;
    if (row < 0) break;
    const pages = <f64>sample(row).reservingPages;
    if (i < 5) allowed += pages;
    allowedTen += pages;
  }
  const counted = spare > 0.0 ? least(five, allowed) : five;
  grownFive = five;
  countedFive = counted;
  countedTen = spare > 0.0 ? least(ten, allowedTen) : ten;
  put(balance(r10 * 5.0, left));
  put(balance(five, left));
  put(balance(counted, left));
  put(2.0 * balance(counted, left));
  put(balance(countedTen, left));
  put(share(r10 * 5.0, counted));
  put(share(most(rate(max(newest - 20, 0), newest), 0.0) * 5.0, counted));
}

/** What is taken in five seconds ÷ what is left, by several measures of growth, in steps fine enough around the point where an alarm is due. 7 numbers. */
function nearness(newest: i32, left: f64, managed: f64): void {
  const last = most(rate(max(newest - 10, 0), newest), 0.0) * 5.0;
  const lastTwo = most(rate(max(newest - 20, 0), newest), 0.0) * 5.0;
  put(near(countedFive, left));
  put(near(grownFive, left));
  put(near(last, left));
  put(near(lastTwo, left));
  put(near(0.55 * countedTen, left));
  put((left - 0.05 * managed) / (0.05 * managed));
  put(2.0 * (ratio(lastTwo, left) - ratio(countedFive, left)));
}

/** taken ÷ left, 0 … 3. */
function ratio(taken: f64, left: f64): f64 {
  return least(taken / most(left, 1.0), 3.0);
}

/** −1 … 1: ±1 from 0.4 down and 1.2 up, 0 where four fifths of what is left are taken. */
function near(taken: f64, left: f64): f64 {
  return (ratio(taken, left) - 0.8) * 2.5;
}

/** −1 … 1: 0 where both are the same, ±1 from three times as much on. */
function balance(a: f64, b: f64): f64 {
  const sum = a + b;
  return sum > 0.0 ? (2.0 * (a - b)) / sum : 0.0;
}

/** Over the last `rows` rows: how soon the promises reach what there is, and the slower of that and the growth. */
function both(newest: i32, rows: i32, left: f64, spare: f64, committed: f64): void {
  const first = max(newest - rows, 0);
  const promised = first < newest ? (committed - <f64>sample(first).committedPages) / seconds(first, newest) : 0.0;
  const byPromise = spare > 0.0 ? share(promised * SOON, spare) : 1.0;
  put(byPromise);
  put(least(byPromise, share(rate(first, newest) * SOON, left)));
}
