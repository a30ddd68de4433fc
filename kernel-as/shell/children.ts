// Child processes: start, wait with Ctrl-C, end with all their descendants, say how they ended. Background jobs are in jobs.ts.
import { EXIT_INFO_BYTES, ExitInfo, PROCESS_ROW_BYTES, ProcessRow } from "../abi/layouts";
import { Control, ExitReason, ProcessState, Status, Topic } from "../abi/numbers";
import * as sys from "../abi/sys";
import { flush } from "./console";
import { interruptPending } from "./input";
import { emptyRow, RowReader } from "./rows";
import { cancel, STATUS_INTERRUPTED, session } from "./session";
import { formatPages, formatSpan } from "./units";

/** How a child ended, copied out of the kernel's row. */
export class Ended {
  constructor(
    public pid: u32,
    public status: i32,
    public reason: ExitReason,
    public peakPages: u32,
    public detail: u64,
    public cpuNs: u64,
  ) {}
}

/** What the last `waitFor` that returned Ok found. */
export let ended: Ended = new Ended(0, 0, ExitReason.Exited, 0, 0, 0);

/** Waits for a child (0: any). Returns its pid and sets `ended`, or a Status. */
export function waitFor(pid: u32, poll: bool): i64 {
  flush();
  const row = emptyRow(EXIT_INFO_BYTES);
  const result = sys.wait(pid, poll ? 1 : 0, row);
  if (result < 0) return result;
  const info = changetype<ExitInfo>(row);
  ended = new Ended(info.pid, info.status, info.reason as ExitReason, info.peakPages, info.detail, info.cpuNs);
  return result;
}

/** "exited 0", "killed", "killed: out of memory". */
export function howEnded(how: Ended): string {
  switch (how.reason) {
    case ExitReason.Exited:
      return "exited " + how.status.toString();
    case ExitReason.Killed:
      return how.status == STATUS_INTERRUPTED ? "interrupted" : "killed";
    case ExitReason.OutOfMemory:
      return "killed for lack of memory";
    case ExitReason.Fault:
      return "memory fault at 0x" + how.detail.toString(16);
    case ExitReason.Trap:
      return "WebAssembly trap " + how.detail.toString();
    default:
      return "processor exception " + how.detail.toString();
  }
}

/** Name of an ExitReason in the interface table. */
export function reasonName(reason: ExitReason): string {
  switch (reason) {
    case ExitReason.Exited:
      return "Exited";
    case ExitReason.Killed:
      return "Killed";
    case ExitReason.OutOfMemory:
      return "OutOfMemory";
    case ExitReason.Fault:
      return "Fault";
    case ExitReason.Trap:
      return "Trap";
    default:
      return "Exception";
  }
}

/** "peak 4123 pages (16.1 MiB), cpu 120 ms". */
export function usedText(how: Ended): string {
  return "peak " + how.peakPages.toString() + " pages (" + formatPages(how.peakPages) + "), cpu " + formatSpan(how.cpuNs);
}

/** Ends a process and all its descendants. Returns the Status of ending the process itself. */
export function killTree(pid: u32, status: u32): i64 {
  const pids: u32[] = [];
  const parents: u32[] = [];
  const rows = new RowReader(Topic.Processes, PROCESS_ROW_BYTES, 0, false);
  for (let row = rows.next(); row != 0; row = rows.next()) {
    const process = changetype<ProcessRow>(row);
    if (process.state == ProcessState.Free || process.state == ProcessState.Zombie) continue;
    pids.push(process.pid);
    parents.push(process.parent);
  }
  const result = sys.kill(pid, status);
  if (result < 0) return result;
  const tree: u32[] = [pid];
  for (let t = 0; t < tree.length; t++) {
    for (let i = 0; i < pids.length; i++) {
      if (parents[i] != tree[t] || tree.includes(pids[i])) continue;
      tree.push(pids[i]);
      sys.kill(pids[i], status);
    }
  }
  return result;
}

/** Nothing is in the foreground: Ctrl-C interrupts this shell's waits. Only the console's shell says so. */
export function clearForeground(): void {
  if (session.ownsConsole) sys.control(Control.Foreground, 0, 0, 0, 0);
}

/** Ctrl-C ends this process too, and all that it starts from now on; it may read the console. */
export function joinForeground(pid: u32): void {
  if (session.ownsConsole) sys.control(Control.Foreground, pid, 1, 0, 0);
}

/**
 * Waits for a child in the foreground. On Ctrl-C the child ends with all it started, and the line is cancelled.
 * Returns its exit status, or a Status below 0; `ended` says more.
 */
export function waitInForeground(pid: u32): i64 {
  for (;;) {
    // Ctrl-C may have come before the kernel knew whom it ends
    const result: i64 = interruptPending() ? Status.Interrupted : waitFor(pid, false);
    if (result == Status.Interrupted) {
      killTree(pid, STATUS_INTERRUPTED);
      waitFor(pid, false);
      return cancel();
    }
    if (result < 0) return result;
    if (ended.reason == ExitReason.Killed && ended.status == STATUS_INTERRUPTED) return cancel();
    return ended.status;
  }
}
