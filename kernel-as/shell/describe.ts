// The command table as text, for whoever keeps a mind's answers within it: kernel-as/mind/grammar reads it, in the service and under V8. Not help: no
// sentence is parsed from it. docs/mind-answers.md has the form.
//   commands 1
//   c EFFECT PATH FLAGS SUMMARY      a command: x only by hand, r runs, g options end at the first operand, a alone it only reads
//   o NAME TYPE FLAGS LEAST MOST CHOICES      an operand of the command above: n needed, m takes all that are left. One only by hand is left out
//   p NAME TYPE FLAGS LEAST MOST CHOICES      an option of it
//   v TYPE NAME      a value that there is now: of a module, policy, program, limit, command
// Fields are parted by tabs, choices by commas; - stands for nothing.
import { LADDER_LIMIT_ROW_BYTES, LADDER_LIMIT_ROW_NAME, MODULE_ROW_BYTES, MODULE_ROW_NAME } from "../abi/layouts";
import { Topic } from "../abi/numbers";
import { namesOf } from "./complete";
import { schedPolicies } from "./policies";
import { binPrograms } from "./programs";
import { Argument, COMMANDS, Command, effectName, isNumeric, Type, typeName } from "./table";

/** Version of the form, in its first line. */
const FORM: string = "commands 1\n";

/** The whole table with the values of now. */
export function describeCommands(): string {
  const lines: string[] = [];
  for (let i = 0; i < COMMANDS.length; i++) describeCommand(lines, COMMANDS[i], false);
  for (let i = 0; i < COMMANDS.length; i++) lines.push(value(Type.CommandName, COMMANDS[i].name));
  describeNames(lines, Type.Module, namesOf(Topic.Modules, MODULE_ROW_BYTES, MODULE_ROW_NAME as u32, 32));
  describeNames(lines, Type.Limit, namesOf(Topic.LadderLimits, LADDER_LIMIT_ROW_BYTES, LADDER_LIMIT_ROW_NAME as u32, 32));
  describeNames(lines, Type.Program, binPrograms());
  const policies = schedPolicies();
  const names: string[] = [];
  for (let i = 0; i < policies.length; i++) names.push(policies[i].name);
  describeNames(lines, Type.Policy, names);
  return FORM + lines.join("\n") + "\n";
}

/** Its line, its arguments', and those of its subcommands. What is by hand has subcommands that are. */
function describeCommand(lines: string[], command: Command, personal: bool): void {
  const byHand = personal || command.personal || runsAnother(command);
  let flags = byHand ? "x" : "";
  if (command.run) flags += "r";
  if (command.greedy) flags += "g";
  if (command.readsAlone) flags += "a";
  lines.push("c\t" + effectName(command.effect) + "\t" + command.path + "\t" + filled(flags) + "\t" + command.summary);
  for (let i = 0; i < command.operands.length; i++) if (!command.operands[i].personal) lines.push("o\t" + argument(command.operands[i]));
  for (let i = 0; i < command.options.length; i++) if (!command.options[i].personal) lines.push("p\t" + argument(command.options[i]));
  for (let i = 0; i < command.subcommands.length; i++) describeCommand(lines, command.subcommands[i], byHand);
}

/** Whether a command is among its words. */
function runsAnother(command: Command): bool {
  for (let i = 0; i < command.operands.length; i++) if (command.operands[i].type == Type.Command) return true;
  return false;
}

function argument(a: Argument): string {
  let flags = a.required ? "n" : "";
  if (a.rest) flags += "m";
  const bounds = isNumeric(a.type) ? a.minimum.toString() + "\t" + a.maximum.toString() : "-\t-";
  const choices = a.type == Type.Choice ? a.choices : a.samples;
  return a.name + "\t" + typeName(a.type) + "\t" + filled(flags) + "\t" + bounds + "\t" + filled(choices.join(","));
}

function describeNames(lines: string[], type: Type, names: string[]): void {
  for (let i = 0; i < names.length; i++) if (isPlainName(names[i])) lines.push(value(type, names[i]));
}

/** A name of a file or module can hold anything; one that would need quotes is left out. */
function isPlainName(name: string): bool {
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    const letter = (code | 32) >= 97 && (code | 32) < 123;
    if (!letter && !(code >= 48 && code < 58) && code != 95 && code != 46 && !(code == 45 && i > 0)) return false;
  }
  return name.length > 0;
}

function value(type: Type, name: string): string {
  return "v\t" + typeName(type) + "\t" + name;
}

function filled(text: string): string {
  return text == "" ? "-" : text;
}
