// The tokenizers on seeded lines against hashes of what llama.cpp makes of them.
import { expect, test } from "vitest";
import { ModelHost } from "./host.js";
import { DIGESTS, digestModel, tokenDigest } from "./token-digest.js";

test.each(DIGESTS)("%s: 3000 lines as llama.cpp", async (_, options, wanted) => {
  const host = await ModelHost.v8();
  await host.loadBytes(digestModel(options), 16);
  expect(await tokenDigest((line, special) => host.tokenize(line, special))).toBe(wanted);
});
