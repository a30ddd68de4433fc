// Family "power": poweroff, reboot, panic.
import { Control } from "../../abi/numbers";
import * as sys from "../../abi/sys";
import { Arguments } from "../arguments";
import { flush, print, printLine, putByte } from "../console";
import { CTRL_C, nextByte, whenDisturbed } from "../input";
import { killJobs } from "../jobs";
import { complain, failStatus } from "../report";
import { controlText } from "../rows";
import { cancel, Mode, STATUS_FAILED, STATUS_USAGE, session } from "../session";
import { Command, Effect, flag, operand, option, register, Type } from "../table";

/** how much of an answer counts */
const ANSWER_BYTES: i32 = 8;

export function registerPower(): void {
  register(
    new Command("poweroff", "power", Effect.Destroy, "end background jobs and switch the machine off", powerOff).offers(
      option("--status", Type.Integer, "N", "exit status that the emulator reports").within(0, 1).optional("0").byHand(),
    ),
  );
  register(new Command("reboot", "power", Effect.Destroy, "end background jobs and start the machine again", reboot));
  register(
    new Command("panic", "power", Effect.Destroy, "stop the kernel with an epitaph; asks first", panic)
      .offers(flag("--yes", "do not ask"))
      .takes(operand("MESSAGE", Type.Text, "what the epitaph says").optional("asked for by the shell").many())
      .byHand(),
  );
}

function powerOff(given: Arguments): i32 {
  killJobs();
  flush();
  return failStatus(given, "", sys.control(Control.PowerOff, given.number("--status", 0) as u64, 0, 0, 0));
}

function reboot(given: Arguments): i32 {
  killJobs();
  flush();
  return failStatus(given, "", sys.control(Control.Reboot, 0, 0, 0, 0));
}

function panic(given: Arguments): i32 {
  if (!given.has("--yes")) {
    if (session.mode != Mode.Interactive) return complain(given.json, "panic: nobody can be asked here: use panic --yes", STATUS_USAGE);
    const answer = ask("Panic stops the kernel at once. Go on? [y/N] ");
    if (answer < 0) return cancel();
    if (answer == 0) {
      printLine("panic: not done");
      return STATUS_FAILED;
    }
  }
  const message = given.rest.length > 0 ? given.rest.join(" ") : "asked for by the shell";
  flush();
  return failStatus(given, "", controlText(Control.Panic, message));
}

let question: string = "";
let answer: string = "";

/** Reads a line: 1 yes, 0 no, -1 Ctrl-C. */
function ask(text: string): i32 {
  question = text;
  answer = "";
  print(question);
  const before = whenDisturbed(() => print(question + answer));
  const result = readAnswer();
  whenDisturbed(before);
  return result;
}

function readAnswer(): i32 {
  for (;;) {
    const byte = nextByte();
    if (byte == CTRL_C) return -1;
    if (byte == 13 || byte == 10) break;
    if ((byte == 8 || byte == 127) && answer.length > 0) {
      answer = answer.substring(0, answer.length - 1);
      print("\b \b");
    } else if (byte > 0x20 && byte < 0x7f && answer.length < ANSWER_BYTES) {
      answer += String.fromCharCode(byte);
      putByte(byte);
    }
  }
  print("\n");
  answer = answer.toLowerCase();
  return answer == "y" || answer == "yes" ? 1 : 0;
}
