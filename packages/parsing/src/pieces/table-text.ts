/** A header longer than this is a sentence, which would be repeated in every row. */
const maxHeaderLength = 80;

/**
 * A table as text, a line a row. Where its first row names the columns, every other row names them again, `Name: Ada;
 * Born: 1815`, so that a row which is found says by itself what its values are. Else cells are divided by ` | `.
 * @param rows cells by column; empty where a row has none there.
 */
export function tableText(rows: readonly (readonly string[])[], hasHeader: boolean | 'unknown'): string {
  const filled = rows
    .map((row) => row.map((cell) => cell.replace(/\s+/g, ' ').trim()))
    .filter((row) => row.some((cell) => cell !== ''));
  const [header, ...others] = filled;
  if (header === undefined) return '';
  const isNamed = hasHeader === 'unknown' ? looksLikeHeader(header, others) : hasHeader && others.length > 0;
  if (!isNamed) return filled.map((row) => row.join(' | ')).join('\n');
  return others.map((row) => namedCells(header, row)).join('\n');
}

function namedCells(header: readonly string[], row: readonly string[]): string {
  return row
    .map((cell, column) => {
      const name = header[column] ?? '';
      return cell === '' ? '' : name === '' ? cell : `${name}: ${cell}`;
    })
    .filter((cell) => cell !== '')
    .join('; ');
}

/** Names of columns are there for each, short, no numbers, and not two the same; and something is below them. */
function looksLikeHeader(header: readonly string[], others: readonly (readonly string[])[]): boolean {
  const width = Math.max(...others.map((row) => row.length), 0);
  return (
    width >= 2 &&
    header.length >= width &&
    header.every((cell) => cell !== '' && cell.length <= maxHeaderLength && !isNumber(cell)) &&
    new Set(header).size === header.length
  );
}

function isNumber(cell: string): boolean {
  return /^[\s\p{Sc}+-]*\d[\d\s.,:%/-]*$/u.test(cell);
}
