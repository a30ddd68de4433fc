// One question to the mind. Not how it is answered.
import { AskOptions } from "../../lib/llm-protocol";

const OPTION_BYTES: i32 = <i32>offsetof<AskOptions>();

export class Job {
  text: Uint8Array = new Uint8Array(0);
  cancelled: bool = false;
  promptTokens: i32 = 0;
  cachedTokens: i32 = 0;
  tokens: i32 = 0;
  /** when it was taken up, and when the first token was there; 0: not yet */
  beganNs: u64 = 0;
  firstNs: u64 = 0;
  private options: Uint8Array = new Uint8Array(OPTION_BYTES);

  /** @param body of the request: AskOptions and a prompt, or a question about the machine */
  constructor(
    public id: u32,
    public askedNs: u64,
    body: Uint8Array,
    /** it is a question about the machine */
    public infers: boolean,
  ) {
    if (infers) this.text = body;
    else {
      memory.copy(this.options.dataStart, body.dataStart, OPTION_BYTES);
      this.text = body.slice(OPTION_BYTES);
    }
  }

  /** How its answer is drawn; all 0 of a question about the machine. */
  get ask(): AskOptions {
    return changetype<AskOptions>(this.options.dataStart);
  }
}
