// A line in the background: one program alone is a process of its own, anything else a second shell that runs the line.
// What a job is, and what becomes of it, is jobs.ts's.
import { parseArguments } from "./arguments";
import { printError } from "./console";
import { expandWords } from "./glob";
import { startJob } from "./jobs";
import { Launch, shellLaunch } from "./launch";
import { binPath } from "./programs";
import { planNamed, planRun, planStatus } from "./run";
import { List } from "./script";
import { STATUS_FAILED, session } from "./session";
import { findCommand } from "./table";

/** Starts it. Returns its status: 0, or that of what was told. */
export function startInBackground(list: List): i32 {
  let launch: Launch | null = null;
  const words = aloneIn(list);
  if (words.length > 0) {
    const command = findCommand(words[0]);
    if (command != null && command.name == "run") {
      const given = parseArguments(command, words);
      if (given.error == "" && !given.help && !given.json) {
        launch = planRun(given);
        if (!launch) return planStatus;
      }
    } else if (command == null) {
      const path = binPath(words[0]);
      if (path != "") launch = planNamed(path, words);
    }
  }
  const why = startJob(list.text, launch ? launch : shellLaunch(list.text));
  if (why == "") return 0;
  printError("cannot start in the background: " + why);
  return STATUS_FAILED;
}

/** The words of the one command without redirections that a list is; none where it is more. */
function aloneIn(list: List): string[] {
  const commands = list.pipelines[0].commands;
  if (list.pipelines.length > 1 || commands.length > 1 || commands[0].redirections.length > 0) return [];
  return expandWords(commands[0].words, session.status);
}
