// What an intent is: something that a person wants, with the phrasings of it and what is right in a given state.
import type { Random } from "../../../jobs/random.js";
import type { World } from "../world/types.js";

/** A question's slots filled, and its answers. */
export interface Asked {
  slots: Readonly<Record<string, string>>;
  /** of kernel-as/mind/answer/causes.ts */
  cause: string;
  /** commands that are right, the first is what training aims at; a word `*` stands for any one word. Empty: the right answer is to abstain */
  accepted: readonly string[];
  /** the tail of `unsure | …`, where nothing is accepted */
  need?: string;
  /** it is also right to abstain, or (where nothing is accepted) to observe only */
  tolerated?: readonly string[];
}

export interface Intent {
  name: string;
  area: "observe" | "adjust" | "destroy" | "diagnose" | "refuse";
  /** how often beside the others, 1 where absent */
  weight?: number;
  /** templates, one a line; @words are synonyms.ts */
  train: string;
  /** templates of the validation split, one a line; the test's are in test.table.ts */
  held: string;
  /** what is right in this state; null where the question makes no sense in it */
  ask(world: World, random: Random): Asked | null;
}
