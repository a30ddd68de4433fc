// Specs of the observation tables.
import { CounterRow, HistogramRow, TraceRing, TraceRow } from "../abi/layouts";
import { Status } from "../abi/numbers";
import { Arena } from "../lib/arena";
import { nameIsLiteral } from "../lib/bytes";
import { ascii, room, spec, textOf } from "../spec/harness";
import * as obs from "./index";

function arenaOf(bytes: u32): Arena {
  const arena = changetype<Arena>(room(offsetof<Arena>()));
  arena.init(room(bytes), bytes);
  return arena;
}

export function obsSpecs(): void {
  spec("obs/counters", () => {
    assert(obs.initCounters(arenaOf(10), 2) == Status.NoMemory && obs.addCounter("none") == Status.NoMemory, "no room");
    assert(obs.initCounters(arenaOf(200), 2) == Status.Ok && obs.counterCount() == 0, "room for two");
    assert(obs.addCounter("frees") == 0 && obs.addCounter("faults") == 1 && obs.addCounter("third") == Status.NoMemory, "no third");
    obs.count(1, 5);
    obs.count(1, 2);
    obs.count(7, 1);
    assert(obs.counted(0) == 0 && obs.counted(1) == 7 && obs.counted(7) == 0, "counted");
    const out = room(200);
    assert(obs.readCounters(0, out, 200) == 80 && obs.readCounters(1, out, 79) == 40 && obs.readCounters(2, out, 200) == 0, "whole rows");
    const row = changetype<CounterRow>(out);
    assert(nameIsLiteral(out, 32, "faults") && row.value == 7, "row 1 was read last");
  });

  spec("obs/histograms", () => {
    assert(obs.initHistograms(arenaOf(368), 1) == Status.Ok && obs.addHistogram("wait-ns") == 0, "one");
    for (let i: u64 = 1; i <= 100; i++) obs.observe(0, i);
    obs.observe(9, 1);
    const out = room(368);
    assert(obs.readHistograms(0, out, 368) == 368, "read");
    const row = changetype<HistogramRow>(out);
    assert(row.count == 100 && row.sum == 5050 && row.maximum == 100 && row.buckets1 == 1 && row.buckets7 == 37, "count, sum, maximum, buckets");
    assert(obs.quantile(0, 500_000) == 63 && obs.quantile(0, 1_000_000) == 100 && obs.quantile(3, 1) == 0, "quantiles, never above the maximum");
  });

  spec("obs/trace-ring", () => {
    assert(obs.initTrace(arenaOf(1000), 12) == Status.Invalid && obs.initTrace(arenaOf(100), 16) == Status.NoMemory, "refusals");
    assert(obs.initTrace(arenaOf(16 + 8 * 40), 8) == Status.Ok, "eight rows");
    const ring = changetype<TraceRing>(obs.traceRing());
    assert(ring.capacity == 8 && ring.sequence == 0 && obs.traceOldest() == 0, "empty");
    for (let i: u64 = 0; i < 20; i++) obs.traceAt(i * 10, 3, 1, i, i + 1);
    assert(ring.sequence == 20 && obs.traceSequence() == 20 && obs.traceOldest() == 12 && obs.traceOverwritten() == 12, "the last eight");
    const inPlace = changetype<TraceRow>(obs.traceRing() + 16 + 40 * 5);
    assert(inPlace.sequence == 13, "row i lies at sequence modulo capacity");
    const out = room(400);
    assert(obs.readTrace(0, out, 400) == 320, "from a row that is gone");
    for (let i: u32 = 0; i < 8; i++) {
      const row = changetype<TraceRow>(out + i * 40);
      assert(row.sequence == 12 + i && row.timeNs == row.sequence * 10 && row.a == row.sequence && row.b == row.a + 1 && row.event == 3 && row.pid == 1, "each row whole");
    }
    assert(obs.readTrace(18, out, 79) == 40 && obs.readTrace(20, out, 400) == 0, "cursor");
    obs.clearTrace();
    assert(obs.readTrace(0, out, 400) == 0 && obs.traceSequence() == 20, "cleared, numbers go on");
    obs.traceAt(1, 2, 3, 4, 5);
    assert(obs.readTrace(0, out, 400) == 40 && changetype<TraceRow>(out).sequence == 20, "the next row");
  });

  spec("obs/log-ring", () => {
    assert(obs.initLog(arenaOf(64), 63) == Status.Invalid && obs.initLog(arenaOf(8), 64) == Status.NoMemory && obs.initLog(arenaOf(16), 16) == Status.Ok, "16 bytes");
    const out = room(64);
    obs.logWrite(ascii("one\ntwo\n"), 8);
    assert(obs.readLog(0, out, 64) == 8 && textOf(out, 8) == "one\ntwo\n" && obs.readLog(4, out, 2) == 2 && textOf(out, 2) == "tw", "by offset");
    assert(obs.readLog(8, out, 64) == 0 && obs.readLog(9, out, 64) == 0, "at the end, and past it");
    obs.logWrite(ascii("three\nfour\n"), 11);
    assert(obs.logEnd() == 19 && obs.logOldest() == 3, "three bytes are lost");
    assert(obs.readLog(0, out, 64) == 15 && textOf(out, 15) == "two\nthree\nfour\n", "from the first whole line");
    obs.logWrite(ascii("a text that is longer than all of the ring\n"), 43);
    assert(obs.logEnd() == 62 && obs.readLog(46, out, 64) == 16 && textOf(out, 16) == "all of the ring\n", "the last of a long text");
    assert(obs.readLog(0, out, 64) == 0, "no whole line is left");
  });
}
