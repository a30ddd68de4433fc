// The automaton of answer lines: `CAUSE | COMMAND\n` or `unsure | NEED\n`. A cursor is a place in a line, small enough to be copied; it takes bytes and
// refuses each one after which no line could be finished. What it accepts, the shell's parser accepts. Allocates nothing.
import { copy, fill, literalByte } from "../../lib/bytes";
import { BAR } from "../answer/causes";
import { causeCount, needCount, needFirst, UNSURE_VALUE } from "./lists";
import { advanceNumber, beginNumber, isNumber, Kind, Written } from "./numbers";
import { wordAt, wordByte } from "./pool";
import { hasValue, Node, nodeAt, ROOT, Rule, ruleAt, setCount, setFirst, Takes } from "./rules";

/** Values that an operand takes at most where it takes all that are left. */
const VALUES: u32 = 4;
/** Bytes of a text and of a path at most. */
const TEXT_MOST: u32 = 24;
const PATH_MOST: u32 = 48;
const SPACE: u32 = 0x20;
const DASH: u32 = 0x2d;
const END: u32 = 10;

/** Where in a line a cursor is. */
export const enum Mode {
  Cause = 0,
  Bar = 1,
  Need = 2,
  /** at the start of a word of the command */
  Head = 3,
  /** in the name of a command or subcommand */
  Name = 4,
  /** in the name of an option, or behind the minus of a number */
  Option = 5,
  Value = 6,
  /** behind the end of the line */
  Ended = 7,
}

/** A place in a line. */
@unmanaged
export class Cursor {
  /** 40 bytes: a Written */
  number0: u64;
  number1: u64;
  number2: u64;
  number3: u64;
  number4: u64;
  /** options given, by bit */
  options: u32;
  /** words of its set that the operand has been given: a byte each, their place in the set and one more */
  taken: u32;
  node: u32;
  rule: u32;
  /** words that still fit: low … high − 1 */
  low: u32;
  high: u32;
  /** Mode */
  mode: i32;
  /** bytes of the word so far */
  depth: u32;
  /** which operand is next, and how many values it has */
  operand: u32;
  values: u32;
  /** the value is an option's */
  ofOption: u32;
  /** an option or operand was given: no subcommand may follow */
  begun: u32;
  unsure: u32;
  /** 1: the line must have a command */
  commandOnly: u32;
}
/** Bytes of a Cursor. */
export const CURSOR_BYTES: usize = 96;
if (offsetof<Cursor>() != 96) ERROR("Cursor must have 96 bytes");
if (offsetof<Written>() > 40) ERROR("number0 … number4 must have room for a Written");

/** At the start of a line. The rules must be prepared. */
export function beginLine(c: Cursor): void {
  fill(changetype<usize>(c), 0, CURSOR_BYTES);
  c.high = causeCount();
}

/** At the start of a command: what the line is without cause and bar. */
export function beginCommand(c: Cursor): void {
  fill(changetype<usize>(c), 0, CURSOR_BYTES);
  c.mode = Mode.Head;
}

/** Makes `to` the same place as `from`. */
export function copyCursor(to: Cursor, from: Cursor): void {
  copy(changetype<usize>(to), changetype<usize>(from), CURSOR_BYTES);
}

/** Whether the line is finished. */
export function hasEnded(c: Cursor): bool {
  return c.mode === Mode.Ended;
}

/** Takes a byte. False where no line goes on so; the cursor is then of no use. */
export function advance(c: Cursor, byte: u32): bool {
  switch (c.mode) {
    case Mode.Cause:
      if (byte !== SPACE) return narrow(c, byte) && !isShut(c);
      if (!isWord(c) || isShut(c)) return false;
      c.unsure = wordAt(c.low).value === UNSURE_VALUE ? 1 : 0;
      c.mode = Mode.Bar;
      c.depth = 1;
      return true;
    case Mode.Bar:
      if (byte !== literalByte(BAR, <i32>c.depth)) return false;
      if (<i32>++c.depth === BAR.length) afterBar(c);
      return true;
    case Mode.Need:
      if (byte !== END) return narrow(c, byte);
      return isWord(c) && end(c);
    case Mode.Head:
      return head(c, byte);
    case Mode.Name:
      return name(c, byte);
    case Mode.Option:
      return optionName(c, byte);
    case Mode.Value:
      return value(c, byte);
    default:
      return false;
  }
}

