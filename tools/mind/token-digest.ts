// What the tokenizers of small-model.ts make of seeded lines, as one hash each. llama.cpp made the same of them when a hash was written here
// (`npm run eval -- mind-reference` compares again), so that `npm test` holds the tokenizers without llama.cpp.
import { createHash } from "node:crypto";
import { formatGguf } from "./gguf.js";
import { type SmallOptions, smallModel } from "./small-model.js";
import { someTexts } from "./texts.js";

const LINES = 3000;
const SEED = 77;

/** Name, the model whose tokenizer it is, and the hash. */
export const DIGESTS: [string, SmallOptions, string][] = [
  ["smollm", { pre: "smollm" }, "f50d2a396ed2806c003a4000c24c4c7c"],
  ["gpt-2", { pre: "gpt-2" }, "2d974ce76f3ff53251101e870861d430"],
  ["llama-bpe", { pre: "llama-bpe" }, "e6e737729a66bbaf303751c8516d77e3"],
  ["default", { pre: "default" }, "405d1df1016c652b445c47dc1ba785dc"],
  ["SentencePiece", { tokenizer: "llama" }, "38545f57dbd28f33146563bec17cdcce"],
];

/** The model's file. */
export function digestModel(options: SmallOptions): Uint8Array {
  return formatGguf(smallModel({ ...options, layers: 1 }));
}

/** The hash of what a tokenizer makes of the lines; in one of three special tokens are parsed. */
export async function tokenDigest(tokenize: (line: Uint8Array, special: boolean) => Promise<number[]>): Promise<string> {
  const hash = createHash("sha256");
  for (const [i, line] of someTexts(LINES, SEED).entries()) hash.update(`${(await tokenize(line, i % 3 === 0)).join(",")}\n`);
  return hash.digest("hex").slice(0, 32);
}
