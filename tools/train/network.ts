// The network that neural.ts runs, with its backward pass: dense, softsign, dense, softsign, dense to one logit. Forward and
// gradient stand side by side; a test holds the gradient against finite differences. No files, no episodes.
import type { Draw } from "../episodes/index.js";

export interface Shape {
  inputs: number;
  hidden1: number;
  hidden2: number;
}

/** Offsets of the parameters in one flat array: (outputs, inputs) row-major, then the layer's biases. */
export interface Places {
  w1: number;
  b1: number;
  w2: number;
  b2: number;
  w3: number;
  b3: number;
  count: number;
}

export function placesOf({ inputs, hidden1, hidden2 }: Shape): Places {
  const w1 = 0;
  const b1 = w1 + inputs * hidden1;
  const w2 = b1 + hidden1;
  const b2 = w2 + hidden1 * hidden2;
  const w3 = b2 + hidden2;
  const b3 = w3 + hidden2;
  return { w1, b1, w2, b2, w3, b3, count: b3 + 1 };
}

export class Network {
  readonly places: Places;
  readonly parameters: Float64Array;
  readonly #layer1: Float64Array;
  readonly #layer2: Float64Array;
  readonly #raw1: Float64Array;
  readonly #raw2: Float64Array;
  readonly #back1: Float64Array;

  constructor(
    readonly shape: Shape,
    parameters?: Float64Array,
  ) {
    this.places = placesOf(shape);
    this.parameters = parameters ?? new Float64Array(this.places.count);
    this.#layer1 = new Float64Array(shape.hidden1);
    this.#layer2 = new Float64Array(shape.hidden2);
    this.#raw1 = new Float64Array(shape.hidden1);
    this.#raw2 = new Float64Array(shape.hidden2);
    this.#back1 = new Float64Array(shape.hidden1);
  }

  /** Uniform in ±sqrt(3 ÷ inputs) of each layer; biases 0. */
  randomise(draw: Draw): void {
    const { inputs, hidden1, hidden2 } = this.shape;
    const { w1, b1, w2, b2, w3, b3 } = this.places;
    const fill = (from: number, to: number, fanIn: number) => {
      const bound = Math.sqrt(3 / fanIn);
      for (let i = from; i < to; i++) this.parameters[i] = draw.between(-bound, bound);
    };
    this.parameters.fill(0);
    fill(w1, b1, inputs);
    fill(w2, b2, hidden1);
    fill(w3, b3, hidden2);
  }

  /** Makes the answer rise with one input, through the first unit of each layer; what the other units say is made small. */
  passOn(input: number): void {
    const { w1, w2, b2, w3 } = this.places;
    const p = this.parameters;
    for (let i = 0; i < p.length; i++) p[i] = 0.3 * (p[i] as number);
    p.fill(0, w1, w1 + this.shape.inputs);
    p[w1 + input] = 0.7;
    p.fill(0, w2, w2 + this.shape.hidden1);
    p[w2] = 2;
    p[b2] = -0.5;
    p[w3] = 5;
  }

  /** The logit of `x`, scaled inputs from `at` on. */
  forward(x: Float32Array | Float64Array, at: number): number {
    const { inputs, hidden1, hidden2 } = this.shape;
    const { w1, b1, w2, b2, w3, b3 } = this.places;
    const p = this.parameters;
    const layer1 = this.#layer1;
    const layer2 = this.#layer2;
    const raw1 = this.#raw1;
    const raw2 = this.#raw2;
    let row = w1;
    for (let o = 0; o < hidden1; o++) {
      let sum = p[b1 + o] as number;
      for (let i = 0; i < inputs; i++) sum += (x[at + i] as number) * (p[row + i] as number);
      row += inputs;
      raw1[o] = sum;
      layer1[o] = sum / (1 + Math.abs(sum));
    }
    let logit = p[b3] as number;
    row = w2;
    for (let o = 0; o < hidden2; o++) {
      let sum = p[b2 + o] as number;
      for (let i = 0; i < hidden1; i++) sum += (layer1[i] as number) * (p[row + i] as number);
      row += hidden1;
      raw2[o] = sum;
      const out = sum / (1 + Math.abs(sum));
      layer2[o] = out;
      logit += out * (p[w3 + o] as number);
    }
    return logit;
  }

