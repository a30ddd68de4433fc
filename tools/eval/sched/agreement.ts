// Whether the simulator and the booted kernel say the same of a cell: which policies are better, and by how much. Pure.

/** Kendall's tau-a of two lists of values for the same things: 1 the same order, −1 the opposite (Kendall 1938). NaN of fewer than two. */
export function kendallTau(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  let pairs = 0;
  for (let i = 0; i < a.length; i++)
    for (let j = 0; j < i; j++) {
      sum += Math.sign((a[i] as number) - (a[j] as number)) * Math.sign((b[i] as number) - (b[j] as number));
      pairs++;
    }
  return sum / pairs;
}

/** A policy's mean response in both. */
export interface Both {
  policy: string;
  simMs: number;
  kernelMs: number;
}

export interface Agreement {
  tau: number;
  sameOrder: boolean;
  /** Pairs that are the other way round, and how far apart they are in the simulator and in the kernel, in percent of the better. */
  swapped: { better: string; worse: string; simPct: number; kernelPct: number }[];
  /** Kernel ÷ simulator − 1 in percent: the mean over the policies, and the one farthest from 0. */
  meanPct: number;
  mostPct: number;
}

const percent = (a: number, b: number) => (a / b - 1) * 100;

/** Compare a cell. */
export function agreementOf(rows: readonly Both[]): Agreement {
  const swapped: Agreement["swapped"] = [];
  for (const [i, one] of rows.entries())
    for (const other of rows.slice(0, i)) {
      const [better, worse] = one.simMs < other.simMs ? [one, other] : [other, one];
      if (better.kernelMs <= worse.kernelMs) continue;
      swapped.push({ better: better.policy, worse: worse.policy, simPct: percent(worse.simMs, better.simMs), kernelPct: percent(better.kernelMs, worse.kernelMs) });
    }
  const off = rows.map(({ simMs, kernelMs }) => percent(kernelMs, simMs));
  return {
    tau: kendallTau(
      rows.map(({ simMs }) => simMs),
      rows.map(({ kernelMs }) => kernelMs),
    ),
    sameOrder: swapped.length === 0,
    swapped,
    meanPct: off.reduce((sum, value) => sum + value, 0) / off.length,
    mostPct: off.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0),
  };
}
