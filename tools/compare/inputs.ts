// Inputs that the cases work on: text, a picture, SQL; all made here, the same bytes every time.

const encoder = new TextEncoder();
export const bytesOf = (text: string): Uint8Array => encoder.encode(text);

/** xorshift32: enough to make text that is neither regular nor incompressible. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const SYLLABLES = "ka lo mi ren tas vu shi or an ble dro fen gu ix zel ost".split(" ");

/** Lines of made-up words; short words are frequent, as in a language. */
export function prose(lines: number, seed: number): string {
  const next = generator(seed);
  const words = Array.from({ length: 200 }, () => Array.from({ length: 1 + next(4) }, () => SYLLABLES[next(SYLLABLES.length)]).join(""));
  const word = () => words[Math.min(next(200), next(200), next(200))] as string;
  return Array.from({ length: lines }, () => `${Array.from({ length: 4 + next(8) }, word).join(" ")}.\n`).join("");
}

/** Lines that begin with a number: integers, signs and fractions among them. */
export function numbers(lines: number, seed: number): string {
  const next = generator(seed);
  return Array.from({ length: lines }, () => `${next(3) === 0 ? "-" : ""}${next(1000)}${next(2) ? `.${next(100)}` : ""} ${SYLLABLES[next(16)]}\n`).join("");
}

/** A picture in the PPM format, P6: a gradient with noise. */
export function picture(width: number, height: number): Uint8Array {
  const next = generator(7);
  const head = bytesOf(`P6\n${width} ${height}\n255\n`);
  const pixels = Uint8Array.from({ length: 3 * width * height }, (_, i) => {
    const x = Math.floor(i / 3) % width;
    const y = Math.floor(i / 3 / width);
    return (i % 3 === 0 ? (255 * x) / width : i % 3 === 1 ? (255 * y) / height : 128 + next(32)) & 255;
  });
  return Uint8Array.from([...head, ...pixels]);
}

export const SQL = `CREATE TABLE frame(number INTEGER PRIMARY KEY, owner TEXT, state TEXT);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<500)
INSERT INTO frame SELECT i, 'process '||(i%7), CASE i%3 WHEN 0 THEN 'free' WHEN 1 THEN 'dirty' ELSE 'clean' END FROM n;
CREATE INDEX by_owner ON frame(owner);
SELECT owner, count(*), sum(number) FROM frame GROUP BY owner ORDER BY owner;
DELETE FROM frame WHERE state='free';
SELECT state, count(*), printf('%.3f', avg(number)), round(sqrt(sum(number)), 6) FROM frame GROUP BY state ORDER BY 1;
CREATE VIRTUAL TABLE page USING fts5(text);
INSERT INTO page VALUES('memory warns before it runs out'), ('real programs under real pressure');
SELECT text FROM page WHERE page MATCH 'pressure';
SELECT json_group_array(number) FROM (SELECT number FROM frame ORDER BY number LIMIT 5);
PRAGMA integrity_check;
`;
