// Family "shell": help, echo, true, false, history, clear, exit.

import * as sys from "../../abi/sys";
import { Arguments } from "../arguments";
import { flush, print, printLine } from "../console";
import { commandJson, printHelp, printOverview } from "../help";
import { history } from "../history";
import { Json } from "../json";
import { complain, done, fail } from "../report";
import { Mode, STATUS_FAILED, STATUS_UNKNOWN, session } from "../session";
import { toConsole } from "../streams";
import { COMMANDS, Command, Effect, findCommand, operand, register, Type } from "../table";
import { cutToColumns } from "../utf8";

const SCREEN_COLUMNS: i32 = 80;

export function registerBasics(): void {
  register(
    new Command("help", "shell", Effect.Observe, "list the commands, or say more of one", help)
      .takes(operand("COMMAND", Type.CommandName, "a command").optional(""))
      .takes(operand("SUBCOMMAND", Type.Text, "one of its subcommands").optional("").many().byHand()),
  );
  register(
    new Command("echo", "shell", Effect.Observe, "print words", echo)
      .takes(operand("WORD", Type.Text, "what to print").optional("").many())
      .endsOptionsEarly()
      .byHand(),
  );
  register(new Command("true", "shell", Effect.Observe, "succeed: status 0", (given: Arguments): i32 => done(given, "")).byHand());
  register(new Command("false", "shell", Effect.Observe, "fail: status 1", failPlainly).byHand());
  register(new Command("history", "shell", Effect.Observe, "the lines typed before", showHistory).stays());
  register(new Command("clear", "shell", Effect.Observe, "clear the screen", clearScreen).byHand());
  register(
    new Command("exit", "shell", Effect.Observe, "end a shell that runs one line; the console's shell stays", leave)
      .takes(operand("STATUS", Type.Integer, "its exit status").within(0, 255).optional("$?"))
      .byHand(),
  );
}

function help(given: Arguments): i32 {
  const name = given.text("COMMAND");
  if (name == "") {
    if (!given.json) {
      printOverview();
      return 0;
    }
    const json = new Json().object().key("commands").list();
    for (let i = 0; i < COMMANDS.length; i++) commandJson(json, COMMANDS[i]);
    json.endList().endObject().end();
    return 0;
  }
  let command = findCommand(name);
  if (!command) return complain(given.json, "unknown command: " + name, STATUS_UNKNOWN);
  for (let i = 0; i < given.rest.length; i++) {
    const path = command.path + " " + given.rest[i];
    command = command.subcommand(given.rest[i]);
    if (!command) return complain(given.json, "unknown command: " + path, STATUS_UNKNOWN);
  }
  if (given.json) {
    const json = new Json();
    commandJson(json, command);
    json.end();
  } else printHelp(command);
  return 0;
}

function echo(given: Arguments): i32 {
  const text = given.rest.join(" ");
  if (given.json) new Json().object().string("text", text).endObject().end();
  else printLine(text);
  return 0;
}

function failPlainly(given: Arguments): i32 {
  if (given.json) new Json().object().pair("status", STATUS_FAILED).endObject().end();
  return STATUS_FAILED;
}

function showHistory(given: Arguments): i32 {
  if (given.json) {
    const json = new Json().object().key("lines").list();
    for (let i = 0; i < history.length; i++) json.text(history[i]);
    json.endList().endObject().end();
    return 0;
  }
  // on a screen a line takes one row, as in the editor
  const cut = session.mode == Mode.Interactive && toConsole();
  for (let i = 0; i < history.length; i++) {
    const line = (i + 1).toString().padStart(5) + "  " + history[i];
    printLine(cut ? cutToColumns(line, SCREEN_COLUMNS) : line);
  }
  return 0;
}

function clearScreen(given: Arguments): i32 {
  if (session.mode == Mode.Interactive) print("\x1b[H\x1b[2J");
  return given.json ? done(given, "") : 0;
}

function leave(given: Arguments): i32 {
  if (session.mode != Mode.Once) return fail(given, "this is the console's shell; poweroff ends the machine");
  flush();
  sys.exit(given.number("STATUS", session.status) as i32);
  return 0;
}
