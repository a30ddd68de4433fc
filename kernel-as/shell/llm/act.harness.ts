// What the shell does with suggestions, for tools/mind/acting.test.ts under V8: the kernel is the test's.
import "../../user/abort";
import { registerCommands } from "../commands/index";
import { flush } from "../console";
import { busy } from "../frames";
import { startLine, stepLine } from "../runner";
import { Mode, session } from "../session";
import { COMMANDS } from "../table";
import { consider } from "./auto";
import { Inference } from "./inference";
import { judge } from "./risk";
import { Suggestion } from "./suggestion";

function ready(): void {
  if (COMMANDS.length == 0) registerCommands();
}

function settle(): i32 {
  while (busy()) stepLine();
  flush();
  return session.status;
}

/** Gives the shell a suggestion; the status at the end. */
export function offer(id: u32, command: string, calibrated: bool, abstains: bool, json: bool): i32 {
  ready();
  const answer = new Inference();
  answer.id = id;
  answer.command = command;
  answer.cause = "asked";
  answer.sentence = "as you asked";
  answer.confidencePpm = 912345;
  answer.calibrated = calibrated;
  answer.abstains = abstains;
  const suggestion = new Suggestion(answer, "why?", 0);
  session.status = consider(suggestion, json);
  return settle();
}

/** From now on the shell is one that runs one line and ends: of a background job, or of a stage of a pipeline. */
export function once(): void {
  session.mode = Mode.Once;
}

/** Runs a line as if it had been typed; its status. */
export function typed(line: string): i32 {
  ready();
  startLine(line);
  return settle();
}

/** What the risk of a line is: "observe", …, or why nobody runs it. */
export function risk(line: string): string {
  ready();
  const judged = judge(line);
  return judged.error != "" ? "refused: " + judged.error : judged.effect == 0 ? "observe" : judged.effect == 1 ? "adjust" : "destroy";
}
