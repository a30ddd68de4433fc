// The rules of the grammar, made from the text in which the shell describes its commands (kernel-as/shell/describe.ts), and from the State: pids. A new
// text replaces the rules; prepareRules() fits them to the State of a question. In static memory; allocates nothing.
import { Status } from "../../abi/numbers";
import { copy, equal, fill, getU8, isLiteral, setU8 } from "../../lib/bytes";
import { canBeMeant } from "../state/meant";
import { processAt, state } from "../state/state";
import { addLists } from "./lists";
import { Kind } from "./numbers";
import { addWord, dropWords, sortWords, wordAt, wordsUsed } from "./pool";

/** Most bytes of the text. */
export const RULES_BYTES: u32 = 65_536;
const NODES: u32 = 192;
const ARGUMENTS: u32 = 512;
/** Options of one command: a cursor has a bit for each. */
const OPTIONS: u32 = 32;
const PID_DIGITS: u32 = 10;
const PIDS: u32 = 128;

/** What an argument takes. Numbers come first: Kind. */
export const enum Takes {
  Switch = 0,
  Integer = 1,
  Size = 2,
  Rate = 3,
  Fraction = 4,
  Seconds = 5,
  /** a word of its set */
  Word = 6,
  /** a plain word */
  Text = 7,
  Path = 8,
  /** a pid of the State that may be touched */
  Process = 9,
  /** another command: nothing a mind writes */
  Command = 10,
}

@unmanaged
export class Rule {
  /** Takes */
  takes: i32;
  needed: u32;
  /** takes all that are left */
  many: u32;
  /** its words are the lines v of this type, counted from 1 */
  named: u32;
  setFirst: u32;
  setCount: u32;
  nameAt: u32;
  nameBytes: u32;
  least: i64;
  largest: i64;
}
const RULE_BYTES: usize = 48;
if (offsetof<Rule>() != 48) ERROR("Rule must have 48 bytes");

@unmanaged
export class Node {
  nameAt: u32;
  nameBytes: u32;
  parent: u32;
  /** rules of operands, then of options */
  operandFirst: u32;
  operandCount: u32;
  optionFirst: u32;
  optionCount: u32;
  /** set of option names; values are 0 … optionCount − 1 */
  optionSet: u32;
  /** set of the subcommands that can be said now; values are nodes */
  childFirst: u32;
  childCount: u32;
  /** Effect of the shell's table */
  effect: u32;
  runs: u32;
  greedy: u32;
  /** only by hand */
  personal: u32;
  /** it, or a subcommand, can be said now */
  viable: u32;
}
const NODE_BYTES: usize = 60;
if (offsetof<Node>() != 60) ERROR("Node must have 60 bytes");

const TEXT: usize = memory.data(65536);
const NODE_ROWS: usize = memory.data(11520, 8);
const RULE_ROWS: usize = memory.data(24576, 8);
const PID_TEXT: usize = memory.data(1280);
if (<usize>NODES * NODE_BYTES != 11520) ERROR("NODE_ROWS must have room for NODES");
if (<usize>ARGUMENTS * RULE_BYTES != 24576) ERROR("RULE_ROWS must have room for ARGUMENTS");
if (PIDS * PID_DIGITS != 1280) ERROR("PID_TEXT must have room for PIDS");

let nodes: u32 = 0;
let rules: u32 = 0;
/** words that stay when the State changes */
let fixedWords: u32 = 0;
let pidFirst: u32 = 0;
let pidCount: u32 = 0;
/** words that are programs */
let programFirst: u32 = 0;
let programCount: u32 = 0;
/** line of the text that was wrong */
let wrongLine: u32 = 0;

/** The root, whose subcommands are the commands. */
export const ROOT: u32 = 0;

export function nodeAt(index: u32): Node {
  return changetype<Node>(NODE_ROWS + <usize>index * NODE_BYTES);
}
export function ruleAt(index: u32): Rule {
  return changetype<Rule>(RULE_ROWS + <usize>index * RULE_BYTES);
}
export function nodeCount(): u32 {
  return nodes;
}
/** The set that a rule's words come from. */
export function setFirst(rule: Rule): u32 {
  return rule.takes === Takes.Process ? pidFirst : rule.setFirst;
}
export function setCount(rule: Rule): u32 {
  return rule.takes === Takes.Process ? pidCount : rule.setCount;
}
/** Where loadRules failed; lines count from 1. */
export function rulesWrongLine(): u32 {
  return wrongLine;
}

