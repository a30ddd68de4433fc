// The words of a command against its row in the table: subcommand, options, operands, types and ranges. One error text, status 2.
import { MEMORY_ROW_BYTES, MemoryRow } from "../abi/layouts";
import { PAGE_BYTES, Topic } from "../abi/numbers";
import { queryOne } from "./rows";
import { Argument, Command, isNumeric, Type } from "./table";
import { decimal, formatBytes, NOT_A_NUMBER, parseFraction, parseInteger, parsePercent, parseRate, parseSeconds, parseSize } from "./units";

/** What a command was given. */
export class Arguments {
  json: bool = false;
  help: bool = false;
  /** what is wrong; "" nothing */
  error: string = "";
  private texts: Map<string, string> = new Map();
  private numbers: Map<string, i64> = new Map();
  private lists: Map<string, string[]> = new Map();
  /** the words of an operand that takes all that are left */
  rest: string[] = [];

  constructor(
    public command: Command,
    /** all words as they were given, the command's name first */
    public words: string[],
  ) {}

  has(name: string): bool {
    return this.texts.has(name);
  }
  /** Text as typed; "" where it was not given. */
  text(name: string): string {
    return this.texts.has(name) ? this.texts.get(name) : "";
  }
  /** Number in the unit of its type, or `fallback`. */
  number(name: string, fallback: i64): i64 {
    return this.numbers.has(name) ? this.numbers.get(name) : fallback;
  }

  /** What an option that may be repeated was given, in order. */
  list(name: string): string[] {
    return this.lists.has(name) ? this.lists.get(name) : [];
  }

  /** Takes `word` for `argument`; on error sets `error`. */
  take(argument: Argument, word: string): void {
    const value = isNumeric(argument.type) ? this.parse(argument, word) : 0;
    if (this.error != "") return;
    if (argument.type == Type.Choice && !argument.choices.includes(word)) {
      this.error = argument.name + ": must be one of " + argument.choices.join(", ") + ", not " + word;
      return;
    }
    if (argument.rest && !argument.isOption) this.rest.push(word);
    else if (argument.rest) {
      const list = this.list(argument.name);
      list.push(word);
      this.lists.set(argument.name, list);
    }
    this.texts.set(argument.name, word);
    this.numbers.set(argument.name, value);
  }

  private parse(argument: Argument, word: string): i64 {
    let value: i64 = 0;
    switch (argument.type) {
      case Type.Integer:
        value = parseInteger(word);
        break;
      case Type.Size:
        value = word.endsWith("%") ? percentOfMemory(word) : parseSize(word);
        break;
      case Type.Rate:
        value = parseRate(word);
        break;
      case Type.Fraction:
        value = parseFraction(word);
        break;
      default:
        value = parseSeconds(word);
    }
    if (value == NOT_A_NUMBER) this.error = argument.name + ": not " + expected(argument.type) + ": " + word;
    else if (value < argument.minimum || value > argument.maximum) {
      this.error = argument.name + ": must be " + describeRange(argument) + ", not " + word;
    }
    return value;
  }
}

function expected(type: Type): string {
  if (type == Type.Integer) return "a whole number";
  if (type == Type.Size) return "a size such as 4096, 64K, 16M or 25%";
  if (type == Type.Rate) return "a rate such as 512K or 8M (per second)";
  if (type == Type.Fraction) return "a number such as 0.8";
  return "a time such as 2, 0.5 or 200ms";
}

/** "0 to 20", in words a person would type. */
export function describeRange(argument: Argument): string {
  if (argument.placeholder == "PERCENT") return percent(argument.minimum) + " to " + percent(argument.maximum) + ", or " + describeNumbers(argument);
  return describeNumbers(argument);
}

/** ppm as "50%". */
function percent(ppm: i64): string {
  return trimZeros(decimal(ppm, 4)) + "%";
}

function describeNumbers(argument: Argument): string {
  return describeNumber(argument, argument.minimum) + " to " + describeNumber(argument, argument.maximum);
}

function describeNumber(argument: Argument, value: i64): string {
  if (argument.type == Type.Size || argument.type == Type.Rate) return value == 0 ? "0" : formatBytes(value as u64).replace(".0", "");
  if (argument.type == Type.Fraction) return trimZeros(decimal(value, 6));
  if (argument.type == Type.Seconds) return trimZeros(decimal(value, 9)) + " s";
  return value.toString();
}

function trimZeros(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) == 48) end--;
  if (end > 0 && text.charCodeAt(end - 1) == 46) end--;
  return text.substring(0, end);
}

/** "25%" of the frames that the allocator owns, in bytes, whole frames. */
function percentOfMemory(word: string): i64 {
  const ppm = parsePercent(word);
  if (ppm == NOT_A_NUMBER) return NOT_A_NUMBER;
  if (ppm < 0 || ppm > 1000000) return -1;
  const row = queryOne(Topic.Memory, 0, MEMORY_ROW_BYTES);
  if (row == 0) return NOT_A_NUMBER;
  const pages = (changetype<MemoryRow>(row).managedPages * (ppm as u64)) / 1000000;
  return (pages * PAGE_BYTES) as i64;
}

