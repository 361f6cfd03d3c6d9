/** A line of a terminal, and when it was written. */
export interface TimedLine {
  readonly text: string;
  /** Since the command was given, in milliseconds. */
  readonly atMs: number;
}

const cell = { width: 7.2, height: 17 };
const margin = 14;
const fontSize = 12;

/**
 * A picture of a terminal in which each line comes when it came; where movement is not wanted, all are there at once.
 * @param lines in order, of characters that take one cell each; what is longer than a row goes on in the next.
 */
export function terminalSvg(lines: readonly TimedLine[], columns: number): string {
  const rows = lines.flatMap(({ text, atMs }) =>
    wrapped(text, columns).map((part) => ({ part, atMs, isTyped: text.startsWith('$ ') })),
  );
  const width = Math.ceil(columns * cell.width + 2 * margin);
  const height = rows.length * cell.height + 2 * margin;
  const drawn = rows.map(({ part, atMs, isTyped }, at) => {
    if (part === '') return '';
    const y = margin + at * cell.height + fontSize;
    // No font is as wide as another: the row is made as long as its cells.
    const length = (part.length * cell.width).toFixed(1);
    const delay = `animation-delay:${(atMs / 1_000).toFixed(2)}s`;
    return `<text${isTyped ? ' class="typed"' : ''} style="${delay}" x="${margin}" y="${y}" textLength="${length}" lengthAdjust="spacingAndGlyphs">${escaped(part)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="winnow in a terminal">
<style>
text { font: ${fontSize}px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; white-space: pre; fill: #d7dae0; opacity: 0; animation: come 1ms forwards; }
.typed { fill: #8fd19e; }
@keyframes come { to { opacity: 1; } }
@media (prefers-reduced-motion: reduce) { text { opacity: 1; animation: none; } }
</style>
<rect width="100%" height="100%" rx="8" fill="#1b1e24"/>
${drawn.filter((row) => row !== '').join('\n')}
</svg>
`;
}

function wrapped(text: string, columns: number): readonly string[] {
  const count = Math.max(1, Math.ceil(text.length / columns));
  return Array.from({ length: count }, (_, at) => text.slice(at * columns, (at + 1) * columns));
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
