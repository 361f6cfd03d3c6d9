/** A header longer than this is a sentence, which would be repeated in every row. */
const maxHeaderLength = 80;

/**
 * A table as text, a line a row. Where its first row names the columns, every other row names them again, `Name: Ada;
 * Born: 1815`, so that a row which is found says by itself what its values are. Else cells are divided by ` | `.
 * @param rows cells by column; empty where a row has none there.
 * @param shared columns in which the first row's cell is the one before it, that reaches over both: then the second row may
 * name the columns below it, `2026 Q1: 12`.
 */
export function tableText(
  rows: readonly (readonly string[])[],
  hasHeader: boolean | 'unknown',
  shared: ReadonlySet<number> = new Set(),
): string {
  const filled = rows
    .map((row) => row.map((cell) => cell.replace(/\s+/g, ' ').trim()))
    .filter((row) => row.some((cell) => cell !== ''));
  const [header, ...others] = filled;
  if (header === undefined) return '';
  const names = shared.size === 0 ? null : namesOfTwo(header, others[0] ?? [], shared);
  if (names !== null && looksLikeHeader(names, others.slice(1))) {
    return others
      .slice(1)
      .map((row) => namedCells(names, row))
      .join('\n');
  }
  const isNamed = hasHeader === 'unknown' ? looksLikeHeader(header, others) : hasHeader && others.length > 0;
  if (!isNamed) return filled.map((row) => row.join(' | ')).join('\n');
  return others.map((row) => namedCells(header, row)).join('\n');
}

/** Names of columns in two rows; null where the second one has values. */
function namesOfTwo(
  first: readonly string[],
  second: readonly string[],
  shared: ReadonlySet<number>,
): readonly string[] | null {
  const names: string[] = [];
  let above = '';
  for (let column = 0; column < Math.max(first.length, second.length); column += 1) {
    if (!shared.has(column)) above = first[column] ?? '';
    const isDivided = shared.has(column) || shared.has(column + 1);
    const below = second[column] ?? '';
    if (isDivided ? below === '' || isNumber(below) : above !== '' && below !== '' && below !== above) {
      return null;
    }
    names.push(isDivided ? `${above} ${below}`.trim() : above || below);
  }
  return names;
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
