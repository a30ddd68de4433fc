// The llama network in plain f64, from its definition, for tests: no batches, no cache of anything but lists, none of the engine's code. Slow.
import { type GgufContent, scalarOf } from "./gguf.js";
import { HALVES, toHalf } from "./half.js";
import { dequantise, WEIGHT_TYPES } from "./quantise.js";

type Row = Float64Array;

interface Matrix {
  columns: number;
  rows: number;
  values: Float32Array;
  /** Activations that meet it are rounded to int8 in blocks of 32, as docs/decisions/0008-the-mind.md says. */
  rounds: boolean;
}

// Nearest even.
function even(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
}

function rounded(x: Row): Row {
  const out = new Float64Array(x.length);
  for (let from = 0; from < x.length; from += 32) {
    const block = x.subarray(from, from + 32);
    const greatest = Math.fround(block.reduce((most, value) => Math.max(most, Math.abs(value)), 0));
    if (greatest === 0) continue;
    const scale = HALVES[toHalf(Math.fround(greatest / 127))] as number;
    const factor = Math.fround(127 / greatest);
    block.forEach((value, i) => {
      out[from + i] = even(Math.fround(Math.fround(value) * factor)) * scale;
    });
  }
  return out;
}

function times(matrix: Matrix, given: Row): Row {
  const x = matrix.rounds ? rounded(given) : given;
  const out = new Float64Array(matrix.rows);
  for (let row = 0; row < matrix.rows; row++) {
    let sum = 0;
    for (let i = 0; i < matrix.columns; i++) sum += (matrix.values[row * matrix.columns + i] as number) * (x[i] as number);
    out[row] = sum;
  }
  return out;
}

/** Logits after each of the tokens. */
export function plainLogits(content: GgufContent, tokens: readonly number[]): Row[] {
  const number = (key: string) => Number(scalarOf(content.metadata, `llama.${key}`));
  const tensor = (name: string): Matrix => {
    const found = content.tensors.find((candidate) => candidate.name === name);
    if (!found) throw new Error(`no tensor ${name}`);
    const [columns = 0, rows = 1] = found.shape;
    return { columns, rows, values: dequantise(found.type, found.data, columns * rows), rounds: WEIGHT_TYPES[found.type].block > 1 };
  };
  const [width, heads, kvHeads, epsilon] = [
    number("embedding_length"),
    number("attention.head_count"),
    number("attention.head_count_kv"),
    number("attention.layer_norm_rms_epsilon"),
  ];
  const size = width / heads;
  const factors = content.tensors.some(({ name }) => name === "rope_freqs.weight") ? tensor("rope_freqs.weight").values : undefined;
  const scale = scalarOf(content.metadata, "llama.rope.scaling.type") === "linear" ? number("rope.scaling.factor") : 1;
  const embedding = tensor("token_embd.weight");
  const output = content.tensors.some(({ name }) => name === "output.weight") ? tensor("output.weight") : embedding;
  const outputNorm = tensor("output_norm.weight");

  const norm = (x: Row, weight: Matrix): Row => {
    const by = 1 / Math.sqrt(x.reduce((sum, value) => sum + value * value, 0) / x.length + epsilon);
    return x.map((value, i) => value * by * (weight.values[i] as number));
  };
  const turn = (x: Row, position: number): Row => {
    const out = Float64Array.from(x);
    for (let at = 0; at < x.length; at += 2) {
      const pair = (at % size) / 2;
      const angle = (position * number("rope.freq_base") ** (-(2 * pair) / size)) / scale / (factors?.[pair] ?? 1);
      const [a, b] = [x[at] as number, x[at + 1] as number];
      out[at] = a * Math.cos(angle) - b * Math.sin(angle);
      out[at + 1] = a * Math.sin(angle) + b * Math.cos(angle);
    }
    return out;
  };
  const layers = Array.from({ length: number("block_count") }, (_, layer) => {
    const part = (name: string) => tensor(`blk.${layer}.${name}.weight`);
    return {
      attentionNorm: part("attn_norm"),
      query: part("attn_q"),
      key: part("attn_k"),
      value: part("attn_v"),
      attentionOutput: part("attn_output"),
      feedNorm: part("ffn_norm"),
      gate: part("ffn_gate"),
      up: part("ffn_up"),
      down: part("ffn_down"),
      keys: [] as Row[],
      values: [] as Row[],
    };
  });
  const attend = (query: Row, keys: Row[], values: Row[]): Row => {
    const out = new Float64Array(heads * size);
    for (let head = 0; head < heads; head++) {
      const shared = Math.floor(head / (heads / kvHeads)) * size;
      const scores = keys.map((key) => {
        let sum = 0;
        for (let i = 0; i < size; i++) sum += (query[head * size + i] as number) * (key[shared + i] as number);
        return sum / Math.sqrt(size);
      });
      const most = Math.max(...scores);
      const weights = scores.map((score) => Math.exp(score - most));
      const total = weights.reduce((a, b) => a + b);
      for (let i = 0; i < size; i++) out[head * size + i] = weights.reduce((sum, weight, at) => sum + (weight / total) * (values[at]?.[shared + i] as number), 0);
    }
    return out;
  };
  const plus = (a: Row, b: Row) => a.map((value, i) => value + (b[i] as number));

  return tokens.map((token, position) => {
    let x = Float64Array.from(embedding.values.subarray(token * width, (token + 1) * width)) as Row;
    for (const layer of layers) {
      const normed = norm(x, layer.attentionNorm);
      layer.keys.push(turn(times(layer.key, normed), position));
      layer.values.push(times(layer.value, normed));
      x = plus(x, times(layer.attentionOutput, attend(turn(times(layer.query, normed), position), layer.keys, layer.values)));
      const fed = norm(x, layer.feedNorm);
      const gate = times(layer.gate, fed);
      const up = times(layer.up, fed);
      x = plus(
        x,
        times(
          layer.down,
          gate.map((value, i) => (value / (1 + Math.exp(-value))) * (up[i] as number)),
        ),
      );
    }
    return times(output, norm(x, outputNorm));
  });
}
