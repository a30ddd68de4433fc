// The three parts of the data. No template, no seed and no machine size is in two of them; docs/evidence/mind-protocol.md has the reasons.

export const SPLITS = ["train", "validation", "test"] as const;
export type Split = (typeof SPLITS)[number];

/** Managed memory of the simulated machines, in KiB: what kernels booted with so much memory have, and sizes between. */
export const MACHINES: Readonly<Record<Split, readonly number[]>> = {
  train: [37_200, 53_084, 68_800, 85_700, 118_500, 121_900, 184_000, 251_000, 317_000, 509_000, 640_000, 1_030_000, 2_040_000],
  validation: [61_300, 102_000, 215_000, 446_000],
  test: [45_400, 77_600, 151_000, 281_000, 381_000, 770_000],
};