/** `-5` is a number, `-x` and `--x` are options. */
function looksLikeOption(word: string): bool {
  if (word.length < 2 || !word.startsWith("-")) return false;
  const code = word.charCodeAt(1);
  return !((code >= 48 && code < 58) || code == 46);
}

/** Parses `words` (0: the command's name) for `command`. Errors stand in the result, beginning with the command's path. */
export function parseArguments(root: Command, words: string[]): Arguments {
  let command = root;
  let at = 1;
  const early: string[] = [];
  while (command.subcommands.length > 0) {
    while (at < words.length && (words[at] == "--json" || words[at] == "--help")) early.push(words[at++]);
    const found = at < words.length ? command.subcommand(words[at]) : null;
    if (found) {
      command = found;
      at++;
    } else if (!command.run) {
      const given = new Arguments(command, words);
      given.help = early.includes("--help");
      given.json = early.includes("--json") || words.includes("--json");
      if (given.help && at >= words.length) return given;
      if (at < words.length) given.error = "unknown subcommand: " + words[at] + " (" + subcommandNames(command) + ")";
      else given.error = "needs a subcommand: " + subcommandNames(command);
      return finish(given);
    } else break;
  }
  const given = new Arguments(command, words);
  given.help = early.includes("--help");
  given.json = early.includes("--json");
  let optionsEnded = false;
  let operandIndex = 0;
  for (; at < words.length && given.error == ""; at++) {
    const word = words[at];
    if (!optionsEnded && word == "--") {
      optionsEnded = true;
      continue;
    }
    if (!optionsEnded && (looksLikeOption(word) || command.option(word) != null)) {
      at = takeOption(given, words, at);
      continue;
    }
    if (command.greedy) optionsEnded = true;
    if (operandIndex >= command.operands.length) {
      given.error = "too many arguments: " + word;
      break;
    }
    const operand = command.operands[operandIndex];
    given.take(operand, word);
    if (!operand.rest) operandIndex++;
  }
  if (given.error != "") {
    if (!command.greedy && words.includes("--json")) given.json = true;
    return finish(given);
  }
  if (!given.help) {
    for (let i = operandIndex; i < command.operands.length; i++) {
      const operand = command.operands[i];
      if (operand.required && !given.has(operand.name)) {
        given.error = "needs " + operand.name + ": " + operand.doc;
        break;
      }
    }
    for (let i = 0; i < command.options.length && given.error == ""; i++) {
      const needed = command.options[i];
      if (needed.required && !given.has(needed.name)) given.error = "needs " + needed.name + ": " + needed.doc;
    }
  }
  return finish(given);
}

function finish(given: Arguments): Arguments {
  if (given.error != "") given.error = given.command.path + ": " + given.error;
  return given;
}

/** Takes the option at `at`; returns the index of its last word. */
function takeOption(given: Arguments, words: string[], at: i32): i32 {
  const word = words[at];
  const equals = word.startsWith("--") ? word.indexOf("=") : -1;
  const name = equals < 0 ? word : word.substring(0, equals);
  const option = given.command.option(name);
  if (!option && word.length > 2 && !word.startsWith("--")) return takeLetters(given, words, at);
  if (!option) {
    given.error = "unknown option: " + name + " (try " + given.command.path + " --help)";
    return at;
  }
  if (option.type == Type.Switch) {
    if (equals >= 0) given.error = name + ": takes no value";
    else if (name == "--json") given.json = true;
    else if (name == "--help") given.help = true;
    else given.take(option, "");
    return at;
  }
  if (equals >= 0) {
    given.take(option, word.substring(equals + 1));
    return at;
  }
  if (at + 1 >= words.length) {
    given.error = name + ": needs a value";
    return at;
  }
  given.take(option, words[at + 1]);
  return at + 1;
}

/** Takes options of one letter written together, `-la`, or one with its value, `-n5`. Returns the index of its last word. */
function takeLetters(given: Arguments, words: string[], at: i32): i32 {
  const word = words[at];
  for (let i = 1; i < word.length; i++) {
    const option = given.command.option("-" + word.charAt(i));
    if (!option) {
      given.error = "unknown option: " + word + " (try " + given.command.path + " --help)";
      return at;
    }
    if (option.type == Type.Switch) {
      given.take(option, "");
      continue;
    }
    if (i + 1 < word.length) {
      given.take(option, word.substring(i + 1));
      return at;
    }
    if (at + 1 < words.length) given.take(option, words[at + 1]);
    else given.error = option.name + ": needs a value";
    return at + 1;
  }
  return at;
}

function subcommandNames(command: Command): string {
  let text = "";
  for (let i = 0; i < command.subcommands.length; i++) text += (i > 0 ? ", " : "") + command.subcommands[i].name;
  return text;
}
