// What a question itself says of the processes that it means holds, whatever a model makes of it (docs/mind-answers.md, "Who is meant"):
//  - it names a process that there is not: the mind abstains, and says so;
//  - it names some that there are: a command is about those and no other, and "which process?" is no answer;
//  - it names one that is protected: no command about a process is offered.
// beginCheck() before the answer, checkAnswer() behind it; the service and the tools call both. Allocates nothing.
import { TextWriter } from "../../lib/fmt";
import { answerAt, answerBytes, answerProbability, beginAnswer, beginWithCommand } from "../grammar/decode";
import { commandDestroys, commandNumber, commandNumbers, isCommandPid, readCommand } from "../grammar/parts";
import { prepareRules } from "../grammar/rules";
import { mean, meanAll, meantCount } from "../state/meant";
import { isNamedByName, isNameOf, markNamed } from "../state/mention";
import { onlyAsks } from "../state/mood";
import { clearReferences, Meant, readReferences, referenceAt, referenceCount, referenceText } from "../state/reference";
import { eventAt, processAt, processOf, rankProcesses, state } from "../state/state";
import { CAUSES, NEEDS, needMeans } from "./causes";
import { Answer, readAnswer } from "./read";

export const enum Ruling {
  /** the answer stands as it is */
  Stands = 0,
  /** no process has what the question names */
  Absent = 1,
  /** nobody may touch what it names */
  Protected = 2,
  /** the command is about a process that the question has as a measure: "5 MB" */
  Unclear = 3,
  /** the command would change a process, and the question only asks; or destroy what is no process, and the question means one */
  Unasked = 4,
}

const enum Next {
  Done = 0,
  /** the same prompt, with a command */
  WithCommand = 1,
  /** the same prompt, about the processes that are meant */
  Narrowed = 2,
}

const REFERENCES: i32 = 64;
const spent: usize = memory.data(64);
const out = changetype<TextWriter>(memory.data(16, 8));
const answer = changetype<Answer>(memory.data(16, 8));
if (offsetof<Answer>() > 16) ERROR("answer must have room for an Answer");

let ruling: i32 = Ruling.Stands;
/** the reference that the ruling is about, and one of a protected process; −1: none */
let culprit: i32 = -1;
let guarded: i32 = -1;
let repeated: bool = false;
/** a name that the question means is that of several */
let several: bool = false;
let asks: bool = false;
/** of what a ruling leaves */
let probability: f64 = 1.0;

/** No question: everything stands. */
export function clearCheck(): void {
  clearReferences();
  meanAll();
  ruling = Ruling.Stands;
  culprit = -1;
  guarded = -1;
  repeated = false;
  several = false;
}

/** Reads whom `bytes` at `question` mean; the State is in place, and its rows are ranked. Before prepareRules. */
export function beginCheck(question: usize, bytes: u32): void {
  clearCheck();
  rankProcesses();
  markNamed(question, bytes);
  readReferences(question, bytes);
  asks = onlyAsks(question, bytes);
  for (let i = 0; i < referenceCount() && ruling === Ruling.Stands; i++) {
    const meant = referenceAt(i).meant;
    if (meant === Meant.Strong && !meanNumber(i) && !happenedTo(referenceAt(i).value)) rule(Ruling.Absent, i, 1.0);
    else if (meant === Meant.Name && !meanName(i)) rule(Ruling.Absent, i, 1.0);
  }
}

/** Whether nothing is left to ask a model: beginCheck ruled. */
export function isRuled(): bool {
  return ruling !== Ruling.Stands;
}

function rule(what: Ruling, about: i32, left: f64): void {
  ruling = what;
  culprit = about;
  probability = left;
}

// The command that was written is out: what the model gave to all the rest is left.
function refute(what: Ruling, about: i32): void {
  rule(what, about, 1.0 - answerProbability());
}

// False: there is none.
function meanNumber(index: i32): bool {
  const row = processOf(referenceAt(index).value);
  if (row < 0) return false;
  meanRow(row, index);
  return true;
}

