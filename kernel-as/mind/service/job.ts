// One question to the mind. Not how it is answered.
import { AskOptions } from "../../lib/llm-protocol";

export class Job {
  /** f its options: AskOptions or InferOptions */
  options: Uint8Array;
  text: Uint8Array;
  cancelled: bool = false;
  /** 1: Infer, else Ask */
  infers: bool = false;
  promptTokens: i32 = 0;
  cachedTokens: i32 = 0;
  tokens: i32 = 0;
  /** when it was taken up, and when the first token was there; 0: not yet */
  beganNs: u64 = 0;
  firstNs: u64 = 0;

  constructor(
    public id: u32,
    public askedNs: u64,
    body: Uint8Array,
    optionBytes: i32,
  ) {
    this.options = body.slice(0, optionBytes);
    this.text = body.slice(optionBytes);
  }

  get ask(): AskOptions {
    return changetype<AskOptions>(this.options.dataStart);
  }
}
