// Bench kernel: a tokenizer over 4 KiB of text: numbers, names, operators, blanks. Twin: parse.c.
const TEXT: usize = memory.data(4096, 16);
const TEXT_BYTES: i32 = 4096;
let filled: bool = false;

function fill(): void {
  let seed: u32 = 7;
  let at = 0;
  while (at < TEXT_BYTES) {
    seed = seed * 1664525 + 1013904223;
    const kind = seed >> 30;
    const length = min<i32>(1 + <i32>((seed >> 20) & 7), TEXT_BYTES - at);
    for (let i = 0; i < length; i++) {
      seed = seed * 1664525 + 1013904223;
      const pick = seed >> 16;
      store<u8>(TEXT + at++, kind === 0 ? 48 + (pick % 10) : kind === 1 ? 97 + (pick % 26) : kind === 2 ? 32 : 40 + (pick % 8));
    }
  }
  filled = true;
}

export function run(n: i32): i32 {
  if (!filled) fill();
  let sum: u32 = 0;
  for (let round = 0; round < n; round++) {
    let at: i32 = round & 15;
    while (at < TEXT_BYTES) {
      const c: u32 = load<u8>(TEXT + at);
      if (c - 48 < 10) {
        let value: u32 = 0;
        let digit = c - 48;
        do {
          value = value * 10 + digit;
          if (++at >= TEXT_BYTES) break;
          digit = <u32>load<u8>(TEXT + at) - 48;
        } while (digit < 10);
        sum = sum * 33 + value;
      } else if (c - 97 < 26) {
        let hash: u32 = 5381;
        let letter = c;
        do {
          hash = (hash << 5) + hash + letter;
          if (++at >= TEXT_BYTES) break;
          letter = <u32>load<u8>(TEXT + at);
        } while (letter - 97 < 26);
        sum ^= hash;
      } else if (c === 32) {
        at++;
      } else {
        sum += c << (c & 7);
        at++;
      }
    }
  }
  return <i32>sum;
}
