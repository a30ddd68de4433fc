// The worker's random numbers: splitmix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014).
// The seed and the worker's index give its stream.
let state: u64 = 0;

export function seedRandom(seed: u64, stream: u64): void {
  state = seed ^ (stream * 0xd1342543de82ef95);
  random();
}

/** 64 random bits. */
export function random(): u64 {
  state += 0x9e3779b97f4a7c15;
  let z = state;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

/** A number from 0 to limit − 1; 0 where the limit is 0. The bias is below limit ÷ 2^64. */
export function below(limit: u64): u64 {
  return limit == 0 ? 0 : random() % limit;
}