/** A field of a line: bytes up to a tab. */
@unmanaged
class Field {
  at: u32;
  bytes: u32;
}
const FIELDS: u32 = 8;
const fields: usize = memory.data(64, 4);
function field(index: u32): Field {
  return changetype<Field>(fields + ((<usize>index) << 3));
}
function fieldIs(index: u32, text: string): bool {
  return isLiteral(field(index).at, field(index).bytes, text);
}
function fieldHas(index: u32, flag: u32): bool {
  for (let i: u32 = 0; i < field(index).bytes; i++) if (getU8(field(index).at + i) === flag) return true;
  return false;
}

/**
 * Reads the text of the shell's table; the rules that were before are gone.
 * @returns Ok; Range: longer than RULES_BYTES; Corrupt: a line has not the form (rulesWrongLine); NoMemory: more commands or words than there is room for
 */
export function loadRules(from: usize, bytes: u32): i32 {
  nodes = 0;
  rules = 0;
  wrongLine = 0;
  dropWords(0);
  if (bytes > RULES_BYTES) return Status.Range;
  copy(TEXT, from, bytes);
  if (!addLists() || newNode() < 0) return Status.NoMemory;
  let at: u32 = 0;
  while (at < bytes) {
    const count = split(at, bytes);
    wrongLine++;
    const status = wrongLine === 1 ? (fieldIs(0, "commands 1") ? Status.Ok : Status.Corrupt) : line(count);
    if (status < 0) {
      nodes = 0;
      return status;
    }
    while (at < bytes && getU8(TEXT + at) !== 10) at++;
    at++;
  }
  if (wrongLine === 0 || !optionSets() || !valueSets(bytes)) {
    nodes = 0;
    return wrongLine === 0 ? Status.Corrupt : Status.NoMemory;
  }
  fixedWords = wordsUsed();
  return Status.Ok;
}

/** Cuts the line at `at` into fields; how many. */
function split(at: u32, bytes: u32): u32 {
  let count: u32 = 0;
  let from = at;
  let end = false;
  for (let i = at; !end; i++) {
    end = i >= bytes || getU8(TEXT + i) === 10;
    if (!end && getU8(TEXT + i) !== 9) continue;
    if (count < FIELDS) {
      field(count).at = <u32>TEXT + from;
      field(count).bytes = i - from;
      count++;
    }
    from = i + 1;
  }
  return count;
}

function newNode(): i32 {
  if (nodes >= NODES) return -1;
  const index = nodes++;
  fill(changetype<usize>(nodeAt(index)), 0, NODE_BYTES);
  return <i32>index;
}

function line(count: u32): i32 {
  if (fieldIs(0, "v")) return count === 3 ? Status.Ok : Status.Corrupt;
  if (fieldIs(0, "c") && count === 5) return commandLine();
  const isOption = fieldIs(0, "p");
  if ((!isOption && !fieldIs(0, "o")) || count !== 7 || nodes < 2) return Status.Corrupt;
  return argumentLine(isOption);
}

/** c EFFECT PATH FLAGS SUMMARY. The path's parent stands before it. */
function commandLine(): i32 {
  const path = field(2);
  let parent = ROOT;
  let from: u32 = 0;
  for (let i: u32 = 0; i < path.bytes; i++) {
    if (getU8(path.at + i) !== 0x20) continue;
    const found = childNamed(parent, path.at + from, i - from);
    if (found < 0) return Status.Corrupt;
    parent = <u32>found;
    from = i + 1;
  }
  const index = newNode();
  if (index < 0) return Status.NoMemory;
  if (from >= path.bytes) return Status.Corrupt;
  const node = nodeAt(index);
  node.nameAt = path.at + from;
  node.nameBytes = path.bytes - from;
  node.parent = parent;
  node.effect = fieldIs(1, "observe") ? 0 : fieldIs(1, "adjust") ? 1 : 2;
  node.personal = fieldHas(3, 0x78) ? 1 : 0;
  node.runs = fieldHas(3, 0x72) ? 1 : 0;
  node.greedy = fieldHas(3, 0x67) ? 1 : 0;
  node.operandFirst = rules;
  node.optionFirst = rules;
  return Status.Ok;
}

