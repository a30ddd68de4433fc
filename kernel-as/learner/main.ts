// The service `learner`: improves the weights of the policy that decides which task runs.
import * as sys from "../abi/sys";
import "../user/abort";
import { readState } from "./kernel";

const FROZEN_NS: u64 = 1_000_000_000;

export function start(): void {}

export function step(): i32 {
  sys.sleep(FROZEN_NS);
  readState();
  return 1;
}

/** The stub runtime frees nothing and the learner allocates nothing: there is nothing to collect. */
export function __collect(): void {}
