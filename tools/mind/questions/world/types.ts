// A state with what an intent asks about it. The state itself is that of the encoder; nothing is known here that it does not hold.
import type { State } from "../../state.js";

export type { State };
export type Process = State["processes"][number];

export interface World {
  state: State;
  /** how it was made: the name of the situation, or of the recorded run */
  situation: string;
  /** processes that the encoded text names, in its order */
  shown: readonly Process[];
  /** processes that nobody guards */
  open: readonly Process[];
  /** those of them that the encoded text names */
  openShown: readonly Process[];
}
