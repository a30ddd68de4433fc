// Packing: samples of tokens → batches as kernel-as/ml/lm/batch.ts reads them. Questions about one state share its rows, so the state is paid
// for once. Not the choice of samples, nor the tokens.

/** A state, and questions with their answers about it, in tokens. */
export interface Group {
  /** What all of its questions begin with. */
  prefix: readonly number[];
  branches: readonly Branch[];
}

export interface Branch {
  tokens: readonly number[];
  /** The first token of the answer, from 1 on; what comes before is the rest of the question. */
  answerFrom: number;
}

/** What a row counts in the loss: an answer's token 1, others these. */
export interface Weights {
  state: number;
  question: number;
}

/** Room of the trainer's process. */
export interface Room {
  rows: number;
  scores: number;
  answered: number;
}

export interface Packed {
  bytes: Buffer;
  groups: Group[];
  rows: number;
  /** Σ of the rows' weights. */
  weight: number;
}

/** Rows, scores and most rows with a loss of a group. */
export function sizeOf(group: Group): Room {
  const prefix = group.prefix.length;
  const size = { rows: prefix, scores: prefix * prefix, answered: prefix };
  for (const { tokens } of group.branches) {
    size.rows += tokens.length;
    size.scores += tokens.length * (tokens.length + prefix);
    size.answered += tokens.length;
  }
  return size;
}

/** Groups in order, cut where the room ends. Throws where one group alone is larger. */
export function* inRoom(groups: Iterable<Group>, room: Room): Generator<Group[]> {
  let list: Group[] = [];
  let used: Room = { rows: 0, scores: 0, answered: 0 };
  for (const group of groups) {
    const size = sizeOf(group);
    if (size.rows > room.rows || size.scores > room.scores || size.answered > room.answered) throw new RangeError(`a group of ${size.rows} rows has no room in a batch`);
    if (used.rows + size.rows > room.rows || used.scores + size.scores > room.scores || used.answered + size.answered > room.answered) {
      yield list;
      list = [];
      used = { rows: 0, scores: 0, answered: 0 };
    }
    list.push(group);
    used = { rows: used.rows + size.rows, scores: used.scores + size.scores, answered: used.answered + size.answered };
  }
  if (list.length > 0) yield list;
}

const HEAD_BYTES = 16;
const SEGMENT_BYTES = 16;

/** One batch. A row's target is the token after it; the last of a branch has none. */
export function pack(groups: Group[], weights: Weights): Packed {
  const rows = groups.reduce((sum, group) => sum + sizeOf(group).rows, 0);
  const segments = groups.reduce((sum, group) => sum + 1 + group.branches.length, 0);
  const bytes = Buffer.alloc(HEAD_BYTES + segments * SEGMENT_BYTES + rows * 12);
  const tokensAt = HEAD_BYTES + segments * SEGMENT_BYTES;
  let row = 0;
  let segment = HEAD_BYTES;
  let answered = 0;
  let weight = 0;
  const put = (tokens: readonly number[], prefixFirst: number, prefixCount: number, weightOf: (i: number) => number) => {
    for (const value of [row, tokens.length, prefixFirst, prefixCount]) segment = bytes.writeInt32LE(value, segment);
    tokens.forEach((token, i) => {
      const counts = i + 1 < tokens.length ? Math.fround(weightOf(i)) : 0;
      bytes.writeInt32LE(token, tokensAt + 4 * row);
      bytes.writeInt32LE(tokens[i + 1] ?? 0, tokensAt + 4 * (rows + row));
      bytes.writeFloatLE(counts, tokensAt + 4 * (2 * rows + row));
      if (counts > 0) answered++;
      weight += counts;
      row++;
    });
  };
  for (const { prefix, branches } of groups) {
    const first = row;
    put(prefix, 0, 0, () => weights.state);
    for (const { tokens, answerFrom } of branches) put(tokens, first, prefix.length, (i) => (i + 1 >= answerFrom ? 1 : weights.question));
  }
  for (const [i, value] of [rows, segments, answered].entries()) bytes.writeInt32LE(value, 4 * i);
  return { bytes, groups, rows, weight };
}
