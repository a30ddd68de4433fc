// words [COUNT]: reads standard input and prints its most frequent words, ten if nothing is said, with how often each occurs; words
// that occur equally often in order of the alphabet. An ordinary WASI program in AssemblyScript: a map, strings, a garbage collector.

/** Standard input to its end, as text. */
function readAll(): string {
  const chunk = new ArrayBuffer(4096);
  let bytes = new Uint8Array(0);
  for (;;) {
    const count = process.stdin.read(chunk);
    if (count <= 0) break;
    const longer = new Uint8Array(bytes.length + count);
    longer.set(bytes, 0);
    longer.set(Uint8Array.wrap(chunk, 0, count), bytes.length);
    bytes = longer;
  }
  return String.UTF8.decode(bytes.buffer);
}

function isLetter(code: i32): bool {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39) || code >= 0x80;
}

const text = readAll().toLowerCase();
const counts = new Map<string, i32>();
for (let at = 0; at < text.length; ) {
  let end = at;
  while (end < text.length && isLetter(text.charCodeAt(end))) end++;
  if (end > at) {
    const word = text.substring(at, end);
    counts.set(word, (counts.has(word) ? counts.get(word) : 0) + 1);
  }
  at = end + 1;
}

class Row {
  constructor(
    public word: string,
    public count: i32,
  ) {}
}

const rows: Row[] = [];
const words = counts.keys();
for (let i = 0; i < words.length; i++) rows.push(new Row(words[i], counts.get(words[i])));
rows.sort((a, b) => (a.count != b.count ? b.count - a.count : a.word < b.word ? -1 : 1));
const asked = process.argv.length > 1 ? <i32>parseInt(process.argv[1]) : 10;
for (let i = 0; i < min(asked, rows.length); i++) console.log(`${rows[i].count.toString().padStart(6)} ${rows[i].word}`);
