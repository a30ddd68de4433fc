// The services of the image: started at boot, protected from the out-of-memory killer, started again when they end.
import { Status } from "../abi/numbers";
import { literalCopy } from "../lib/bytes";
import { say, sayEnd } from "./obs";
import { startService } from "./proc/lifecycle";
import { FLAG_PROTECTED, FLAG_SERVICE } from "./proc/process";

const argv: usize = memory.data(32);

/** Starts the shell. Ok, or why there is none. */
export function startServices(): i32 {
  const bytes = <u32>literalCopy(argv, "shell") + 1;
  store<u8>(argv + bytes - 1, 0);
  const pid = startService(argv, bytes, FLAG_PROTECTED | FLAG_SERVICE);
  if (pid < 0) {
    say("the shell cannot start");
    sayEnd();
    return pid;
  }
  return Status.Ok;
}
