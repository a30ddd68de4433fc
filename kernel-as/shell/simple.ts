// One simple command: a row of the command table, or a name of /bin. Its words are expanded already; pipelines and redirections are not
// known here.
import { Arguments, parseArguments } from "./arguments";
import { printError } from "./console";
import { commandJson, printHelp } from "./help";
import { Json } from "./json";
import { binPath, suggestion } from "./programs";
import { complain } from "./report";
import { planNamed, runLaunch } from "./run";
import { STATUS_CANNOT_RUN, STATUS_UNKNOWN, STATUS_USAGE } from "./session";
import { findCommand } from "./table";

/** Runs one simple command. Returns its status; where it pushed a frame, that frame's status follows. */
export function runWords(words: string[]): i32 {
  const command = findCommand(words[0]);
  if (!command) {
    const path = binPath(words[0]);
    return path == "" ? failUnknown(words) : runLaunch(planNamed(path, words), words[0] + ": ", false);
  }
  const given: Arguments = parseArguments(command, words);
  if (given.error != "") return complain(given.json, given.error, STATUS_USAGE);
  if (given.help) {
    if (given.json) {
      const json = new Json();
      commandJson(json, given.command);
      json.end();
    } else printHelp(given.command);
    return 0;
  }
  const run = given.command.run;
  if (!run) return complain(given.json, given.command.path + ": cannot run", STATUS_CANNOT_RUN);
  return run(given);
}

function failUnknown(words: string[]): i32 {
  const meant = suggestion(words[0], false);
  const text = "unknown command: " + words[0];
  if (words.includes("--json")) return complain(true, meant == "" ? text : text + "; did you mean " + meant + "?", STATUS_UNKNOWN);
  printError(text);
  printError(meant == "" ? "try help" : "did you mean " + meant + "?");
  return STATUS_UNKNOWN;
}
