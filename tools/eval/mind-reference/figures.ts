// What npm run eval -- mind-reference keeps beside its report.
import { z } from "zod";

/** `first`: the first line that differs, in hex, with both lists of tokens. */
const tokenRow = z.object({ tokenizer: z.string(), lines: z.number(), broken: z.number(), tokens: z.number(), different: z.number(), first: z.string().optional() });

/** Another set of llama.cpp's kernels beside its best ones: positions with the same first token, and the mean |Δ| of a logit. */
const own = z.object({ kernels: z.string(), same: z.number(), mean: z.number() });

/**
 * One weight type on one text. `most`, `mean`: greatest and mean |Δ| of a logit. `alone`: positions where llama.cpp, given all tokens at once, has the first token that it wrote
 * when it was given one at a time; of answers only. `noise`: what the lead of its first token over its second moves by between its own kernels, in 99 of 100 positions;
 * `clear`: positions where the lead is greater, and those of them with the same first token.
 */
const logitRow = z.object({
  type: z.enum(["F32", "F16", "Q8_0", "Q4_0", "Q4_1"]),
  text: z.enum(["pages", "answers"]),
  positions: z.number(),
  same: z.number(),
  most: z.number(),
  mean: z.number(),
  own: z.array(own),
  alone: z.number().optional(),
  noise: z.number(),
  clear: z.number(),
  clearSame: z.number(),
});

/** `commits`: of which commit each part is. */
export const figures = z.object({ seed: z.number(), commits: z.object({ tokens: z.string(), logits: z.string() }), tokens: z.array(tokenRow), logits: z.array(logitRow) });
export type TokenRow = z.infer<typeof tokenRow>;
export type LogitRow = z.infer<typeof logitRow>;
export type Figures = z.infer<typeof figures>;
