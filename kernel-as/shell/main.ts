// The program `shell`: a ring-3 service on the serial console, or `shell -c LINE`. The runtime calls step() while it returns 1 and
// collects garbage between, so a step does one thing: reads one line, or runs one command of it. Imports only abi and lib.
import { MEMORY_ROW_BYTES, MemoryRow, SYSTEM_ROW_BYTES, SystemRow } from "../abi/layouts";
import { Status, Topic } from "../abi/numbers";
import * as sys from "../abi/sys";
import "../user/abort";
import { clearForeground } from "./children";
import { registerCommands } from "./commands/index";
import { flush, printLine, printMark } from "./console";
import { Editor, Typed } from "./editor";
import { busy } from "./frames";
import { remember } from "./history";
import { CTRL_C, inputWaits, nextByte, whenDisturbed } from "./input";
import { announceJobs } from "./jobs";
import { LINE_BYTES, Line } from "./line";
import { BootScript, MachineReader } from "./machine";
import { environmentValue, programArguments, queryOne } from "./rows";
import { startLine, stepLine } from "./runner";
import { bootScriptText, Mode, machineConsoleAsked, STATUS_INTERRUPTED, STATUS_USAGE, session } from "./session";
import { COMMANDS } from "./table";
import { formatBytes, formatPages, formatSpan } from "./units";
import { VERSION } from "./version";
import { cleanLine } from "./words";

/** most bytes that one step reads where no line ends: the collector's turn comes however long a line is */
const STEP_BYTES: i32 = 65536;

const editor = new Editor();
const machine = new MachineReader();
/** a line is under way and its end is not told yet */
let running: bool = false;
/** a prompt is due before the next read */
let fresh: bool = true;
let script: BootScript = new BootScript("");
/** the machine console is told once that commands may come */
let ready: bool = false;

export function start(): void {
  const words = programArguments();
  // Only the service may read the console; another shell without a line would wait for bytes that never come.
  const typed = sys.read(changetype<usize>(words), 0, 0);
  if (words.length > 1 || typed == Status.Denied) {
    startOnce(words);
    return;
  }
  session.mode = machineConsoleAsked() ? Mode.Machine : Mode.Interactive;
  clearForeground();
  if (session.mode == Mode.Machine) {
    machine.begin();
    script = new BootScript(bootScriptText());
  } else {
    whenDisturbed(() => editor.redraw());
    printBanner();
  }
  flush();
}

/** Returns 1 to be called again, 0 to end the program. */
export function step(): i32 {
  if (busy()) stepLine();
  else if (running) finishLine();
  else if (session.mode == Mode.Once) {
    flush();
    sys.exit(session.status);
  } else readLine();
  flush();
  return 1;
}

function startOnce(words: string[]): void {
  session.mode = Mode.Once;
  if (words.length != 3 || words[1] != "-c") {
    printLine("Usage: shell -c LINE");
    session.status = STATUS_USAGE;
    return;
  }
  session.directory = environmentValue("PWD", "/");
  running = true;
  ensureCommands();
  startLine(cleanLine(words[2]));
}

function finishLine(): void {
  running = false;
  if (session.mode == Mode.Machine) {
    machine.printEnd();
    machine.begin();
  }
  fresh = true;
}

/** Reads on until a line ends, and starts it. */
function readLine(): void {
  if (session.mode == Mode.Machine && !ready) {
    if (script.more) {
      script.next(machine);
      machine.printBegin();
      accept(machine.line);
      return;
    }
    printMark("ready");
    flush();
    ready = true;
  }
  if (fresh) {
    announceJobs();
    if (session.mode == Mode.Interactive) editor.begin();
    fresh = false;
    flush();
  }
  ensureCommands();
  for (let i = 0; i < STEP_BYTES; i++) {
    if (!inputWaits()) editor.refresh();
    const byte = nextByte();
    if (session.mode == Mode.Machine) {
      if (byte == CTRL_C) sys.interrupted();
      if (!machine.feed(byte)) continue;
      machine.printBegin();
      accept(machine.line);
      return;
    }
    const typed = editor.feed(byte);
    if (typed == Typed.Cancel) {
      sys.interrupted();
      session.status = STATUS_INTERRUPTED;
      fresh = true;
      return;
    }
    if (typed != Typed.Line) continue;
    accept(editor.line);
    return;
  }
}

/** The command table is made after the first prompt is out: nobody waits for it. */
function ensureCommands(): void {
  if (COMMANDS.length == 0) registerCommands();
}

function accept(line: Line): void {
  ensureCommands();
  session.lines++;
  running = true;
  const text = line.text();
  if (session.mode == Mode.Interactive) remember(text);
  if (line.dropped > 0) {
    session.droppedBytes += line.dropped;
    printLine("line too long: " + line.dropped.toString() + " bytes dropped, not run (a line has at most " + LINE_BYTES.toString() + " bytes)");
    session.status = STATUS_USAGE;
    session.ran = 1;
    session.failures = 1;
    return;
  }
  startLine(text);
}

function printBanner(): void {
  const system = queryOne(Topic.System, 0, SYSTEM_ROW_BYTES);
  let machineText = "";
  if (system != 0) {
    const row = changetype<SystemRow>(system);
    machineText = ": " + formatBytes(row.ramBytes) + " of memory, up after " + formatSpan(row.uptimeNs);
  }
  const memory = queryOne(Topic.Memory, 0, MEMORY_ROW_BYTES);
  if (memory != 0) machineText += ", " + formatPages(changetype<MemoryRow>(memory).freePages) + " free";
  printLine("Ganglion " + VERSION + machineText);
  printLine("Type help for the commands, help COMMAND for one of them. Ctrl-C ends a command, Ctrl-A X leaves QEMU.");
}