// Of several with one name a number beside it says which: "kill stress 7".
function meanName(index: i32): bool {
  let found = 0;
  for (let i: i32 = 0; i < <i32>state.processRows; i++) if (isNameOf(referenceText(index), referenceAt(index).textBytes, i)) found++;
  if (found > 1 && hasStrongNumber()) return true;
  if (found > 1) several = true;
  for (let i: i32 = 0; i < <i32>state.processRows; i++) if (isNameOf(referenceText(index), referenceAt(index).textBytes, i)) meanRow(i, index);
  return found > 0;
}

function hasStrongNumber(): bool {
  for (let i = 0; i < referenceCount(); i++) if (referenceAt(i).meant === Meant.Strong) return true;
  return false;
}

function meanRow(row: i32, index: i32): void {
  if (processAt(row).guarded === 0) mean(row);
  else if (guarded < 0) guarded = index;
}

/** Whether the State's events tell of a process: it is gone, and can be asked about. */
function happenedTo(pid: i64): bool {
  for (let i: u32 = 0; i < <u32>state.eventRows; i++) if (pid > 0 && eventAt(i).pid === pid) return true;
  return false;
}

/** Looks at the answer that was written. True: it cannot be right, and another one has been begun, behind the same prompt. */
export function checkAnswer(): bool {
  const next = look(answerAt(), answerBytes());
  if (next === Next.Done) return false;
  repeated = true;
  // no more pids than before: there is room
  prepareRules();
  if (next === Next.WithCommand) beginWithCommand();
  else beginAnswer();
  return true;
}

/** The model's probability of what is answered; 1 where the question itself left nothing to choose. */
export function checkedProbability(): f64 {
  return ruling === Ruling.Stands ? answerProbability() : probability;
}

/** Whether the question names every process that a command is about, and no other one that has its name. */
export function isAskedFor(command: usize, bytes: u32): bool {
  if (!readCommand(command, bytes)) return false;
  spend();
  for (let i = 0; i < commandNumbers(); i++) if (isCommandPid(i) && !isAskedByNumber(commandNumber(i)) && !isOnlyOfName(commandNumber(i))) return false;
  return true;
}

// Named by a name that nobody else has.
function isOnlyOfName(pid: i64): bool {
  const row = processOf(pid);
  if (row < 0 || !isNamedByName(row)) return false;
  for (let i: i32 = 0; i < <i32>state.processRows; i++) if (i !== row && processAt(i).name0 === processAt(row).name0 && processAt(i).name1 === processAt(row).name1) return false;
  return true;
}

/** What it would need, where it is ruled on: one of NEEDS. */
export function ruledNeed(): string {
  return ruling === Ruling.Unasked ? "detail" : "process";
}

/** Writes why a question was ruled on; how many bytes. */
export function explainRuling(to: usize, capacity: u32): u32 {
  out.init(to, capacity);
  const name = culprit >= 0 && referenceAt(culprit).meant >= Meant.Name;
  if (ruling === Ruling.Unclear || ruling === Ruling.Unasked) {
    out.text("not sure: ");
    out.text(needMeans(ruledNeed()));
    return out.length;
  }
  out.text(ruling === Ruling.Absent ? (name ? "no process is called " : "no process ") : name ? "" : "process ");
  out.bytes(referenceText(culprit), referenceAt(culprit).textBytes);
  out.text(ruling === Ruling.Absent ? "; ps lists them" : " is protected: nobody may end or change it");
  return out.length;
}

function look(line: usize, bytes: u32): Next {
  if (isRuled() || !readAnswer(line, bytes, answer)) return Next.Done;
  if (answer.cause < 0) return lookUnsure();
  if (!readCommand(answer.commandAt, answer.commandBytes)) return Next.Done;
  const asked = CAUSES[answer.cause] == "asked";
  if (!hasPid()) {
    // "restart process 4" is no wish to restart the machine
    if (commandDestroys() && guarded >= 0) refute(Ruling.Protected, guarded);
    else if (commandDestroys() && asked && meantCount() > 0) refute(Ruling.Unasked, -1);
    return Next.Done;
  }
  if (asked && asks) {
    refute(Ruling.Unasked, -1);
    return Next.Done;
  }
  if (guarded >= 0) refute(Ruling.Protected, guarded);
  // held to them by the grammar
  if (guarded >= 0 || meantCount() > 0) return Next.Done;
  spend();
  if (areAllAsked()) return Next.Done;
  const next = lookNumbers();
  if (next === Next.Done && !isRuled() && asked) lookPrograms();
  return next;
}

