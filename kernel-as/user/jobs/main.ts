// One ring-3 program under five names, all of which make real processes and measure what the scheduler makes of them: `jobs` plays a job
// list, `wakebench` measures how soon a woken process runs, `messagebench` how fast groups of processes pass messages, `switchbench` what
// a switch between two processes costs, `schedstress` does what schedulers must live with. Nothing here allocates, so that no collector disturbs.
import * as sys from "../../abi/sys";
import "../abort";
import { ownRole, Role } from "./child";
import { playList } from "./coordinator";
import { playJob } from "./job";
import { measureMessages, receive, send } from "./messages";
import { bomb, stressScheduler } from "./stress";
import { echo, measureSwitches, yieldAlong } from "./switches";
import { hog, measureWakes, passOn, workOnWake } from "./wakes";
import { readWords, wordIs } from "./words";

export function start(): void {
  readWords();
}

export function step(): i32 {
  sys.exit(play());
  return 0;
}

function play(): i32 {
  switch (<i32>ownRole()) {
    case Role.Job:
      return playJob();
    case Role.Messenger:
      return passOn();
    case Role.Worker:
      return workOnWake();
    case Role.Hog:
      return hog();
    case Role.Sender:
      return send();
    case Role.Receiver:
      return receive();
    case Role.Yielder:
      return yieldAlong();
    case Role.Echo:
      return echo();
    case Role.Bomb:
      return bomb();
  }
  if (wordIs(0, "wakebench")) return measureWakes();
  if (wordIs(0, "messagebench")) return measureMessages();
  if (wordIs(0, "switchbench")) return measureSwitches();
  if (wordIs(0, "schedstress")) return stressScheduler();
  return playList();
}
