// Family "memory": free, memctl.
import { COMPACT_RESULT_BYTES, CompactResult, MEMORY_ROW_BYTES, MemoryRow, ORDER_ROW_BYTES, OrderRow } from "../../abi/layouts";
import { Control, Status, Topic } from "../../abi/numbers";
import * as sys from "../../abi/sys";
import { Arguments } from "../arguments";
import { flush, printLine } from "../console";
import { Json } from "../json";
import { complain, done, fail, failStatus, Labels, statusText, Table } from "../report";
import { emptyRow, queryOne, RowReader } from "../rows";
import { cancel, STATUS_FAILED } from "../session";
import { action, Command, Effect, flag, operand, option, register, Type } from "../table";
import { formatPages, formatPpm, formatSpan } from "../units";
import { withReclaim } from "./reclaim";

/** the machine's own may be less: the kernel says so */
const MAXIMUM_ORDER: i64 = 10;
const MAXIMUM_FRAMES: i64 = 1 << 24;
const NO_ANSWER = "the kernel does not answer";

export function registerMemory(): void {
  register(
    new Command("free", "memory", Effect.Observe, "memory in short", free)
      .offers(flag("--human", "sizes with units (they always have them)"))
      .offers(flag("-h", "the same").byHand()),
  );
  register(
    withReclaim(
      new Command("memctl", "memory", Effect.Observe, "physical memory: see, compact, test", null)
        .with(action("status", Effect.Observe, "frames by use, failures, compactions", status))
        .with(action("orders", Effect.Observe, "free blocks of the buddy allocator by order and zone", orders))
        .with(
          action("compact", Effect.Adjust, "move pages together until a larger block is free", compact).offers(
            option("--order", Type.Integer, "N", "order wanted: a block of 2^N pages").within(0, MAXIMUM_ORDER).optional("one above the largest free block"),
          ),
        )
        .with(
          action("hold", Effect.Adjust, "test aid: take N more unmovable frames; 0 gives all back", hold)
            .takes(operand("N", Type.Integer, "frames").within(0, MAXIMUM_FRAMES))
            .byHand(),
        )
        .with(
          action("try-order", Effect.Observe, "test aid: allocate and free one movable block of 2^N pages", tryOrder)
            .takes(operand("N", Type.Integer, "order").within(0, MAXIMUM_ORDER))
            .byHand(),
        )
        .with(action("check", Effect.Observe, "verify the accounting of every frame", check)),
    ),
  );
}

function memoryRow(): MemoryRow | null {
  const row = queryOne(Topic.Memory, 0, MEMORY_ROW_BYTES);
  return row == 0 ? null : changetype<MemoryRow>(row);
}

function memoryJson(m: MemoryRow): void {
  new Json()
    .object()
    .pair("totalPages", m.totalPages)
    .pair("managedPages", m.managedPages)
    .pair("freePages", m.freePages)
    .pair("userPages", m.userPages)
    .pair("tablePages", m.tablePages)
    .pair("kernelPages", m.kernelPages)
    .pair("filePages", m.filePages)
    .pair("movablePages", m.movablePages)
    .pair("largestFreePages", m.largestFreePages)
    .pair("allocations", m.allocations)
    .pair("frees", m.frees)
    .pair("failures", m.failures)
    .pair("outOfMemory", m.outOfMemory)
    .pair("compactions", m.compactions)
    .pair("pagesMoved", m.pagesMoved)
    .pair("filePages", m.filePages)
    .pair("poolPages", m.poolPages)
    .pair("compressedPages", m.compressedPages)
    .pair("offeredPages", m.offeredPages)
    .pair("fragmentationPpm", m.fragmentationPpm)
    .pair("junkFill", m.junkFill)
    .endObject()
    .end();
}

function free(given: Arguments): i32 {
  const m = memoryRow();
  if (!m) return fail(given, NO_ANSWER);
  if (given.json) {
    memoryJson(m);
    return 0;
  }
  const table = new Table(["", ">total", ">used", ">free", ">user", ">kernel", ">files", ">largest"]);
  const used = m.managedPages - m.freePages;
  table.add([
    "Mem:",
    formatPages(m.managedPages),
    formatPages(used),
    formatPages(m.freePages),
    formatPages(m.userPages),
    formatPages(m.tablePages + m.kernelPages + m.poolPages),
    formatPages(m.filePages),
    formatPages(m.largestFreePages),
  ]);
  table.print();
  return 0;
}

function pages(count: u64): string {
  return count.toString() + " (" + formatPages(count) + ")";
}

function status(given: Arguments): i32 {
  const m = memoryRow();
  if (!m) return fail(given, NO_ANSWER);
  if (given.json) {
    memoryJson(m);
    return 0;
  }
  new Labels()
    .add("Total Pages", pages(m.totalPages))
    .add("Managed Pages", pages(m.managedPages))
    .add("Free Pages", pages(m.freePages))
    .add("User Pages", pages(m.userPages))
    .add("Table Pages", pages(m.tablePages))
    .add("Kernel Pages", pages(m.kernelPages))
    .add("File Pages", pages(m.filePages))
    .add("Pool Pages", pages(m.poolPages) + ", " + pages(m.compressedPages) + " of processes compressed in it")
    .add("Offered Pages", pages(m.offeredPages))
    .add("Movable Pages", pages(m.movablePages))
    .add("Largest Free Block", pages(m.largestFreePages))
    .add("Fragmentation", formatPpm(m.fragmentationPpm))
    .add("Allocations", m.allocations.toString())
    .add("Frees", m.frees.toString())
    .add("Failures", m.failures.toString())
    .add("Out of Memory", m.outOfMemory.toString() + (m.outOfMemory == 1 ? " process killed" : " processes killed"))
    .add("Compactions", m.compactions.toString() + ", " + m.pagesMoved.toString() + " pages moved")
    .add("Junk Fill", m.junkFill != 0 ? "on" : "off")
    .print();
  return 0;
}

