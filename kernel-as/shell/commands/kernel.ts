// Family "kernel": version, uptime, dmesg, trace, stats.
import {
  COUNTER_ROW_BYTES,
  COUNTER_ROW_NAME,
  CounterRow,
  HISTOGRAM_ROW_BUCKETS,
  HISTOGRAM_ROW_BYTES,
  HISTOGRAM_ROW_NAME,
  HistogramRow,
  SYSTEM_ROW_BYTES,
  SystemRow,
} from "../../abi/layouts";
import { ABI_HASH, Topic } from "../../abi/numbers";
import { Arguments } from "../arguments";
import { printLine, putByte } from "../console";
import { Json } from "../json";
import { done, fail, Labels, Table } from "../report";
import { queriedByte, queryBytes, queryOne, RowReader, textAt, u64At } from "../rows";
import { session } from "../session";
import { Command, Effect, flag, operand, option, register, Type } from "../table";
import { formatBytes, formatPpm, formatSpan } from "../units";
import { VERSION } from "../version";
import { registerTrace } from "./trace";

const BUCKETS: u32 = 40;
const FEATURES: string[] = ["NX", "SMEP", "SMAP", "XSAVE", "AVX2", "hypervisor"];
const LOADERS: string[] = ["hosted", "PVH", "Multiboot2", "Limine"];
const ENGINES: string[] = ["Fallback", "Aot", "Wasm3"];

export function registerKernel(): void {
  register(new Command("version", "kernel", Effect.Observe, "version, interface hash, processor, loader", version));
  register(new Command("uptime", "kernel", Effect.Observe, "time since the entry point, idle share, processes", uptime));
  register(new Command("dmesg", "kernel", Effect.Observe, "the kernel log", dmesg).offers(option("--tail", Type.Integer, "N", "only the last N lines").within(1, 100000)));
  registerTrace();
  register(
    new Command("stats", "kernel", Effect.Observe, "counters and histograms", stats)
      .takes(operand("PREFIX", Type.Text, "only names that begin so").optional(""))
      .offers(flag("--buckets", "print the buckets of each histogram too")),
  );
}

function names(list: string[], bits: u64): string {
  let text = "";
  for (let i = 0; i < list.length; i++) if ((bits >> (i as u64)) & 1) text += (text == "" ? "" : " ") + list[i];
  return text == "" ? "none" : text;
}

function nameOf(list: string[], index: u32): string {
  return index < (list.length as u32) ? list[index] : index.toString();
}

function version(given: Arguments): i32 {
  const row = queryOne(Topic.System, 0, SYSTEM_ROW_BYTES);
  if (row == 0) return fail(given, "the kernel does not answer");
  const system = changetype<SystemRow>(row);
  if (given.json) {
    new Json()
      .object()
      .string("name", "ganglion")
      .string("version", VERSION)
      .string("abiHash", "0x" + system.abiHash.toString(16))
      .string("shellAbiHash", "0x" + ABI_HASH.toString(16))
      .pair("features", system.features)
      .string("loader", nameOf(LOADERS, system.loader))
      .string("policyEngine", nameOf(ENGINES, system.policyEngine))
      .pair("seed", system.seed)
      .pair("tscHz", system.tscHz)
      .pair("ramBytes", system.ramBytes)
      .pair("imageBytes", system.imageBytes)
      .pair("initrdBytes", system.initrdBytes)
      .endObject()
      .end();
    return 0;
  }
  printLine("Ganglion " + VERSION + " x86-64, interface 0x" + system.abiHash.toString(16));
  new Labels()
    .add("Loader", nameOf(LOADERS, system.loader))
    .add("Processor", names(FEATURES, system.features) + ", TSC " + (system.tscHz / 1000000).toString() + " MHz")
    .add("Memory", formatBytes(system.ramBytes))
    .add("Image", formatBytes(system.imageBytes))
    .add("Initrd", system.initrdBytes > 0 ? formatBytes(system.initrdBytes) : "none")
    .add("Policy Engine", nameOf(ENGINES, system.policyEngine))
    .add("Seed", system.seed.toString())
    .print();
  return 0;
}

function uptime(given: Arguments): i32 {
  const row = queryOne(Topic.System, 0, SYSTEM_ROW_BYTES);
  if (row == 0) return fail(given, "the kernel does not answer");
  const system = changetype<SystemRow>(row);
  if (given.json) {
    new Json().object().pair("uptimeNs", system.uptimeNs).pair("idleNs", system.idleNs).pair("processes", system.processes).pair("switches", system.switches).endObject().end();
    return 0;
  }
  const idle: u64 = system.uptimeNs > 0 ? system.idleNs / (system.uptimeNs / 1000 + 1) : 0;
  printLine(
    "up " +
      formatSpan(system.uptimeNs) +
      ", idle " +
      (idle / 10).toString() +
      " %, " +
      system.processes.toString() +
      (system.processes == 1 ? " process, " : " processes, ") +
      system.switches.toString() +
      " context switches",
  );
  return 0;
}

