import { expect, test } from "vitest";
import { toHtml, toMarkdown } from "./document.js";

const page = {
  title: "A & B",
  blocks: [
    { kind: "paragraph" as const, text: "as `ops` reads <it>" },
    {
      kind: "table" as const,
      head: ["what", "accepted", "found", "target", "reached"],
      rows: [
        ["gap", "kill 3", "80.2 % (77.6 … 82.6); but not below", "better", "yes"],
        ["rest", "a word that is so long that it would not fit beside others", "759/946 = 80.2 %", "≥ 60 %", "not shown"],
        ["none", "-", "-", "≤ 3", "NO"],
      ],
    },
  ],
};
const html = toHtml(page);

test("text is escaped, and what stands between backticks is code", () => {
  expect(html).toContain("<h1>A &amp; B</h1>");
  expect(html).toContain("<p>as <code>ops</code> reads &lt;it&gt;</p>");
  expect(toMarkdown(page)).toContain("as `ops` reads <it>");
});

test("columns of words and of figures, intervals below, long cells that wrap, marks in the last column alone", () => {
  const row = (i: number) => (html.match(/<tr>.*?<\/tr>/gs) ?? [])[i] as string;
  expect(row(0)).toBe('<tr><th class="words">what</th><th class="words">accepted</th><th>found</th><th>target</th><th>reached</th></tr>');
  expect(row(1)).toBe(
    '<tr><td class="words">gap</td><td class="words">kill 3</td><td>80.2 %; but not below<small>(77.6 … 82.6)</small></td><td>better</td><td class="good">yes</td></tr>',
  );
  expect(row(2)).toContain('<td class="words long">a word that');
  expect(row(2)).toContain('<td class="open">not shown</td>');
  expect(row(3)).toContain('<td>-</td><td>≤ 3</td><td class="bad">NO</td>');
});
