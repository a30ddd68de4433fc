// Bench kernel: counting, rotating, reversing and interleaving bits. Twin: bits.c.
function reverse(value: u32): u32 {
  let x = ((value >> 1) & 0x55555555) | ((value & 0x55555555) << 1);
  x = ((x >> 2) & 0x33333333) | ((x & 0x33333333) << 2);
  x = ((x >> 4) & 0x0f0f0f0f) | ((x & 0x0f0f0f0f) << 4);
  x = ((x >> 8) & 0x00ff00ff) | ((x & 0x00ff00ff) << 8);
  return (x >> 16) | (x << 16);
}

function spread(value: u64): u64 {
  let x = value & 0xffffffff;
  x = (x | (x << 16)) & 0x0000ffff0000ffff;
  x = (x | (x << 8)) & 0x00ff00ff00ff00ff;
  x = (x | (x << 4)) & 0x0f0f0f0f0f0f0f0f;
  x = (x | (x << 2)) & 0x3333333333333333;
  return (x | (x << 1)) & 0x5555555555555555;
}

export function run(n: i32): i32 {
  let seed: u32 = 1;
  let sum: u64 = 0;
  for (let i = 0; i < n; i++) {
    seed = seed * 1664525 + 1013904223;
    const r = reverse(seed);
    sum ^= spread(<u64>r) | (spread(<u64>seed) << 1);
    sum = rotl<u64>(sum, clz<u32>(r | 1) + ctz<u32>(seed | 0x80000000)) + (seed ^ (seed >> 1));
  }
  return <i32>(sum ^ (sum >> 32));
}
