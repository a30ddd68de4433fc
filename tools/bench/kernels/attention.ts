// Bench kernel: one head of attention in fixed point: 32 positions, 64 wide, i16 values, weights from a table of 2^-x.
// Twin: attention.c.
const POSITIONS: i32 = 32;
const WIDTH: i32 = 64;
const ROW: i32 = 128; // bytes of a row of i16
const QUERY: usize = memory.data(4096, 16);
const KEY: usize = memory.data(4096, 16);
const VALUE: usize = memory.data(4096, 16);
const OUT: usize = memory.data(4096, 16);
const SCORE: usize = memory.data(128, 16); // i32[POSITIONS]
const POWER: usize = memory.data(1024, 16); // i32[256]: 2^(-i/32) in Q15

function fill(seed: u32): void {
  let x = seed;
  for (let i = 0; i < 2048; i++) {
    x = x * 1664525 + 1013904223;
    store<i16>(QUERY + (i << 1), <i16>(<i32>x >> 20));
    x = x * 1664525 + 1013904223;
    store<i16>(KEY + (i << 1), <i16>(<i32>x >> 20));
    x = x * 1664525 + 1013904223;
    store<i16>(VALUE + (i << 1), <i16>(<i32>x >> 17));
  }
  let power: u32 = 32768 << 8;
  for (let i = 0; i < 256; i++) {
    store<i32>(POWER + (i << 2), <i32>(power >> 8));
    power = <u32>((<u64>power * 64130) >> 16);
  }
}

function attend(position: i32): void {
  const query = QUERY + position * ROW;
  let highest: i32 = i32.MIN_VALUE;
  for (let t = 0; t <= position; t++) {
    const key = KEY + t * ROW;
    let sum: i32 = 0;
    for (let i = 0; i < ROW; i += 2) sum += <i32>load<i16>(query + i) * <i32>load<i16>(key + i);
    store<i32>(SCORE + (t << 2), sum);
    if (sum > highest) highest = sum;
  }
  let total: i32 = 0;
  for (let t = 0; t <= position; t++) {
    const below = min<u32>((<u32>highest - load<u32>(SCORE + (t << 2))) >> 18, 255);
    const weight = load<i32>(POWER + (below << 2));
    store<i32>(SCORE + (t << 2), weight);
    total += weight;
  }
  for (let i = 0; i < ROW; i += 2) {
    let sum: i64 = 0;
    for (let t = 0; t <= position; t++) sum += <i64>load<i32>(SCORE + (t << 2)) * <i64>load<i16>(VALUE + t * ROW + i);
    store<i16>(OUT + position * ROW + i, <i16>(sum / total));
  }
}

export function run(n: i32): i32 {
  fill(1);
  let check: u32 = 0;
  for (let round = 0; round < n; round++) {
    for (let position = 0; position < POSITIONS; position++) attend(position);
    store<i16>(QUERY + ((round & 1023) << 1), load<i16>(OUT + (((round * 7) & 2047) << 1)));
  }
  for (let i = 0; i < POSITIONS * WIDTH; i++) check = check * 31 + <u32>(<i32>load<i16>(OUT + (i << 1)));
  return <i32>check;
}
