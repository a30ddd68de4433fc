// The words of the kernel command line that mean nothing: a typing error must not pass in silence. Not the options themselves
// (boot.ts).
import { getU8, isLiteral, startsWithLiteral } from "../lib/bytes";
import { commandLine, commandLineBytes } from "./boot";
import { say, sayBytes, sayEnd } from "./obs";

const NOT_A_KEY = " is not a key of this kernel";
const NOT_A_NUMBER = " is not a number";
/** Longest word that is repeated in full. */
const SHOWN_BYTES: u32 = 80;

/** Call once, at boot. Complaints go to the log, and to a person's console. */
export function checkCommandLine(): void {
  const end = commandLine + commandLineBytes;
  let at = commandLine;
  while (at < end) {
    while (at < end && getU8(at) <= 0x20) at++;
    const word = at;
    while (at < end && getU8(at) > 0x20) at++;
    if (at > word) checkWord(word, <u32>(at - word));
  }
}

function checkWord(word: usize, bytes: u32): void {
  if (startsWithLiteral(word, bytes, "script=")) return;
  if (startsWithLiteral(word, bytes, "seed=")) numeric(word, bytes, 5);
  else if (startsWithLiteral(word, bytes, "junk=")) numeric(word, bytes, 5);
  else if (startsWithLiteral(word, bytes, "frames=")) numeric(word, bytes, 7);
  else if (startsWithLiteral(word, bytes, "auto=")) numeric(word, bytes, 5);
  else if (startsWithLiteral(word, bytes, "learn=")) numeric(word, bytes, 6);
  else if (startsWithLiteral(word, bytes, "learner=")) numeric(word, bytes, 8);
  else if (startsWithLiteral(word, bytes, "tmp_limit=")) numeric(word, bytes, 10);
  else if (startsWithLiteral(word, bytes, "typing=")) numeric(word, bytes, 7);
  else if (startsWithLiteral(word, bytes, "epoch=")) numeric(word, bytes, 6);
  else if (startsWithLiteral(word, bytes, "trace_syscalls=")) numeric(word, bytes, 15);
  else if (startsWithLiteral(word, bytes, "memory_policy=") || startsWithLiteral(word, bytes, "sched_policy="))
    return; // policy.ts says so where there is no such module
  else if (isLiteral(word, bytes, "console=machine") || isLiteral(word, bytes, "policy_engine=aot") || isLiteral(word, bytes, "policy_engine=wasm3")) return;
  else if (startsWithLiteral(word, bytes, "console=")) complain(word, bytes, " is not console=machine");
  else if (startsWithLiteral(word, bytes, "policy_engine=")) complain(word, bytes, " is not aot or wasm3");
  else complain(word, bytes, NOT_A_KEY);
}

// The same digits that optionNumber takes.
function numeric(word: usize, bytes: u32, from: u32): void {
  let good = bytes > from && bytes - from <= 20;
  for (let i = from; i < bytes; i++) if (getU8(word + i) - 0x30 > 9) good = false;
  if (!good) complain(word, bytes, NOT_A_NUMBER);
}

function complain(word: usize, bytes: u32, what: string): void {
  say("kernel command line: ");
  sayBytes(word, bytes < SHOWN_BYTES ? bytes : SHOWN_BYTES);
  say(what);
  sayEnd();
}
