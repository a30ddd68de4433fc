// What Tab offers: commands, subcommands, options and values, from the command table and the kernel's lists. Changes nothing.
import { MODULE_ROW_BYTES, MODULE_ROW_NAME, PROGRAM_INFO_BYTES, PROGRAM_INFO_NAME } from "../abi/layouts";
import { Topic } from "../abi/numbers";
import { jobs } from "./jobs";
import { RowReader, textAt } from "./rows";
import { Argument, COMMANDS, Command, findCommand, Type } from "./table";

export class Completion {
  /** what could stand there */
  names: string[] = [];
  /** what can be added at the cursor without a choice; "" nothing */
  extension: string = "";
}

/** What could follow the text up to the cursor. */
export function complete(text: string): Completion {
  const result = new Completion();
  const command = lastCommand(text);
  if (command.includes("'") || command.includes('"') || command.includes("\\")) return result;
  const words = splitWords(command);
  const word = words[words.length - 1];
  words.length = words.length - 1;
  const names = candidates(words, word);
  for (let i = 0; i < names.length; i++) if (names[i].startsWith(word)) result.names.push(names[i]);
  if (result.names.length == 0) return result;
  let common = result.names[0];
  for (let i = 1; i < result.names.length; i++) common = commonStart(common, result.names[i]);
  result.extension = common.substring(word.length);
  if (result.names.length == 1) result.extension += " ";
  return result;
}

/** The text after the last ; or & or |. */
function lastCommand(text: string): string {
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code == 59 || code == 38 || code == 124) from = i + 1;
  }
  return text.substring(from);
}

/** Words; the last is the one being typed, maybe "". */
function splitWords(text: string): string[] {
  const words: string[] = [];
  const parts = text.split(" ");
  for (let i = 0; i < parts.length - 1; i++) if (parts[i] != "") words.push(parts[i]);
  words.push(parts[parts.length - 1]);
  return words;
}

function commonStart(a: string, b: string): string {
  let n = 0;
  while (n < a.length && n < b.length && a.charCodeAt(n) == b.charCodeAt(n)) n++;
  return a.substring(0, n);
}

function candidates(words: string[], word: string): string[] {
  if (words.length == 0) return commandNames();
  let command: Command | null = findCommand(words[0]);
  if (!command) return [];
  let at = 1;
  if (command.subcommands.length > 0) {
    if (at == words.length && !word.startsWith("-")) {
      const names: string[] = [];
      for (let i = 0; i < command.subcommands.length; i++) names.push(command.subcommands[i].name);
      return names;
    }
    const inner: Command | null = at < words.length ? command.subcommand(words[at]) : null;
    if (inner) {
      command = inner;
      at++;
    } else if (!command.run && at < words.length) return [];
  }
  let operandIndex = 0;
  let pending: Argument | null = null;
  for (; at < words.length; at++) {
    if (pending) {
      pending = null;
      continue;
    }
    const option = command.option(words[at]);
    if (option) {
      if (option.type != Type.Switch) pending = option;
      continue;
    }
    if (operandIndex >= command.operands.length) return [];
    const operand = command.operands[operandIndex];
    if (operand.type == Type.Command) return candidates(words.slice(at), word);
    if (!operand.rest) operandIndex++;
  }
  if (pending) return values(pending);
  if (word.startsWith("-")) {
    const names: string[] = [];
    for (let i = 0; i < command.options.length; i++) names.push(command.options[i].name);
    return names;
  }
  return operandIndex < command.operands.length ? values(command.operands[operandIndex]) : [];
}

function commandNames(): string[] {
  const names: string[] = [];
  for (let i = 0; i < COMMANDS.length; i++) names.push(COMMANDS[i].name);
  names.sort();
  return names;
}

function values(argument: Argument): string[] {
  switch (argument.type) {
    case Type.Choice:
      return argument.choices.slice(0);
    case Type.Command:
    case Type.CommandName:
      return commandNames();
    case Type.Module:
      return namesOf(Topic.Modules, MODULE_ROW_BYTES, MODULE_ROW_NAME as u32, 32);
    case Type.Program:
      return namesOf(Topic.Programs, PROGRAM_INFO_BYTES, PROGRAM_INFO_NAME as u32, 24);
    case Type.Process: {
      const names: string[] = [];
      for (let i = 0; i < jobs.length; i++) names.push("%" + jobs[i].number.toString());
      return names;
    }
    default:
      return [];
  }
}

/** The name column of a topic's rows. */
function namesOf(topic: Topic, rowBytes: u32, offset: u32, capacity: u32): string[] {
  const names: string[] = [];
  const rows = new RowReader(topic, rowBytes, 0, false);
  for (let row = rows.next(); row != 0; row = rows.next()) names.push(textAt(row + offset, capacity));
  return names;
}
