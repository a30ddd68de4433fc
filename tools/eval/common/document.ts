// A report as headings, paragraphs, tables and pictures, and its two forms: one HTML file with everything in it, and Markdown with the
// pictures beside it. Knows nothing of what it reports. Pure.

export type Block =
  | { kind: "heading"; text: string }
  | { kind: "paragraph"; text: string }
  | { kind: "list"; items: readonly string[] }
  /** `numbers`: every column but the first is aligned right; `marks`: cell texts that get a colour */
  | { kind: "table"; head: readonly string[]; rows: readonly (readonly string[])[]; caption?: string }
  | { kind: "pictures"; pictures: readonly { name: string; svg: string; caption: string }[]; columns: number };

export interface Document {
  title: string;
  blocks: Block[];
}

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const STYLE = `
  :root { color-scheme: light; }
  body { font: 15px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; color: #1d2430; background: #fff; max-width: 1120px; margin: 32px auto; padding: 0 24px; }
  h1 { font-size: 26px; line-height: 1.25; margin: 0 0 12px; } h2 { font-size: 19px; margin: 36px 0 8px; border-bottom: 1px solid #d8dee6; padding-bottom: 4px; }
  p { margin: 8px 0; max-width: 860px; } table { border-collapse: collapse; margin: 12px 0; font-size: 13px; }
  caption { caption-side: top; text-align: left; color: #55606e; padding: 2px 0 4px; }
  th, td { padding: 4px 10px; text-align: right; border-bottom: 1px solid #e6eaef; font-variant-numeric: tabular-nums; white-space: nowrap; }
  th { color: #55606e; font-weight: 600; border-bottom-color: #b8c1cc; white-space: normal; vertical-align: bottom; } th:first-child, td:first-child { text-align: left; }
  td.good { color: #11713f; font-weight: 600; } td.bad { color: #b3261e; font-weight: 600; }
  .pictures { display: grid; gap: 18px 16px; margin: 14px 0; } figure { margin: 0; } figcaption { font-size: 12px; color: #55606e; line-height: 1.35; } svg { width: 100%; height: auto; display: block; }
  .wide { overflow-x: auto; }`;

const MARKS: Record<string, string> = { yes: "good", NO: "bad", "not shown": "bad" };

function htmlBlock(block: Block): string {
  switch (block.kind) {
    case "heading":
      return `<h2>${escaped(block.text)}</h2>`;
    case "paragraph":
      return `<p>${escaped(block.text)}</p>`;
    case "list":
      return `<ul>${block.items.map((item) => `<li>${escaped(item)}</li>`).join("")}</ul>`;
    case "table": {
      const cell = (text: string) => `<td${MARKS[text] ? ` class="${MARKS[text]}"` : ""}>${escaped(text)}</td>`;
      const caption = block.caption ? `<caption>${escaped(block.caption)}</caption>` : "";
      const head = `<tr>${block.head.map((text) => `<th>${escaped(text)}</th>`).join("")}</tr>`;
      return `<div class="wide"><table>${caption}${head}${block.rows.map((row) => `<tr>${row.map(cell).join("")}</tr>`).join("\n")}</table></div>`;
    }
    case "pictures": {
      const figure = (p: { svg: string; caption: string }) => `<figure>${p.svg}<figcaption>${escaped(p.caption)}</figcaption></figure>`;
      return `<div class="pictures" style="grid-template-columns: repeat(${block.columns}, 1fr)">${block.pictures.map(figure).join("\n")}</div>`;
    }
  }
}

/** One file, nothing fetched. */
export function toHtml(document: Document): string {
  const body = document.blocks.map(htmlBlock).join("\n");
  return `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>${escaped(document.title)}</title><style>${STYLE}</style></head>\n<body><h1>${escaped(document.title)}</h1>\n${body}\n</body></html>\n`;
}

function markdownBlock(block: Block): string {
  const cell = (text: string) => text.replaceAll("|", "\\|");
  switch (block.kind) {
    case "heading":
      return `## ${block.text}`;
    case "paragraph":
      return block.text;
    case "list":
      return block.items.map((item) => `- ${item}`).join("\n");
    case "table": {
      const line = (row: readonly string[]) => `| ${row.map(cell).join(" | ")} |`;
      const rule = `|${block.head.map((_, i) => (i === 0 ? "---" : "---:")).join("|")}|`;
      return `${block.caption ? `${block.caption}\n\n` : ""}${[line(block.head), rule, ...block.rows.map(line)].join("\n")}`;
    }
    case "pictures":
      return block.pictures.map((p) => `![${p.caption}](${p.name}.svg)\n\n${p.caption}`).join("\n\n");
  }
}

/** Markdown; pictures are files beside it. */
export function toMarkdown(document: Document): string {
  return `# ${document.title}\n\n${document.blocks.map(markdownBlock).join("\n\n")}\n`;
}

/** Every picture: file name → SVG. */
export function picturesOf(document: Document): Map<string, string> {
  return new Map(document.blocks.flatMap((block) => (block.kind === "pictures" ? block.pictures.map((p): [string, string] => [`${p.name}.svg`, p.svg]) : [])));
}
