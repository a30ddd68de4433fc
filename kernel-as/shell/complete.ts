// What Tab offers: commands, subcommands, options and values, from the command table and the kernel's lists; programs and paths from the files.
// Changes nothing.
import { LADDER_LIMIT_ROW_BYTES, LADDER_LIMIT_ROW_NAME, MODULE_ROW_BYTES, MODULE_ROW_NAME } from "../abi/layouts";
import { FileType, Topic } from "../abi/numbers";
import { isDirectory, listNames } from "./files";
import { jobs } from "./jobs";
import { schedPolicies } from "./policies";
import { binPrograms, imagePrograms } from "./programs";
import { RowReader, textAt } from "./rows";
import { Argument, COMMANDS, Command, findCommand, Type } from "./table";
import { escapeWord } from "./words";

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
  let word = words[words.length - 1];
  words.length = words.length - 1;
  const target = redirected(command);
  if (target >= 0) word = command.substring(target);
  const names = target >= 0 ? paths(word) : candidates(words, word);
  for (let i = 0; i < names.length; i++) if (names[i].startsWith(word)) result.names.push(names[i]);
  if (result.names.length == 0) return result;
  let common = result.names[0];
  for (let i = 1; i < result.names.length; i++) common = commonStart(common, result.names[i]);
  result.extension = common.substring(word.length);
  if (result.names.length == 1 && !result.names[0].endsWith("/")) result.extension += " ";
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

/** Where the path after a last `<` or `>` begins; -1 where none is being typed. */
function redirected(command: string): i32 {
  const at = max(command.lastIndexOf("<"), command.lastIndexOf(">"));
  if (at < 0) return -1;
  let from = at + 1;
  while (from < command.length && command.charCodeAt(from) == 32) from++;
  return command.indexOf(" ", from) < 0 ? from : -1;
}

/** Names in the folder that a path begun names, written as it is; directories end with a slash. */
function paths(word: string): string[] {
  const slash = word.lastIndexOf("/");
  const folder = word.substring(0, slash + 1);
  const begun = word.substring(slash + 1);
  const names: string[] = [];
  const entries = listNames(folder == "" ? "." : folder);
  if (!entries) return names;
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i];
    if (!entry.name.startsWith(begun) || (entry.name.startsWith(".") && begun == "")) continue;
    const path = folder + escapeWord(entry.name);
    const isFolder = entry.type == FileType.Directory || (entry.type == FileType.Link && isDirectory(folder + entry.name));
    names.push(isFolder ? path + "/" : path);
  }
  return names;
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
  if (words.length == 0) return word.includes("/") ? paths(word) : commandNames(true);
  let command: Command | null = findCommand(words[0]);
  // a program of /bin or of a path
  if (!command) return word.startsWith("-") ? [] : paths(word);
  let at = 1;
  while (command.subcommands.length > 0) {
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
    else break;
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
  if (pending) return values(pending, word);
  if (word.startsWith("-")) {
    const names: string[] = [];
    for (let i = 0; i < command.options.length; i++) names.push(command.options[i].name);
    return names;
  }
  return operandIndex < command.operands.length ? values(command.operands[operandIndex], word) : [];
}

function commandNames(programs: bool): string[] {
  const names: string[] = programs ? binPrograms() : [];
  for (let i = 0; i < COMMANDS.length; i++) names.push(COMMANDS[i].name);
  names.sort();
  return names;
}

function values(argument: Argument, word: string): string[] {
  switch (argument.type) {
    case Type.Choice:
      return argument.choices.slice(0);
    case Type.Path:
      return paths(word);
    case Type.Command:
      return commandNames(true);
    case Type.CommandName:
      return commandNames(false);
    case Type.Module:
      return namesOf(Topic.Modules, MODULE_ROW_BYTES, MODULE_ROW_NAME as u32, 32);
    case Type.Limit:
      return namesOf(Topic.LadderLimits, LADDER_LIMIT_ROW_BYTES, LADDER_LIMIT_ROW_NAME as u32, 32);
    case Type.Policy: {
      const names: string[] = [];
      const policies = schedPolicies();
      for (let i = 0; i < policies.length; i++) names.push(policies[i].name);
      return names;
    }
    case Type.Program:
      return word.includes("/") ? paths(word) : imagePrograms().concat(binPrograms());
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
export function namesOf(topic: Topic, rowBytes: u32, offset: u32, capacity: u32): string[] {
  const names: string[] = [];
  const rows = new RowReader(topic, rowBytes, 0, false);
  for (let row = rows.next(); row != 0; row = rows.next()) names.push(textAt(row + offset, capacity));
  return names;
}
