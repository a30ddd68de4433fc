// Specs of the guard over weights: good, bad and harmless changes among noise.
import { Rng } from "../../lib/rng";
import { room, spec } from "../../spec/harness";
import { GUARD_LEAST_WINDOWS, GUARD_MOST_WINDOWS, GUARD_WINDOW } from "../limits";
import { guardBeforeMilli, guardCommit, guardEnd, guardJudged, guardOnTrial, guardRequest, guardReset, guardSinceMilli, log2Milli, Verdict } from "./guard";

const LEAST: u32 = GUARD_LEAST_WINDOWS * GUARD_WINDOW;
const MOST: u32 = GUARD_MOST_WINDOWS * GUARD_WINDOW;
const SERVICE_NS: u64 = 3_000_000;
let rng: Rng = changetype<Rng>(0);
/** How much of a request's noise the next one has, of 1000: waits in one queue are alike. */
let likeness: i32 = 0;
let noise: i32 = 0;

function begin(seed: u64): void {
  rng = changetype<Rng>(room(32));
  rng.seed(seed);
  likeness = 0;
  noise = 0;
  guardReset();
}

// Noise of about one doubling (standard deviation), in thousandths: six uniform numbers.
function fresh(): i32 {
  let sum: i32 = 0;
  for (let i = 0; i < 6; i++) sum += <i32>rng.below(1415) - 707;
  return sum;
}

// A request whose slowdown is 2^(level ÷ 1000) on average.
function request(level: i32): Verdict {
  noise = (noise * likeness) / 1000 + fresh();
  const milli = max<i32>(level + noise, 0);
  // 2^x by its whole part, and linear in between: the guard only sees that slowdowns differ.
  const whole = SERVICE_NS << (<u64>(milli / 1000));
  return guardRequest(whole + (whole * <u64>(milli % 1000)) / 1000, SERVICE_NS);
}

function settle(level: i32): void {
  for (let i: u32 = 0; i < MOST; i++) assert(request(level) == Verdict.None, "without a trial there is nothing to decide");
}

// How a trial ends whose requests have this level; and after how many.
let ended: u32 = 0;
function tried(level: i32): Verdict {
  guardCommit();
  for (ended = 1; ended <= MOST; ended++) {
    const verdict = request(level);
    if (verdict != Verdict.None) return verdict;
  }
  return Verdict.None;
}

export function guardSpecs(): void {
  spec("kernel/sched/guard/logarithm", () => {
    assert(log2Milli(0) == 0 && log2Milli(1) == 0 && log2Milli(2) == 1000 && log2Milli(1 << 40) == 40_000, "powers of two");
    assert(log2Milli(3) >= 1583 && log2Milli(3) <= 1585, "log2 3 is 1.58496");
    assert(log2Milli(1_000_000) >= 19_929 && log2Milli(1_000_000) <= 19_932, "log2 of a million is 19.93157");
    assert(log2Milli(u64.MAX_VALUE) >= 63_997 && log2Milli(u64.MAX_VALUE) <= 64_000, "the greatest");
  });

  spec("kernel/sched/guard/bad-weights-go-back-early", () => {
    for (let seed: u64 = 1; seed <= 50; seed++) {
      begin(seed);
      settle(2000);
      assert(tried(3000) == Verdict.Rollback && ended == LEAST, "twice as slow: at the first look");
      assert(!guardOnTrial(), "the trial is over");
      // What was before still holds: the same weights again go back again.
      assert(guardBeforeMilli() > 1800 && guardBeforeMilli() < 2200, "the requests of the bad weights are not remembered");
      assert(tried(3000) == Verdict.Rollback, "and again");
    }
  });

  spec("kernel/sched/guard/good-weights-become-the-measure", () => {
    for (let seed: u64 = 1; seed <= 50; seed++) {
      begin(seed);
      settle(3000);
      assert(tried(2000) == Verdict.Keep && ended == MOST, "half as slow: kept once all windows are full");
      assert(guardBeforeMilli() < 2300, "and what is compared with from now on");
      assert(tried(3000) == Verdict.Rollback, "as slow as at first is worse now");
    }
  });

  spec("kernel/sched/guard/harmless-changes-stay", () => {
    let kept = 0;
    let keptAlike = 0;
    for (let seed: u64 = 1; seed <= 200; seed++) {
      begin(seed);
      settle(2000);
      if (tried(2000) == Verdict.Keep) kept++;
      begin(seed);
      likeness = 800;
      settle(4000);
      if (tried(4000) == Verdict.Keep) keptAlike++;
    }
    assert(kept >= 190, "noise alone takes back one in twenty at most");
    assert(keptAlike >= 180, "noise that goes on from request to request one in ten at most");
  });

  spec("kernel/sched/guard/one-long-wait-does-not-decide", () => {
    begin(1);
    settle(2000);
    guardCommit();
    for (let i: u32 = 1; i < MOST; i++) {
      const verdict = i % 40 == 0 ? guardRequest(SERVICE_NS * 20_000, SERVICE_NS) : request(1700);
      assert(verdict == Verdict.None, "a few very long waits among many short ones");
    }
    assert(request(1700) == Verdict.Keep, "kept");
  });

  spec("kernel/sched/guard/too-little-to-compare-with", () => {
    begin(1);
    assert(tried(9000) == Verdict.Keep && ended == MOST, "nothing was measured before: it cannot be worse");
    begin(1);
    for (let i = 0; i < 60; i++) request(2000);
    assert(tried(9000) == Verdict.Keep, "two windows are too few");
    assert(tried(9000) != Verdict.Rollback, "the same again");
    begin(1);
    for (let i = 0; i < 100; i++) request(2000);
    assert(tried(9000) == Verdict.Rollback, "four suffice for what is so much worse");
  });

  spec("kernel/sched/guard/what-it-tells", () => {
    begin(1);
    assert(guardBeforeMilli() == 0 && guardJudged() == 0 && !guardOnTrial(), "nothing yet");
    settle(2000);
    guardCommit();
    for (let i = 0; i < 60; i++) request(2500);
    assert(guardOnTrial() && guardJudged() == 60, "sixty so far");
    assert(guardSinceMilli() > guardBeforeMilli(), "slower so far");
    guardEnd();
    assert(!guardOnTrial() && guardSinceMilli() == guardBeforeMilli(), "given up");
    assert(guardRequest(0, 0) == Verdict.None && guardRequest(5, 0) == Verdict.None && guardRequest(u64.MAX_VALUE, 0) == Verdict.None, "no numbers break it");
    guardReset();
    assert(guardBeforeMilli() == 0 && guardJudged() == 0, "forgotten");
  });
}
