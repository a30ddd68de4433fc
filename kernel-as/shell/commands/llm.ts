// Family "mind": llmctl, the language model on board. Registration alone; what the subcommands do is in the files beside this one.
import { action, Command, Effect, flag, operand, option, register, Type } from "../table";
import { withApprovals } from "./llm-approve";
import { ask } from "./llm-ask";
import { infer } from "./llm-infer";
import { load, models, unload } from "./llm-models";
import { budget, cancel, stats, status } from "./llm-state";

const MOST_TOKENS: i64 = 65536;
const MOST_BUDGET: i64 = 1000000;
const MOST_ID: i64 = 0xffffffff;
const PPM: i64 = 1000000;

export function registerLlm(): void {
  register(
    withApprovals(
      new Command("llmctl", "mind", Effect.Observe, "the language model on board: ask it, see and steer it", null)
        .with(action("models", Effect.Observe, "the models on board", models))
        .with(
          action("load", Effect.Adjust, "load a model in place of the one that is", load).takes(
            operand("NAME", Type.Text, "a model; the default where none is named").optional(""),
          ),
        )
        .with(action("unload", Effect.Adjust, "let the loaded model go, and its memory", unload))
        .with(action("status", Effect.Observe, "the mind: what is loaded, what it works at, what waits", status))
        .with(action("stats", Effect.Observe, "what it has done since it started", stats))
        .with(
          action("ask", Effect.Observe, "ask the model; its answer is text and runs nothing", ask)
            .offers(flag("--raw", "the prompt is the text as it is, not a turn of a chat"))
            .offers(option("--max-tokens", Type.Integer, "N", "most tokens of the answer").within(1, MOST_TOKENS).optional("128"))
            .offers(
              option("--temp", Type.Fraction, "T", "how far from the likeliest; 0 always that")
                .within(0, 2 * PPM)
                .optional("0"),
            )
            .offers(option("--seed", Type.Integer, "S", "the same seed and temperature, the same answer").within(0, i64.MAX_VALUE).optional("0"))
            .offers(option("--top-k", Type.Integer, "K", "of the K likeliest tokens only; 0 all").within(0, MOST_TOKENS).optional("0"))
            .offers(option("--top-p", Type.Fraction, "P", "of the likeliest that make up so much").within(0, PPM).optional("1"))
            .offers(option("--min-p", Type.Fraction, "P", "of those at least so likely as the likeliest, times this").within(0, PPM).optional("0"))
            .offers(
              option("--repeat-penalty", Type.Fraction, "R", "against tokens of just before; 1 none")
                .within(PPM, 2 * PPM)
                .optional("1"),
            )
            .takes(operand("PROMPT", Type.Text, "what to ask").many()),
        )
        .with(
          action("infer", Effect.Observe, "ask about this machine; the answer is a command, which auto-execute or approve runs", infer).takes(
            operand("QUESTION", Type.Text, "in English").many(),
          ),
        )
        .with(action("cancel", Effect.Adjust, "end a question that is being answered or waits", cancel).takes(operand("ID", Type.Integer, "its number").within(1, MOST_ID)))
        .with(
          action("budget", Effect.Adjust, "bound the tokens that the mind reads and writes in a second", budget).offers(
            option("--tokens-per-second", Type.Integer, "N", "0: no bound").within(0, MOST_BUDGET),
          ),
        )
        .stays(),
    ),
  );
}
