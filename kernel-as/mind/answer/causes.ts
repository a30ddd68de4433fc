// What an answer may say: the closed lists of causes and of needs. An answer is one line: `CAUSE | COMMAND` or `unsure | NEED` (docs/mind-answers.md).
// The grammar, the sentences of explain.ts and the training data all come from here.

/** A diagnosis, as an operator would put it, and what it means. */
export const CAUSES: string[] = [
  "leak", // a process takes more and more memory
  "hoard", // a process holds much memory and does not grow
  "pressure", // memory is short, and no one process is to blame
  "fragmentation", // memory is free, but in small pieces
  "hog", // a process takes most of the processor
  "starvation", // a process is ready and does not get its turn
  "overload", // more wants to run than one processor can
  "crowd", // many processes, or about as many as there may be
  "thrash", // page faults or compressed pages come and go
  "throttled", // the kernel slows a process down for memory, or its own limit does
  "crash", // a process ended by a fault of its own
  "oom", // a process was killed for lack of memory
  "policy", // a policy misbehaved or does not fit
  "unguarded", // the kernel does not act at a warning, or a process that should be is not protected
  "io", // files and system calls take the time
  "calm", // nothing is wrong
  "asked", // no diagnosis: the question says what to do
  "look", // no diagnosis: the command shows what was asked for
];

/** Begins an answer that names no command. */
export const UNSURE: string = "unsure";

/** What the mind would need to answer. */
export const NEEDS: string[] = [
  "process", // which process is meant
  "value", // to what it should be set
  "target", // which file, program, policy or module
  "time", // a longer look: rates are not known yet
  "detail", // what should be done, or what is wrong
  "scope", // a question about this machine
  "english", // a question in English
];

/** Between the cause and the command. */
export const BAR: string = " | ";

/** A cause in words; "" where there is none of this name. */
export function causeMeans(cause: string): string {
  if (cause == "leak") return "a process takes more and more memory";
  if (cause == "hoard") return "a process holds much of the memory";
  if (cause == "pressure") return "memory is short";
  if (cause == "fragmentation") return "free memory is scattered";
  if (cause == "hog") return "a process takes most of the processor";
  if (cause == "starvation") return "a process waits too long for its turn";
  if (cause == "overload") return "more wants to run than the processor can";
  if (cause == "crowd") return "there are many processes";
  if (cause == "thrash") return "pages come and go";
  if (cause == "throttled") return "a process is slowed down";
  if (cause == "crash") return "a process ended by a fault of its own";
  if (cause == "oom") return "a process was killed for lack of memory";
  if (cause == "policy") return "a policy misbehaves or does not fit";
  if (cause == "unguarded") return "protection is off";
  if (cause == "io") return "files and system calls take the time";
  if (cause == "calm") return "nothing is wrong";
  if (cause == "asked") return "as you asked";
  if (cause == "look") return "this shows it";
  return "";
}

/** A need in words; "" where there is none of this name. */
export function needMeans(need: string): string {
  if (need == "process") return "say which process: its pid or its name";
  if (need == "value") return "say which value it should have";
  if (need == "target") return "say which file, program, policy or module";
  if (need == "time") return "ask again in a few seconds: the rates are not known yet";
  if (need == "detail") return "say more of what is wrong or what should be done";
  if (need == "scope") return "ask about this machine: its memory, processes, scheduling, files";
  if (need == "english") return "ask in English";
  return "";
}
