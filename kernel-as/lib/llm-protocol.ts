// What the shell and the mind say to each other over the channel `mind` (docs/mind.md). A message is a header and as many bytes as it says; requests carry
// the number that their answers will have. Layouts only: who sends what when is kernel-as/mind/service and kernel-as/shell/llm.

/** The channel's name. */
export const LLM_CHANNEL: string = "mind";
/** Most bytes behind a header. */
export const LLM_BODY_BYTES: u32 = 131_072;

/** What a process asks of the mind. */
export const enum Request {
  /** body: the text of the command table (kernel-as/shell/describe.ts), for the questions that follow on this connection. → Done */
  Commands = 1,
  /** → a Model for each file, Done */
  Models = 2,
  /** body: a model's name, or nothing for the default. → Done, Failed */
  Load = 3,
  /** → Done */
  Unload = 4,
  /** → State */
  Status = 5,
  /** → Figures */
  Stats = 6,
  /** id: tokens a second, 0 no bound. → Done */
  Budget = 7,
  /** body: AskOptions, the prompt. → Accepted, Text …, Ended; Failed */
  Ask = 8,
  /** body: the question; Commands came before on this connection. → Accepted, Answer, Ended; Failed */
  Infer = 9,
  /** id: the question's. → Done, Failed */
  Cancel = 10,
}

/** What the mind answers. */
export const enum Reply {
  /** the request is done */
  Done = 64,
  /** it is not; status, and a text in the body that says what to do */
  Failed = 65,
  /** id: the question's from now on; body: Accepted */
  Accepted = 66,
  /** body: bytes of the answer, UTF-8 that may be cut anywhere */
  Text = 67,
  /** the question is over; body: Ended */
  Ended = 68,
  /** body: Model, the name */
  Model = 69,
  /** body: State, the loaded model's name */
  State = 70,
  /** body: Figures */
  Figures = 71,
  /** body: AnswerHead, its texts */
  Answer = 72,
}

/** Why an answer ended. */
export const enum End {
  /** the model ended it */
  Model = 0,
  /** as many tokens as were asked for */
  Tokens = 1,
  /** the context is full */
  Context = 2,
  /** cancelled, or whoever asked is gone */
  Cancelled = 3,
}

/** Before every message. */
@unmanaged
export class Header {
  /** bytes that follow */
  bytes: u32;
  /** Request or Reply */
  kind: u32;
  /** the question's number; of a request, the greatest one that the asker has seen, unless it says otherwise */
  id: u32;
  /** Status of Failed */
  status: i32;
}

/** How an answer is drawn; thousandths where a number has parts. */
@unmanaged
export class AskOptions {
  maxTokens: u32;
  /** 0: greedy */
  temperatureMilli: u32;
  /** 0: all */
  topK: u32;
  /** 1000: all */
  topPMilli: u32;
  minPMilli: u32;
  /** 1000: none */
  repeatMilli: u32;
  /** 1: the prompt is the text as it is; 0: it is put into the model's chat template */
  raw: u32;
  reserved: u32;
  seed: u64;
}

/** A question got its number. */
@unmanaged
export class Accepted {
  /** questions before it */
  ahead: u32;
  reserved: u32;
}

/** What the mind makes of a question about the machine; its texts follow in the order of their lengths. */
@unmanaged
export class AnswerHead {
  /** one of kernel-as/mind/answer/causes.ts, or `unsure` */
  causeBytes: u32;
  /** the command, in the shell's own grammar; none where it is unsure */
  commandBytes: u32;
  /** what it would need, where it is unsure */
  needBytes: u32;
  /** a sentence with figures of the state */
  sentenceBytes: u32;
  /** the state that it saw, as the model `ops` reads it */
  stateBytes: u32;
  /** 1: it has no command, or its confidence lies below the threshold */
  abstains: u32;
  /** 1: the model's confidence was calibrated */
  calibrated: u32;
  /** that the answer is right; below which the mind abstains; and what the model gave the answer among all that could be said */
  confidencePpm: u32;
  thresholdPpm: u32;
  probabilityPpm: u32;
  /** tokens that were chosen among several, and that could be no others */
  freeTokens: u32;
  forcedTokens: u32;
}

/** What an answer took. */
@unmanaged
export class Ended {
  /** End */
  reason: u32;
  promptTokens: u32;
  /** of them those that were still in the cache */
  cachedTokens: u32;
  /** of the answer, forced ones too */
  tokens: u32;
  /** in the queue, to the first token, and in all, without the queue */
  waitedNs: u64;
  firstNs: u64;
  totalNs: u64;
}

/** A model on board; its name follows. */
@unmanaged
export class Model {
  bytes: u64;
  /** 1: it is loaded */
  loaded: u32;
  /** 1: a question loads it where none is */
  standard: u32;
}

/** How the mind is; the loaded model's name follows. */
@unmanaged
export class State {
  pid: u32;
  /** 1: it works at a question */
  busy: u32;
  /** questions that wait, and connections */
  waiting: u32;
  clients: u32;
  /** bound on tokens a second, 0 none */
  budget: u32;
  /** tokens that the loaded model can hold and that it holds; 0 no model */
  context: u32;
  position: u32;
  /** nn: the instruction set, 0…3 */
  isa: u32;
  /** of the model's file, and of linear memory without it */
  modelBytes: u64;
  memoryBytes: u64;
  startedNs: u64;
}

/** What it has done since it started. */
@unmanaged
export class Figures {
  questions: u64;
  cancelled: u64;
  failed: u64;
  promptTokens: u64;
  cachedTokens: u64;
  tokens: u64;
  /** time that it read prompts and wrote answers */
  promptNs: u64;
  answerNs: u64;
  /** time that it waited for its budget */
  heldNs: u64;
  loads: u64;
  loadNs: u64;
}
