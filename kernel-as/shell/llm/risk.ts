// What a line that a model wrote would do to the machine, by the shell's own parser and table. Nothing in the line, in a process's name or in its output
// can lower the risk: it is the table's, and what the table does not settle is taken for worse.
import { Arguments, parseArguments } from "../arguments";
import { binPath } from "../programs";
import { parseScript } from "../script";
import { Command, Effect, findCommand, Type } from "../table";

/** Longest line that is looked at. */
const LINE_MOST: i32 = 512;

/** A line, judged. */
export class Judged {
  /** why nobody runs it; "" it may be run, as its effect allows */
  error: string = "";
  effect: Effect = Effect.Destroy;
  given: Arguments | null = null;
  words: string[] = [];
}

function refused(why: string): Judged {
  const judged = new Judged();
  judged.error = why;
  return judged;
}

/** Judges a line that is to be one command with plain words. */
export function judge(line: string): Judged {
  if (line.length == 0) return refused("there is no command");
  if (line.length > LINE_MOST) return refused("the command is too long");
  for (let i = 0; i < line.length; i++) if (line.charCodeAt(i) < 0x20 || line.charCodeAt(i) > 0x7e) return refused("a sign that no command has");
  const script = parseScript(line);
  if (script.error != "") return refused(script.error);
  if (script.lists.length != 1 || script.lists[0].background || script.lists[0].pipelines.length != 1) return refused("more than one command");
  const commands = script.lists[0].pipelines[0].commands;
  if (commands.length != 1 || commands[0].redirections.length > 0) return refused("a pipeline or a redirection");
  const words = commands[0].words;
  for (let i = 0; i < words.length; i++) for (let k = 0; k < words[i].length; k++) if (words[i].charCodeAt(k) < 0x20) return refused("a pattern or $?");
  const root = findCommand(words[0]);
  if (!root) return refused("no command of the shell: " + words[0]);
  const given = parseArguments(root, words);
  if (given.error != "") return refused(given.error);
  if (given.help || !given.command.run) return refused("it does nothing");
  if (isPersonal(given.command)) return refused(given.command.path + " is for hands only");
  if (givesPersonal(given)) return refused("an option that is for hands only");
  const judged = new Judged();
  judged.given = given;
  judged.words = words;
  judged.effect = effectOf(given);
  return judged;
}

/** By its own mark, or that of a command above it, or because it runs another. */
function isPersonal(command: Command): bool {
  for (let c: Command | null = command; c; c = c.parent) if (c.personal) return true;
  for (let i = 0; i < command.operands.length; i++) if (command.operands[i].type == Type.Command) return true;
  return false;
}

/** --json is harmless, and the only one that is let through. */
function givesPersonal(given: Arguments): bool {
  const options = given.command.options;
  for (let i = 0; i < options.length; i++) if (options[i].personal && options[i].name != "--json" && given.has(options[i].name)) return true;
  return false;
}

/** The table's, but: alone it may only read, and a program that is not one of /bin can do anything. */
function effectOf(given: Arguments): Effect {
  const command = given.command;
  if (command.readsAlone && isAlone(given)) return Effect.Observe;
  if (command.path == "run" && binPath(given.text("PROGRAM")) == "") return Effect.Destroy;
  return command.effect;
}

/** Whether it was given nothing but its name. */
export function isAlone(given: Arguments): bool {
  const command = given.command;
  for (let i = 0; i < command.operands.length; i++) if (given.has(command.operands[i].name)) return false;
  for (let i = 0; i < command.options.length; i++) if (command.options[i].name != "--json" && given.has(command.options[i].name)) return false;
  return true;
}
