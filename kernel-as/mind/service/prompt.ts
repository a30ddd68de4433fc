// A text as it is to the tokens of a prompt.
import { Engine } from "../engine";

/**
 * The tokens of a text, after `bos` where the model wants it.
 * @param special whether texts such as <|im_end|> are the tokens that they name
 * @param to i32[capacity]
 * @returns how many, or Status.Range
 */
export function encodePlain(engine: Engine, at: usize, bytes: i32, special: boolean, to: usize, capacity: i32): i32 {
  const tokenizer = engine.tokenizer;
  const begun = tokenizer.addBos && tokenizer.bos >= 0 ? 1 : 0;
  if (begun === 1) store<i32>(to, tokenizer.bos);
  const encoded = tokenizer.encode(at, bytes, to + ((<usize>begun) << 2), capacity - begun, special);
  return encoded < 0 ? encoded : begun + encoded;
}
