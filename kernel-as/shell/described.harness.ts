// The command table and its parser for tools/mind/table.ts under V8: nothing runs, every system call answers NotFound unless the host knows better.
import "../user/abort";
import { Arguments, parseArguments } from "./arguments";
import { registerCommands } from "./commands/index";
import { describeCommands } from "./describe";
import { parseScript } from "./script";
import { COMMANDS, findCommand } from "./table";

/** The text of the table. */
export function described(): string {
  if (COMMANDS.length == 0) registerCommands();
  return describeCommands();
}

/** What is wrong with a line as one command with its words, by the shell's own parser; "" nothing. */
export function judged(line: string): string {
  if (COMMANDS.length == 0) registerCommands();
  const script = parseScript(line);
  if (script.error != "") return script.error;
  if (script.lists.length != 1 || script.lists[0].background || script.lists[0].pipelines.length != 1) return "not one command";
  const commands = script.lists[0].pipelines[0].commands;
  if (commands.length != 1 || commands[0].redirections.length > 0) return "a pipeline or a redirection";
  const words = commands[0].words;
  for (let i = 0; i < words.length; i++) if (!isPlain(words[i])) return "not plain: " + words[i];
  const command = findCommand(words[0]);
  if (!command) return "unknown command: " + words[0];
  const given: Arguments = parseArguments(command, words);
  if (given.error != "") return given.error;
  return given.help ? "asks for help" : given.command.run ? "" : "cannot run";
}

/** No mark of `$?`, `*` or `?` in it. */
function isPlain(word: string): bool {
  for (let i = 0; i < word.length; i++) if (word.charCodeAt(i) < 0x20) return false;
  return true;
}