function childNamed(parent: u32, at: usize, bytes: u32): i32 {
  for (let i: u32 = 1; i < nodes; i++) {
    const node = nodeAt(i);
    if (node.parent === parent && node.nameBytes === bytes && equal(node.nameAt, at, bytes)) return <i32>i;
  }
  return -1;
}

/** o|p NAME TYPE FLAGS LEAST MOST CHOICES, of the command above; operands before options. */
function argumentLine(isOption: bool): i32 {
  const node = nodeAt(nodes - 1);
  if (rules >= ARGUMENTS || (isOption && node.optionCount >= OPTIONS)) return Status.NoMemory;
  if (!isOption && node.optionCount > 0) return Status.Corrupt;
  const rule = ruleAt(rules++);
  fill(changetype<usize>(rule), 0, RULE_BYTES);
  rule.nameAt = field(1).at;
  rule.nameBytes = field(1).bytes;
  rule.needed = fieldHas(3, 0x6e) ? 1 : 0;
  rule.many = fieldHas(3, 0x6d) ? 1 : 0;
  rule.least = number(4);
  rule.largest = number(5);
  const takes = takesOf(2);
  if (takes < 0) return Status.Corrupt;
  rule.takes = takes;
  if (isOption) node.optionCount++;
  else {
    node.operandCount++;
    node.optionFirst = rules;
  }
  if (fieldIs(6, "-")) return Status.Ok;
  // choices, or the texts that may be given
  rule.takes = Takes.Word;
  const choices = field(6);
  const first = wordsUsed();
  let from: u32 = 0;
  for (let i: u32 = 0; i <= choices.bytes; i++) {
    if (i < choices.bytes && getU8(choices.at + i) !== 0x2c) continue;
    if (!addWord(choices.at + from, i - from, from)) return Status.NoMemory;
    from = i + 1;
  }
  sortWords(first);
  rule.setFirst = first;
  rule.setCount = wordsUsed() - first;
  return Status.Ok;
}

function number(index: u32): i64 {
  let value: i64 = 0;
  const negative = getU8(field(index).at) === 0x2d;
  for (let i: u32 = negative ? 1 : 0; i < field(index).bytes; i++) value = value * 10 + (getU8(field(index).at + i) - 0x30);
  return negative ? -value : value;
}

/** What a type of the shell's table takes; a type that nobody knows is an error, not a guess. */
function takesOf(index: u32): i32 {
  if (fieldIs(index, "switch")) return Takes.Switch;
  if (fieldIs(index, "integer")) return Kind.Integer;
  if (fieldIs(index, "size")) return Kind.Size;
  if (fieldIs(index, "rate")) return Kind.Rate;
  if (fieldIs(index, "fraction")) return Kind.Fraction;
  if (fieldIs(index, "seconds")) return Kind.Seconds;
  if (fieldIs(index, "text")) return Takes.Text;
  if (fieldIs(index, "path")) return Takes.Path;
  if (fieldIs(index, "process")) return Takes.Process;
  if (fieldIs(index, "command")) return Takes.Command;
  if (fieldIs(index, "choice")) return Takes.Word;
  for (let i: u32 = 0; i < NAMED; i++) {
    if (!fieldIs(index, namedType(i))) continue;
    // its words are not read yet: valueSets() finds them by this number
    ruleAt(rules - 1).named = i + 1;
    return Takes.Word;
  }
  return -1;
}

/** Types whose words are the lines v. */
const NAMED: u32 = 5;
const PROGRAM: u32 = 2;
function namedType(index: u32): string {
  return index === 0 ? "module" : index === 1 ? "policy" : index === 2 ? "program" : index === 3 ? "limit" : "commandName";
}

function optionSets(): bool {
  for (let i: u32 = 1; i < nodes; i++) {
    const node = nodeAt(i);
    const first = wordsUsed();
    for (let k: u32 = 0; k < node.optionCount; k++) {
      const rule = ruleAt(node.optionFirst + k);
      if (!addWord(rule.nameAt, rule.nameBytes, k)) return false;
    }
    sortWords(first);
    node.optionSet = first;
  }
  return true;
}