  /** Adds to `gradient` what `slope` (d loss ÷ d logit) of the last forward at (x, at) brings. */
  backward(x: Float32Array | Float64Array, at: number, slope: number, gradient: Float64Array): void {
    const { inputs, hidden1, hidden2 } = this.shape;
    const { w1, b1, w2, b2, w3, b3 } = this.places;
    const p = this.parameters;
    const layer1 = this.#layer1;
    const layer2 = this.#layer2;
    const raw1 = this.#raw1;
    const raw2 = this.#raw2;
    const back1 = this.#back1.fill(0);
    gradient[b3] = (gradient[b3] as number) + slope;
    for (let o = 0; o < hidden2; o++) {
      gradient[w3 + o] = (gradient[w3 + o] as number) + slope * (layer2[o] as number);
      const through = (slope * (p[w3 + o] as number)) / (1 + Math.abs(raw2[o] as number)) ** 2;
      gradient[b2 + o] = (gradient[b2 + o] as number) + through;
      const row = w2 + o * hidden1;
      for (let i = 0; i < hidden1; i++) {
        gradient[row + i] = (gradient[row + i] as number) + through * (layer1[i] as number);
        back1[i] = (back1[i] as number) + through * (p[row + i] as number);
      }
    }
    for (let o = 0; o < hidden1; o++) {
      const through = (back1[o] as number) / (1 + Math.abs(raw1[o] as number)) ** 2;
      gradient[b1 + o] = (gradient[b1 + o] as number) + through;
      const row = w1 + o * inputs;
      for (let i = 0; i < inputs; i++) gradient[row + i] = (gradient[row + i] as number) + through * (x[at + i] as number);
    }
  }
}

/** One network whose logit is the mean of the others': their units side by side, no weight between them. All of one shape. */
export function stacked(networks: readonly Network[]): Network {
  const { inputs, hidden1, hidden2 } = (networks[0] as Network).shape;
  const n = networks.length;
  const whole = new Network({ inputs, hidden1: n * hidden1, hidden2: n * hidden2 });
  const to = whole.places;
  networks.forEach(({ places: from, parameters: p }, k) => {
    const copy = (place: number, start: number, count: number, factor = 1) => {
      for (let i = 0; i < count; i++) whole.parameters[place + i] = factor * (p[start + i] as number);
    };
    copy(to.w1 + k * hidden1 * inputs, from.w1, hidden1 * inputs);
    copy(to.b1 + k * hidden1, from.b1, hidden1);
    for (let o = 0; o < hidden2; o++) copy(to.w2 + (k * hidden2 + o) * n * hidden1 + k * hidden1, from.w2 + o * hidden1, hidden1);
    copy(to.b2 + k * hidden2, from.b2, hidden2);
    copy(to.w3 + k * hidden2, from.w3, hidden2, 1 / n);
    whole.parameters[to.b3] = (whole.parameters[to.b3] as number) + (p[from.b3] as number) / n;
  });
  return whole;
}

/** Adam with decoupled weight decay (Kingma and Ba 2015; Loshchilov and Hutter 2019). */
export class Adam {
  readonly #first: Float64Array;
  readonly #second: Float64Array;
  #step = 0;

  constructor(
    count: number,
    readonly decay: number,
  ) {
    this.#first = new Float64Array(count);
    this.#second = new Float64Array(count);
  }

  update(parameters: Float64Array, gradient: Float64Array, rate: number): void {
    this.#step++;
    const scale1 = 1 - 0.9 ** this.#step;
    const scale2 = 1 - 0.999 ** this.#step;
    for (let i = 0; i < parameters.length; i++) {
      const g = gradient[i] as number;
      const first = 0.9 * (this.#first[i] as number) + 0.1 * g;
      const second = 0.999 * (this.#second[i] as number) + 0.001 * g * g;
      this.#first[i] = first;
      this.#second[i] = second;
      const value = parameters[i] as number;
      parameters[i] = value - rate * (first / scale1 / (Math.sqrt(second / scale2) + 1e-8) + this.decay * value);
    }
  }
}
