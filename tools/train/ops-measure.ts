// How well a model in training answers questions that it does not learn from: an answer is right where every token of it is the most likely one, which is
// what greedy decoding without a grammar would write. Not the evaluation (tools/eval/mind).
import type { Vocabulary } from "./bpe-vocabulary.js";
import { type Group, inRoom, pack, type Room } from "./ops-batch.js";
import { byState, type Example, fitting, groupOf } from "./ops-data.js";
import type { OpsProcess } from "./ops-process.js";

export interface Measured {
  questions: number;
  /** Share of answers that are right as a whole. */
  right: number;
  /** Share of their commands, the part after the bar. */
  command: number;
  /** Nats of an answer's token. */
  loss: number;
  /** Share that is right, by what the question is about. */
  byArea: Record<string, number>;
}

/** Questions in tokens, packed once. */
export class Measure {
  readonly #batches;
  readonly #bar: number;
  readonly #areas: string[];

  constructor(vocabulary: Vocabulary, examples: readonly Example[], context: number, room: Room) {
    const parts = examples.flatMap((example) => byState(fitting(vocabulary, example, context)));
    const groups = parts.map((part): Group => groupOf(vocabulary, part));
    this.#areas = parts.flatMap(({ questions }) => questions.map(({ area }) => area));
    this.#batches = [...inRoom(groups, room)].map((list) => pack(list, { state: 0, question: 0 }));
    this.#bar = vocabulary.encode(" |")[0] as number;
  }

  async run(trainer: OpsProcess): Promise<Measured> {
    const seen = await trainer.evaluate(this.#batches);
    const areas = new Map<string, [right: number, all: number]>();
    const sum = { questions: 0, right: 0, command: 0, nats: 0, rows: 0 };
    this.#batches.forEach(({ groups }, b) => {
      const { nats, best } = seen[b] as { nats: Float32Array; best: Int32Array };
      let row = 0;
      for (const { tokens, answerFrom } of groups.flatMap(({ branches }) => branches)) {
        let right = true;
        let command = true;
        let afterBar = false;
        for (let i = answerFrom; i < tokens.length; i++, row++) {
          const hit = best[row] === tokens[i];
          right &&= hit;
          if (afterBar) command &&= hit;
          afterBar ||= tokens[i] === this.#bar;
          sum.nats += nats[row] as number;
          sum.rows++;
        }
        const area = this.#areas[sum.questions] as string;
        const [rights, all] = areas.get(area) ?? [0, 0];
        areas.set(area, [rights + (right ? 1 : 0), all + 1]);
        sum.questions++;
        if (right) sum.right++;
        if (command) sum.command++;
      }
    });
    return {
      questions: sum.questions,
      right: sum.right / sum.questions,
      command: sum.command / sum.questions,
      loss: sum.nats / sum.rows,
      byArea: Object.fromEntries([...areas].sort(([a], [b]) => (a < b ? -1 : 1)).map(([area, [right, all]]) => [area, Number((right / all).toFixed(3))])),
    };
  }
}