/** Whether a command must follow and none could. */
function isShut(c: Cursor): bool {
  return c.commandOnly !== 0 && c.high - c.low === 1 && wordAt(c.low).value === UNSURE_VALUE;
}

function end(c: Cursor): bool {
  c.mode = Mode.Ended;
  return true;
}

function afterBar(c: Cursor): void {
  c.depth = 0;
  c.mode = Mode.Head;
  if (c.unsure === 0) return;
  c.mode = Mode.Need;
  c.low = needFirst();
  c.high = needFirst() + needCount();
}

// ---- words of sets

/** Leaves the words that have this byte next; false where there is none. */
function narrow(c: Cursor, byte: u32): bool {
  let low: u32 = c.low;
  const most: u32 = c.high;
  while (low < most && wordByte(low, c.depth) !== <i32>byte) low++;
  let high = low;
  while (high < most && wordByte(high, c.depth) === <i32>byte) high++;
  c.low = low;
  c.high = high;
  c.depth++;
  return low < high;
}

/** Whether the bytes so far are a word of the set. */
function isWord(c: Cursor): bool {
  return c.low < c.high && wordAt(c.low).bytes === c.depth;
}

function beginSet(c: Cursor, first: u32, count: u32): void {
  c.low = first;
  c.high = first + count;
  c.depth = 0;
}

/** Whether the operand was given this word of its set already. */
function isTaken(c: Cursor, place: u32): bool {
  for (let bits = c.taken; bits !== 0; bits >>= 8) if ((bits & 0xff) === place + 1) return true;
  return false;
}

/** Whether a word that was not given yet is among those that still fit. */
function hasUntaken(c: Cursor, first: u32): bool {
  for (let i: u32 = c.low; i < c.high; i++) if (!isTaken(c, i - first)) return true;
  return false;
}

// ---- the words of a command

function head(c: Cursor, byte: u32): bool {
  const node = nodeAt(c.node);
  if (c.begun === 0 && node.childCount > 0) {
    beginSet(c, node.childFirst, node.childCount);
    if (narrow(c, byte)) {
      c.mode = Mode.Name;
      return true;
    }
  }
  if (c.node === ROOT) return false;
  if (byte === DASH) {
    if (!optionsLeft(c, node) && !mayBeNegative(c, node)) return false;
    beginSet(c, node.optionSet, optionsOpen(c, node) ? node.optionCount : 0);
    narrow(c, byte);
    c.mode = Mode.Option;
    c.depth = 1;
    return hasOptionLeft(c, node) || mayBeNegative(c, node);
  }
  return operandLeft(c, node) && beginOperand(c, node) && value(c, byte);
}

function name(c: Cursor, byte: u32): bool {
  if (byte !== SPACE && byte !== END) return narrow(c, byte);
  if (!isWord(c)) return false;
  c.node = wordAt(c.low).value;
  return afterWord(c, byte);
}

/** Behind a whole word: the end of the line, or a space behind which something may follow. */
function afterWord(c: Cursor, byte: u32): bool {
  const node = nodeAt(c.node);
  if (byte === END) return mayEnd(c, node) && end(c);
  c.mode = Mode.Head;
  if (c.begun === 0 && node.childCount > 0) return true;
  return operandLeft(c, node) || optionsLeft(c, node);
}

function mayEnd(c: Cursor, node: Node): bool {
  if (node.runs === 0) return false;
  for (let i: u32 = 0; i < node.operandCount; i++) {
    const given = i < c.operand || (i === c.operand && c.values > 0);
    if (!given && ruleAt(node.operandFirst + i).needed !== 0) return false;
  }
  for (let i: u32 = 0; i < node.optionCount; i++) if (ruleAt(node.optionFirst + i).needed !== 0 && (c.options & (1 << i)) === 0) return false;
  return true;
}

// ---- operands

/** The operand that comes next; null where all have been given. */
function nextOperand(c: Cursor, node: Node): Rule | null {
  return c.operand < node.operandCount ? ruleAt(node.operandFirst + c.operand) : null;
}

function operandLeft(c: Cursor, node: Node): bool {
  const rule = nextOperand(c, node);
  if (!rule || !hasValue(rule) || c.values >= VALUES) return false;
  return (rule.takes !== Takes.Word && rule.takes !== Takes.Process) || setCount(rule) > c.values;
}

function mayBeNegative(c: Cursor, node: Node): bool {
  const rule = nextOperand(c, node);
  return rule !== null && rule.takes === Takes.Integer && rule.least < 0;
}