// It does as it is asked, to somebody else than the program that is named.
function lookPrograms(): void {
  for (let i = 0; i < referenceCount(); i++) {
    if (referenceAt(i).meant !== Meant.Program) continue;
    refute(Ruling.Absent, i);
    return;
  }
}

function lookUnsure(): Next {
  if (NEEDS[answer.need] != "process") return Next.Done;
  if (guarded >= 0) rule(Ruling.Protected, guarded, answerProbability());
  if (guarded >= 0 || repeated || several) return Next.Done;
  if (meantCount() === 0) meanNamed();
  return meantCount() > 0 ? Next.WithCommand : Next.Done;
}

// A name anywhere in the question says who is meant, where the model asks for it and only one process has it.
function meanNamed(): void {
  let row = -1;
  for (let i: i32 = 0; i < <i32>state.processRows; i++) {
    if (!isNamedByName(i)) continue;
    if (row >= 0 || processAt(i).guarded !== 0) return;
    row = i;
  }
  if (row >= 0) mean(row);
}

// The command is about somebody whom the question does not name: a number in it that is nothing else in the command is a process.
function lookNumbers(): Next {
  let measured = -1;
  for (let i = 0; i < referenceCount(); i++) {
    const r = referenceAt(i);
    if (r.meant === Meant.Measure && isPidOfCommand(r.value)) measured = i;
    if (isSpent(i)) continue;
    if (r.meant !== Meant.Bare && r.meant !== Meant.Negative) continue;
    if (r.meant === Meant.Negative || !meanNumber(i)) {
      refute(Ruling.Absent, i);
      return Next.Done;
    }
  }
  if (guarded >= 0) refute(Ruling.Protected, guarded);
  else if (meantCount() > 0 && !repeated) return Next.Narrowed;
  else if (measured >= 0) refute(Ruling.Unclear, measured);
  return Next.Done;
}

function hasPid(): bool {
  for (let i = 0; i < commandNumbers(); i++) if (isCommandPid(i)) return true;
  return false;
}

function isPidOfCommand(value: i64): bool {
  for (let i = 0; i < commandNumbers(); i++) if (isCommandPid(i) && commandNumber(i) === value) return true;
  return false;
}

// Each other number of the command uses one of the question up: "give 7 nice 5".
function spend(): void {
  memory.fill(spent, 0, REFERENCES);
  for (let i = 0; i < commandNumbers(); i++) {
    if (isCommandPid(i)) continue;
    for (let k = 0; k < referenceCount(); k++) {
      const r = referenceAt(k);
      if (isSpent(k) || r.meant === Meant.Strong || (r.meant === Meant.Negative ? -r.value : r.value) !== commandNumber(i)) continue;
      store<u8>(spent + k, 1);
      break;
    }
  }
}

function isSpent(index: i32): bool {
  return load<u8>(spent + index) !== 0;
}

/** Whether the question names each process of the command that was read. */
function areAllAsked(): bool {
  for (let i = 0; i < commandNumbers(); i++) if (isCommandPid(i) && !isAsked(commandNumber(i))) return false;
  return true;
}

function isAsked(pid: i64): bool {
  const row = processOf(pid);
  return (row >= 0 && isNamedByName(row)) || isAskedByNumber(pid);
}

function isAskedByNumber(pid: i64): bool {
  for (let i = 0; i < referenceCount(); i++) {
    const r = referenceAt(i);
    if (r.value === pid && (r.meant === Meant.Strong || (r.meant === Meant.Bare && !isSpent(i)))) return true;
  }
  return false;
}
