// The program `stress`: takes, touches and gives back real frames after a pattern. Started by the shell's `stress`.
// Arguments: PATTERN RATE(bytes/s) SIZE(bytes, 0 no limit) SEED MILLISECONDS(0 for ever) INDEX
// Every page holds a value made of its number; a page that comes back different ends the worker with status 3: a moved frame was damaged.
// Everything after start() lives in raw memory, so that its frames are the pattern's alone.
import { ARGUMENT_BYTES, PAGE_BYTES } from "../../abi/numbers";
import * as sys from "../../abi/sys";
import { Rng, splitmix64 } from "../../lib/rng";
import "../abort";
import { allTouched, grow, heldPages, isFull, setUp, shrink, shrinkAlternating, verify } from "./pages";

const STATUS_USAGE: i32 = 2;
const STATUS_DAMAGED: i32 = 3;
/** time between two looks at the clock */
const TICK_NS: u64 = 10000000;
/** pages looked at in a tick while holding */
const VERIFIED: u32 = 16;

/** "stress: a page was damaged" and a line end */
const DAMAGED: StaticArray<u8> = StaticArray.fromArray<u8>([
  115, 116, 114, 101, 115, 115, 58, 32, 97, 32, 112, 97, 103, 101, 32, 119, 97, 115, 32, 100, 97, 109, 97, 103, 101, 100, 10,
]);

enum Pattern {
  Leak = 0,
  Burst = 1,
  Sawtooth = 2,
  Fragment = 3,
  Plateau = 4,
}

/** What a worker is doing. */
enum Phase {
  Grow = 0,
  Hold = 1,
  Rest = 2,
}

const rng = changetype<Rng>(memory.data(32, 8));
let pattern: Pattern = Pattern.Leak;
let pagesPerSecond: u64 = 0;
let limitPages: u32 = 0;
let endNs: u64 = u64.MAX_VALUE;
let phase: Phase = Phase.Grow;
let phaseBegan: u64 = 0;
let phaseEnds: u64 = 0;
let pagesAtBegin: u32 = 0;
let wanted: u32 = 0;
let begun: bool = false;
let usage: bool = false;

function toNumber(text: string): u64 {
  let value: u64 = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) usage = true;
    value = value * 10 + (digit as u64);
  }
  if (text.length == 0) usage = true;
  return value;
}

function words(): string[] {
  const buffer = new StaticArray<u8>(ARGUMENT_BYTES);
  const n = sys.arguments(changetype<usize>(buffer), ARGUMENT_BYTES);
  const text = String.UTF8.decodeUnsafe(changetype<usize>(buffer), min(max(n, 0), ARGUMENT_BYTES) as usize);
  return text.split("\0");
}

export function start(): void {
  const given = words();
  if (given.length < 7) {
    usage = true;
    return;
  }
  const names = ["leak", "burst", "sawtooth", "fragment", "plateau"];
  const at = names.indexOf(given[1]);
  if (at < 0) usage = true;
  pattern = at as Pattern;
  pagesPerSecond = max(toNumber(given[2]) / PAGE_BYTES, 1);
  limitPages = min(toNumber(given[3]) / PAGE_BYTES, u32.MAX_VALUE) as u32;
  if (limitPages == 0) limitPages = u32.MAX_VALUE;
  const milliseconds = toNumber(given[5]);
  if (milliseconds > 0) endNs = (sys.time_now() as u64) + milliseconds * 1000000;
  // the worker's index chooses its own stream
  rng.seed(splitmix64(toNumber(given[4])) + toNumber(given[6]));
}

export function step(): i32 {
  if (usage) {
    sys.exit(STATUS_USAGE);
    return 0;
  }
  const now = sys.time_now() as u64;
  if (!begun) {
    begun = true;
    setUp(rng.next());
    begin(Phase.Grow, now);
  }
  if (now >= endNs) return 0;
  tick(now);
  if (!verify(VERIFIED)) {
    sys.write(changetype<usize>(DAMAGED), DAMAGED.length as u32);
    sys.exit(STATUS_DAMAGED);
    return 0;
  }
  const left = endNs - now;
  sys.sleep(left < TICK_NS ? left : TICK_NS);
  return 1;
}

/** A random time between `leastNs` (below 2^32) and twice that. */
function around(leastNs: u64): u64 {
  return leastNs + rng.below(leastNs as u32);
}

function begin(next: Phase, now: u64): void {
  phase = next;
  phaseBegan = now;
  pagesAtBegin = heldPages();
  if (next == Phase.Grow) {
    // bursts and teeth reach 75 to 100 % of the size, so that no two are alike
    const varies = pattern == Pattern.Burst || pattern == Pattern.Sawtooth;
    wanted = varies && limitPages != u32.MAX_VALUE ? limitPages - rng.below(limitPages / 4 + 1) : limitPages;
  } else if (next == Phase.Hold) phaseEnds = pattern == Pattern.Burst ? now + around(500000000) : u64.MAX_VALUE;
  else phaseEnds = now + around(pattern == Pattern.Burst ? 1000000000 : 200000000);
}

function tick(now: u64): void {
  if (phase == Phase.Grow) {
    growTo(target(now));
    if (heldPages() >= wanted || isFull()) grown(now);
  } else if (now >= phaseEnds) {
    if (phase == Phase.Hold) {
      shrink(0);
      begin(Phase.Rest, now);
    } else begin(Phase.Grow, now);
  }
}

/** Pages that should be held by now. A burst takes ten times the rate. */
function target(now: u64): u32 {
  const rate = pattern == Pattern.Burst ? pagesPerSecond * 10 : pagesPerSecond;
  const ms = (now - phaseBegan) / 1000000 + 1;
  const pages = (pagesAtBegin as u64) + (rate * ms) / 1000 + 1;
  return min(pages, wanted as u64) as u32;
}

function growTo(pages: u32): void {
  while (heldPages() < pages && !isFull()) {
    grow(1);
    // workers take turns page by page, so that their frames lie between one another
    if (pattern == Pattern.Fragment) sys.yield_now();
  }
}

/** The size is reached. */
function grown(now: u64): void {
  switch (pattern) {
    case Pattern.Sawtooth:
      shrink(0);
      begin(Phase.Rest, now);
      break;
    case Pattern.Fragment:
      if (allTouched()) shrinkAlternating(rng.below(2));
      begin(Phase.Hold, now);
      break;
    default:
      begin(Phase.Hold, now);
  }
}
