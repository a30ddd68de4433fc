// Help text and help JSON, from the command table alone.
import { describeRange } from "./arguments";
import { printLine } from "./console";
import { Json } from "./json";
import { Argument, COMMANDS, Command, effectName, isNumeric, Type, typeName } from "./table";

/** `memctl compact [--order N] [--json]` */
export function usage(command: Command): string {
  let text = command.path;
  if (!command.run) return text + " " + subcommandNames(command) + " …";
  const options = command.options;
  for (let i = 0; i < options.length; i++) {
    const option = options[i];
    if (option.name == "--help") continue;
    const shown = option.type == Type.Switch ? option.name : option.name + " " + option.placeholder;
    text += option.required ? " " + shown : " [" + shown + "]";
  }
  for (let i = 0; i < command.operands.length; i++) {
    const operand = command.operands[i];
    const shown = (operand.choices.length > 0 && operand.choices.length < 8 ? operand.choices.join("|") : operand.name) + (operand.rest ? "…" : "");
    text += operand.required ? " " + shown : " [" + shown + "]";
  }
  return command.subcommands.length > 0 ? text + "  or  " + command.path + " " + subcommandNames(command) : text;
}

function subcommandNames(command: Command): string {
  let names = "";
  for (let i = 0; i < command.subcommands.length; i++) names += (i > 0 ? "|" : "") + command.subcommands[i].name;
  return names;
}

function describe(argument: Argument): string {
  let text = argument.doc;
  if (isNumeric(argument.type)) text += ", " + describeRange(argument);
  if (argument.choices.length > 0) text += ": " + argument.choices.join(", ");
  if (argument.fallback != "") text += " (default: " + argument.fallback + ")";
  return text;
}

export function printHelp(command: Command): void {
  printLine("Usage: " + usage(command));
  printLine("  " + command.summary);
  if (command.subcommands.length > 0) {
    printLine("Subcommands:");
    for (let i = 0; i < command.subcommands.length; i++) {
      const subcommand = command.subcommands[i];
      printLine("  " + subcommand.name.padEnd(12) + subcommand.summary);
    }
    if (!command.run) {
      printLine("Try: " + command.path + " " + command.subcommands[0].name + " --help");
      return;
    }
  }
  if (command.operands.length > 0) printLine("Arguments:");
  for (let i = 0; i < command.operands.length; i++) printLine("  " + command.operands[i].name.padEnd(18) + describe(command.operands[i]));
  printLine("Options:");
  for (let i = 0; i < command.options.length; i++) {
    const option = command.options[i];
    printLine("  " + (option.name + (option.placeholder != "" ? " " + option.placeholder : "")).padEnd(18) + describe(option));
  }
}

/** All commands by family. */
export function printOverview(): void {
  const families: string[] = [];
  for (let i = 0; i < COMMANDS.length; i++) if (!families.includes(COMMANDS[i].family)) families.push(COMMANDS[i].family);
  for (let f = 0; f < families.length; f++) {
    printLine(families[f] + ":");
    for (let i = 0; i < COMMANDS.length; i++) {
      const command = COMMANDS[i];
      if (command.family == families[f]) printLine("  " + command.name.padEnd(11) + command.summary);
    }
  }
  printLine("help COMMAND or COMMAND --help says more. a; b  a && b  a || b  a &  'x' \"x\" \\x  # comment  $?");
}

function argumentJson(json: Json, argument: Argument): void {
  json.object().string("name", argument.name).string("type", typeName(argument.type)).boolean("required", argument.required).boolean("rest", argument.rest);
  if (argument.isOption && argument.type != Type.Switch) json.string("placeholder", argument.placeholder);
  if (isNumeric(argument.type)) json.signed("minimum", argument.minimum).signed("maximum", argument.maximum);
  if (argument.choices.length > 0) {
    json.key("choices").list();
    for (let i = 0; i < argument.choices.length; i++) json.text(argument.choices[i]);
    json.endList();
  }
  if (argument.fallback != "") json.string("default", argument.fallback);
  json.string("doc", argument.doc).endObject();
}

/** The whole row of a command with its subcommands. */
export function commandJson(json: Json, command: Command): void {
  json.object().string("name", command.name).string("path", command.path);
  if (command.family != "") json.string("family", command.family);
  json
    .string("usage", usage(command))
    .string("summary", command.summary)
    .string("risk", effectName(command.effect))
    .boolean("runs", command.run != null)
    .boolean("optionsFirst", command.greedy);
  json.key("subcommands").list();
  for (let i = 0; i < command.subcommands.length; i++) commandJson(json, command.subcommands[i]);
  json.endList().key("operands").list();
  for (let i = 0; i < command.operands.length; i++) argumentJson(json, command.operands[i]);
  json.endList().key("options").list();
  for (let i = 0; i < command.options.length; i++) argumentJson(json, command.options[i]);
  json.endList().endObject();
}