function zoneName(zone: u32): string {
  return zone == 0 ? "unmovable" : zone == 1 ? "movable" : zone.toString();
}

function orders(given: Arguments): i32 {
  const rows = new RowReader(Topic.Orders, ORDER_ROW_BYTES, 0, false);
  const table = new Table(["ZONE", ">ORDER", ">BLOCK", ">FREE BLOCKS", ">FREE", ">FAILURES"]);
  const json = new Json();
  if (given.json) json.object().key("orders").list();
  for (let row = rows.next(); row != 0; row = rows.next()) {
    const o = changetype<OrderRow>(row);
    if (given.json) {
      json.object().pair("zone", o.zone).string("zoneName", zoneName(o.zone)).pair("order", o.order).pair("freeBlocks", o.freeBlocks).pair("failures", o.failures).endObject();
      continue;
    }
    const shift = o.order as u64;
    table.add([zoneName(o.zone), o.order.toString(), formatPages((1 as u64) << shift), o.freeBlocks.toString(), formatPages(o.freeBlocks << shift), o.failures.toString()]);
  }
  if (given.json) json.endList().endObject().end();
  else table.print();
  return 0;
}

/** Highest order that the machine has; -1 where the kernel does not say. */
function highestOrder(): i64 {
  let highest: i64 = -1;
  const rows = new RowReader(Topic.Orders, ORDER_ROW_BYTES, 0, false);
  for (let row = rows.next(); row != 0; row = rows.next()) highest = max(highest, changetype<OrderRow>(row).order as i64);
  return highest;
}

/** Order wanted by `--order` or N; a machine of few orders says its range. */
function failOrder(given: Arguments, order: i64, result: i64): i32 {
  if (result != Status.Range) return failStatus(given, "order " + order.toString(), result);
  return complain(given.json, given.command.path + ": order must be 0 to " + highestOrder().toString() + " on this machine, not " + order.toString(), 2);
}

function compact(given: Arguments): i32 {
  const order = given.number("--order", -1);
  // the kernel takes 0 for "one above the largest"; a block of one page needs no compaction
  if (order == 0) {
    const m = memoryRow();
    if (m && m.freePages > 0) return done(given, "order 0: nothing to do");
  }
  flush();
  const out = emptyRow(COMPACT_RESULT_BYTES);
  const result = sys.control(Control.Compact, order < 0 ? 0 : (order as u64), 0, out, COMPACT_RESULT_BYTES);
  if (result == Status.Interrupted) return cancel();
  const r = changetype<CompactResult>(out);
  // a compaction that could not reach its order still says what it did
  const reported = r.elapsedNs != 0 || r.largestBeforePages != 0;
  if (result < 0 && !reported) return failOrder(given, order, result);
  const failed = r.status < 0 || result < 0;
  const reason = r.status < 0 ? r.status : (result as i32);
  if (given.json) {
    new Json()
      .object()
      .pair("order", r.order)
      .signed("status", failed ? reason : 0)
      .pair("moved", r.moved)
      .pair("leastPossible", r.leastPossible)
      .pair("largestBeforePages", r.largestBeforePages)
      .pair("largestAfterPages", r.largestAfterPages)
      .pair("elapsedNs", r.elapsedNs)
      .endObject()
      .end();
  } else {
    new Labels()
      .add("Order Wanted", r.order.toString() + " (" + formatPages((1 as u64) << (r.order as u64)) + ")")
      .add("Pages Moved", r.moved.toString())
      .add("Least Possible", r.leastPossible.toString())
      .add("Largest Before", pages(r.largestBeforePages))
      .add("Largest After", pages(r.largestAfterPages))
      .add("Time", formatSpan(r.elapsedNs))
      .print();
    if (failed) printLine("memctl compact: stopped: " + statusText(reason));
  }
  return failed ? STATUS_FAILED : 0;
}

function hold(given: Arguments): i32 {
  const count = given.number("N", 0);
  const result = sys.control(Control.HoldFrames, count as u64, 0, 0, 0);
  if (result < 0) return failStatus(given, count.toString() + " frames", result);
  if (given.json) {
    new Json().object().signed("held", result).endObject().end();
    return 0;
  }
  return done(given, count == 0 ? "all held frames given back" : result.toString() + " frames held");
}

function tryOrder(given: Arguments): i32 {
  const order = given.number("N", 0);
  const result = sys.control(Control.TryOrder, order as u64, 0, 0, 0);
  if (result < 0 && result != Status.NoMemory) return failOrder(given, order, result);
  const succeeded = result >= 0;
  const text = "order " + order.toString() + " (" + formatPages((1 as u64) << (order as u64)) + "): ";
  if (given.json) new Json().object().signed("order", order).boolean("succeeded", succeeded).endObject().end();
  else printLine(text + (succeeded ? "a block is free" : "no block is free"));
  return succeeded ? 0 : STATUS_FAILED;
}

function check(given: Arguments): i32 {
  flush();
  const result = sys.control(Control.SelfCheck, 0, 0, 0, 0);
  if (result < 0) return failStatus(given, "", result);
  if (given.json) new Json().object().signed("inconsistencies", result).endObject().end();
  else printLine(result == 0 ? "every frame is accounted for" : result.toString() + " inconsistencies");
  return result == 0 ? 0 : STATUS_FAILED;
}
