// The spec program: runs the specs of the AssemblyScript modules inside the booted kernel. The same wasm runs under V8
// (tools/spec), so that a spec proves the same thing in both places.
//
//   spec [all]      every spec, each in a process of its own: a failing one cannot hurt the next
//   spec NAME       that spec, or all below the folder NAME/
//   spec list       their names
//   spec --one NAME this process runs that spec itself (how the others are run)
//
// A line `ok NAME` or `FAILED NAME: …` a spec, the place of a failed assert above it, then `N passed, N failed`.
// Exit status 0, 1 where a spec failed, 2 where nothing has that name.
import { ExitInfo } from "../abi/layouts";
import { ARGUMENT_BYTES, Status } from "../abi/numbers";
import * as sys from "../abi/sys";
import "../user/abort";
import { runSpec, specCount, specName } from "./harness";
import { enterSpecs } from "./table";

const EXIT_INTERRUPTED: i32 = 130;
const argumentText = memory.data(4096);
const childInfo = changetype<ExitInfo>(memory.data(32, 8));

let wanted: string = "all";
let cursor: i32 = 0;
let passed: i32 = 0;
let failed: i32 = 0;

export function start(): void {
  enterSpecs();
  const first = argument(1);
  if (first == "--one") runOne(argument(2));
  if (first == "list") {
    for (let i = 0; i < specCount(); i++) if (!isHidden(specName(i))) say(`${specName(i)}\n`);
    sys.exit(0);
  }
  if (first.length > 0) wanted = first;
}

/** One spec a step. */
export function step(): i32 {
  while (cursor < specCount() && !matches(specName(cursor))) cursor++;
  if (cursor < specCount()) {
    runChild(specName(cursor++));
    return 1;
  }
  if (passed + failed == 0) {
    say(`spec: no spec named ${wanted}\n`);
    sys.exit(2);
  }
  say(`${passed} passed, ${failed} failed\n`);
  sys.exit(failed == 0 ? 0 : 1);
  return 0;
}

// A spec whose name begins with a dot runs only by its exact name.
function isHidden(name: string): bool {
  return name.startsWith(".");
}

function matches(name: string): bool {
  return (wanted == "all" && !isHidden(name)) || name == wanted || name.startsWith(wanted.endsWith("/") ? wanted : `${wanted}/`);
}

function runOne(name: string): void {
  for (let i = 0; i < specCount(); i++) {
    if (specName(i) != name) continue;
    runSpec(i);
    sys.exit(0);
  }
  sys.exit(2);
}

function runChild(name: string): void {
  const line = String.UTF8.encode(`spec\0--one\0${name}\0`);
  const pid = sys.spawn(changetype<usize>(line), line.byteLength, 0);
  if (pid < 0) {
    judge(name, `it could not be started: status ${pid}`);
    return;
  }
  const ended = sys.wait(<u32>pid, 0, changetype<usize>(childInfo));
  if (ended == Status.Interrupted) {
    sys.kill(<u32>pid, EXIT_INTERRUPTED);
    sys.wait(<u32>pid, 0, changetype<usize>(childInfo));
    sys.exit(EXIT_INTERRUPTED);
  }
  if (ended < 0) judge(name, `waiting for it failed: status ${ended}`);
  else judge(name, childInfo.status == 0 ? "" : `exit status ${childInfo.status}`);
}

function judge(name: string, problem: string): void {
  if (problem.length == 0) {
    passed++;
    say(`ok ${name}\n`);
  } else {
    failed++;
    say(`FAILED ${name}: ${problem}\n`);
  }
}

function argument(index: i32): string {
  const bytes = <i32>sys.arguments(argumentText, ARGUMENT_BYTES);
  let at = 0;
  for (let i = 0; i < index && at < bytes; i++) {
    while (at < bytes && load<u8>(argumentText + at) != 0) at++;
    at++;
  }
  let end = at;
  while (end < bytes && load<u8>(argumentText + end) != 0) end++;
  return at < bytes ? String.UTF8.decodeUnsafe(argumentText + at, end - at) : "";
}

function say(text: string): void {
  const bytes = String.UTF8.encode(text);
  let at = changetype<usize>(bytes);
  let left = bytes.byteLength;
  while (left > 0) {
    const written = <i32>sys.write(at, left);
    if (written <= 0) return;
    at += written;
    left -= written;
  }
}