function beginOperand(c: Cursor, node: Node): bool {
  c.rule = node.operandFirst + c.operand;
  c.ofOption = 0;
  beginValue(c);
  return true;
}

function beginValue(c: Cursor): void {
  const rule = ruleAt(c.rule);
  c.mode = Mode.Value;
  c.begun = 1;
  c.depth = 0;
  if (rule.takes === Takes.Word || rule.takes === Takes.Process) beginSet(c, setFirst(rule), setCount(rule));
  else beginNumber(written(c));
}

function written(c: Cursor): Written {
  return changetype<Written>(changetype<usize>(c));
}

// ---- options

/** Whether options may still come: not behind the first operand of a command that passes what follows on. */
function optionsOpen(c: Cursor, node: Node): bool {
  return node.optionCount > 0 && !(node.greedy !== 0 && (c.operand > 0 || c.values > 0));
}

function optionsLeft(c: Cursor, node: Node): bool {
  if (!optionsOpen(c, node)) return false;
  for (let i: u32 = 0; i < node.optionCount; i++) if ((c.options & (1 << i)) === 0 && optionHasValue(node, i)) return true;
  return false;
}

function optionHasValue(node: Node, index: u32): bool {
  return hasValue(ruleAt(node.optionFirst + index));
}

/** Whether one that was not given yet is among those that still fit. */
function hasOptionLeft(c: Cursor, node: Node): bool {
  for (let i: u32 = c.low; i < c.high; i++) {
    const index = wordAt(i).value;
    if ((c.options & (1 << index)) === 0 && optionHasValue(node, index)) return true;
  }
  return false;
}

function optionName(c: Cursor, byte: u32): bool {
  const node = nodeAt(c.node);
  if (byte >= 0x30 && byte <= 0x39 && c.depth === 1 && mayBeNegative(c, node)) {
    beginOperand(c, node);
    return value(c, DASH) && value(c, byte);
  }
  if (byte !== SPACE && byte !== END) return narrow(c, byte) && hasOptionLeft(c, node);
  if (!isWord(c)) return false;
  const index = wordAt(c.low).value;
  if ((c.options & (1 << index)) !== 0 || !optionHasValue(node, index)) return false;
  c.options |= 1 << index;
  c.begun = 1;
  c.rule = node.optionFirst + index;
  if (ruleAt(c.rule).takes === Takes.Switch) return afterWord(c, byte);
  if (byte === END) return false;
  c.ofOption = 1;
  beginValue(c);
  return true;
}

// ---- values

function value(c: Cursor, byte: u32): bool {
  const rule = ruleAt(c.rule);
  if (byte === SPACE || byte === END) {
    if (!isValue(c, rule)) return false;
    if (c.ofOption === 0) noteOperand(c, rule);
    return afterWord(c, byte);
  }
  switch (rule.takes) {
    case Takes.Word:
    case Takes.Process:
      return narrow(c, byte) && (c.ofOption !== 0 || hasUntaken(c, setFirst(rule)));
    case Takes.Text:
      return plain(byte, c.depth) && ++c.depth <= TEXT_MOST;
    case Takes.Path:
      return (plain(byte, c.depth) || byte === 0x2f) && ++c.depth <= PATH_MOST;
    default:
      return advanceNumber(written(c), byte, <Kind>rule.takes, rule.least, rule.largest);
  }
}

function isValue(c: Cursor, rule: Rule): bool {
  switch (rule.takes) {
    case Takes.Word:
    case Takes.Process:
      return isWord(c) && (c.ofOption !== 0 || !isTaken(c, c.low - setFirst(rule)));
    case Takes.Text:
    case Takes.Path:
      return c.depth > 0;
    default:
      return isNumber(written(c), <Kind>rule.takes, rule.least, rule.largest);
  }
}

/** The operand has one value more. */
function noteOperand(c: Cursor, rule: Rule): void {
  if (rule.many === 0) {
    c.operand++;
    c.values = 0;
    c.taken = 0;
    return;
  }
  if (rule.takes === Takes.Word || rule.takes === Takes.Process) c.taken = (c.taken << 8) | (c.low - setFirst(rule) + 1);
  c.values++;
}

/** A byte of a plain word: nothing that means something to the shell, no minus in front. */
function plain(byte: u32, depth: u32): bool {
  const letter = byte | 0x20;
  if ((letter >= 0x61 && letter <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || byte === 0x2e || byte === 0x5f) return true;
  return byte === DASH && depth > 0;
}