// Reads the log twice where only its end is wanted: it is not kept.
function dmesg(given: Arguments): i32 {
  const tail = given.number("--tail", 0);
  const system = queryOne(Topic.System, 0, SYSTEM_ROW_BYTES);
  const oldest: u64 = system == 0 ? 0 : changetype<SystemRow>(system).logOldest;
  let skip: i64 = 0;
  if (tail > 0) {
    let lines: i64 = 0;
    let last: u8 = 10;
    let start = oldest;
    for (let n = queryBytes(Topic.Log, start); n > 0; n = queryBytes(Topic.Log, start)) {
      for (let i: u32 = 0; i < n; i++) {
        last = queriedByte(i);
        if (last == 10) lines++;
      }
      start += n;
    }
    if (last != 10) lines++;
    skip = lines > tail ? lines - tail : 0;
  }
  const json = new Json();
  if (given.json) json.object().key("lines").list();
  let text = "";
  let start = oldest;
  for (let n = queryBytes(Topic.Log, start); n > 0; n = queryBytes(Topic.Log, start)) {
    for (let i: u32 = 0; i < n; i++) {
      const byte = queriedByte(i);
      if (byte == 10) {
        if (skip > 0) skip--;
        else if (given.json) json.text(text);
        else putByte(10);
        text = "";
      } else if (skip == 0 && (byte >= 0x20 || byte == 9) && byte != 0x7f) {
        if (given.json) text += String.fromCharCode(byte < 0x80 ? byte : 0x3f);
        else {
          putByte(byte);
          text = ".";
        }
      }
    }
    start += n;
  }
  if (given.json) {
    if (text != "") json.text(text);
    json.endList().endObject().end();
  } else if (text != "") putByte(10);
  return 0;
}

function stats(given: Arguments): i32 {
  const prefix = given.text("PREFIX");
  return given.json ? statsJson(prefix) : statsText(given, prefix);
}

const OWN_NAMES: string[] = ["shell.lines", "shell.shed_bytes", "shell.dropped_bytes"];

function ownValue(index: i32): u64 {
  return index == 0 ? session.lines : index == 1 ? session.shedBytes : session.droppedBytes;
}

function statsJson(prefix: string): i32 {
  const json = new Json().object().key("counters").list();
  const counters = new RowReader(Topic.Counters, COUNTER_ROW_BYTES, 0, false);
  for (let row = counters.next(); row != 0; row = counters.next()) {
    const name = textAt(row + COUNTER_ROW_NAME, 32);
    if (name.startsWith(prefix)) json.object().string("name", name).pair("value", changetype<CounterRow>(row).value).endObject();
  }
  for (let i = 0; i < OWN_NAMES.length; i++) {
    if (OWN_NAMES[i].startsWith(prefix)) json.object().string("name", OWN_NAMES[i]).pair("value", ownValue(i)).endObject();
  }
  json.endList().key("histograms").list();
  const histograms = new RowReader(Topic.Histograms, HISTOGRAM_ROW_BYTES, 0, false);
  for (let row = histograms.next(); row != 0; row = histograms.next()) {
    const name = textAt(row + HISTOGRAM_ROW_NAME, 24);
    if (!name.startsWith(prefix)) continue;
    const histogram = changetype<HistogramRow>(row);
    json.object().string("name", name).pair("count", histogram.count).pair("sum", histogram.sum).pair("maximum", histogram.maximum).key("buckets").list();
    for (let i: u32 = 0; i < BUCKETS; i++) json.natural(u64At(row + HISTOGRAM_ROW_BUCKETS, i));
    json.endList().endObject();
  }
  json.endList().endObject().end();
  return 0;
}

/** Upper bound of the bucket in which the `ppm`-quantile lies. */
function quantile(row: usize, count: u64, ppm: u64): u64 {
  const wanted = (count * ppm + 999999) / 1000000;
  let seen: u64 = 0;
  for (let i: u32 = 0; i < BUCKETS; i++) {
    seen += u64At(row + HISTOGRAM_ROW_BUCKETS, i);
    if (seen >= wanted) return i == 0 ? 0 : ((1 as u64) << i) - 1;
  }
  return u64.MAX_VALUE;
}

function statsText(given: Arguments, prefix: string): i32 {
  const table = new Table(["COUNTER", ">VALUE"]);
  const counters = new RowReader(Topic.Counters, COUNTER_ROW_BYTES, 0, false);
  for (let row = counters.next(); row != 0; row = counters.next()) {
    const name = textAt(row + COUNTER_ROW_NAME, 32);
    if (name.startsWith(prefix)) table.add([name, changetype<CounterRow>(row).value.toString()]);
  }
  for (let i = 0; i < OWN_NAMES.length; i++) if (OWN_NAMES[i].startsWith(prefix)) table.add([OWN_NAMES[i], ownValue(i).toString()]);
  const spread = new Table(["HISTOGRAM", ">COUNT", ">MEAN", ">P50 <=", ">P99 <=", ">MAX"]);
  const buckets: string[] = [];
  const histograms = new RowReader(Topic.Histograms, HISTOGRAM_ROW_BYTES, 0, false);
  for (let row = histograms.next(); row != 0; row = histograms.next()) {
    const name = textAt(row + HISTOGRAM_ROW_NAME, 24);
    if (!name.startsWith(prefix)) continue;
    const h = changetype<HistogramRow>(row);
    const mean: u64 = h.count > 0 ? h.sum / h.count : 0;
    const p50 = h.count > 0 ? min(quantile(row, h.count, 500000), h.maximum) : 0;
    const p99 = h.count > 0 ? min(quantile(row, h.count, 990000), h.maximum) : 0;
    spread.add([name, h.count.toString(), mean.toString(), p50.toString(), p99.toString(), h.maximum.toString()]);
    for (let i: u32 = 0; i < BUCKETS; i++) {
      const n = u64At(row + HISTOGRAM_ROW_BUCKETS, i);
      if (n > 0) buckets.push(name + " < " + ((1 as u64) << i).toString() + ": " + n.toString() + " (" + formatPpm((n * 1000000) / h.count) + ")");
    }
  }
  if (table.count + spread.count == 0) return done(given, "nothing begins with " + prefix);
  if (table.count > 0) table.print();
  if (spread.count > 0) spread.print();
  if (given.has("--buckets")) for (let i = 0; i < buckets.length; i++) printLine(buckets[i]);
  return 0;
}
