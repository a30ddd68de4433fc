// primes [LIMIT]: how many primes there are below LIMIT (a million if nothing is said), the last of them, and their sum modulo 2^64.
// Computes and grows its memory, and asks for nothing. An ordinary WASI program in AssemblyScript.
const LARGEST = 50_000_000;
const limit = process.argv.length > 1 ? <i32>parseInt(process.argv[1]) : 1_000_000;
if (limit < 2 || limit > LARGEST) {
  process.stderr.write(`primes: the limit must be from 2 to ${LARGEST}\n`);
  process.exit(2);
}
const composite = new Uint8Array(limit);
let count = 0;
let last = 0;
let sum: u64 = 0;
for (let n = 2; n < limit; n++) {
  if (unchecked(composite[n])) continue;
  count++;
  last = n;
  sum += n;
  for (let k = <i64>n * n; k < limit; k += n) composite[<i32>k] = 1;
}
console.log(`${count} primes below ${limit}, the last ${last}, sum ${sum}`);