/** Reads the lines v, a set a type. */
function valueSets(bytes: u32): bool {
  for (let type: u32 = 0; type < NAMED; type++) {
    const first = wordsUsed();
    let at: u32 = 0;
    while (at < bytes) {
      const count = split(at, bytes);
      if (count === 3 && fieldIs(0, "v") && fieldIs(1, namedType(type)) && !addWord(field(2).at, field(2).bytes, 0)) return false;
      while (at < bytes && getU8(TEXT + at) !== 10) at++;
      at++;
    }
    sortWords(first);
    if (type === PROGRAM) {
      programFirst = first;
      programCount = wordsUsed() - first;
    }
    for (let i: u32 = 0; i < rules; i++) {
      const rule = ruleAt(i);
      if (rule.named !== type + 1 || rule.setCount > 0) continue;
      rule.setFirst = first;
      rule.setCount = wordsUsed() - first;
    }
  }
  return true;
}

/** Fits the rules to the State and to what is asked: the pids that there are, may be touched and can be meant (meant.ts); commands that nothing can be said to are left out. NoMemory: no rules, or no room. */
export function prepareRules(): i32 {
  if (nodes === 0) return Status.NoMemory;
  dropWords(fixedWords);
  pidFirst = wordsUsed();
  for (let i: u32 = 0; i < <u32>state.processRows && i < PIDS; i++) {
    if (processAt(i).guarded !== 0 || !canBeMeant(i)) continue;
    const at = PID_TEXT + <usize>(i * PID_DIGITS);
    if (!addWord(at, decimal(<u64>processAt(i).pid, at), i)) return Status.NoMemory;
  }
  sortWords(pidFirst);
  pidCount = wordsUsed() - pidFirst;
  // a subcommand stands behind its parent, so that the last come first here
  for (let i = <i32>nodes - 1; i >= 0; i--) {
    const node = nodeAt(i);
    node.childFirst = wordsUsed();
    for (let k: u32 = <u32>i + 1; k < nodes; k++) {
      const child = nodeAt(k);
      if (child.parent === <u32>i && child.viable !== 0 && !addWord(child.nameAt, child.nameBytes, k)) return Status.NoMemory;
    }
    sortWords(node.childFirst);
    node.childCount = wordsUsed() - node.childFirst;
    node.viable = node.personal === 0 && (node.childCount > 0 || (node.runs !== 0 && canBeGiven(node))) ? 1 : 0;
  }
  return Status.Ok;
}

/** Digits of a number to `to`; how many, at most PID_DIGITS. */
function decimal(value: u64, to: usize): u32 {
  let count: u32 = 1;
  for (let rest = value / 10; rest > 0 && count < PID_DIGITS; rest /= 10) count++;
  for (let i = count; i > 0; i--) {
    setU8(to + i - 1, 0x30 + <u32>(value % 10));
    value /= 10;
  }
  return count;
}

/** Whether everything that it needs has a value. */
function canBeGiven(node: Node): bool {
  for (let i: u32 = 0; i < node.operandCount + node.optionCount; i++) {
    const rule = ruleAt(node.operandFirst + i);
    if (rule.needed !== 0 && !hasValue(rule)) return false;
  }
  return true;
}

/** Whether a word is the name of a program that the shell can start; case does not count. */
export function isProgram(at: usize, bytes: u32): bool {
  if (nodes === 0) return false;
  for (let i: u32 = programFirst; i < programFirst + programCount; i++) {
    const word = wordAt(i);
    if (word.bytes !== bytes) continue;
    let same: u32 = 0;
    while (same < bytes && (getU8(at + same) === getU8(word.at + same) || (getU8(at + same) | 0x20) === getU8(word.at + same))) same++;
    if (same === bytes) return true;
  }
  return false;
}

/** Whether there is something that a mind can give for it. */
export function hasValue(rule: Rule): bool {
  if (rule.takes === Takes.Command) return false;
  return (rule.takes !== Takes.Word && rule.takes !== Takes.Process) || setCount(rule) > 0;
}
