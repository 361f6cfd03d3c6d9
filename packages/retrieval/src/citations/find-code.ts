/** Dots where a long block was cut. */
const cut = /^\s*(?:…|\.\.\.)\s*$/;

/**
 * Where a source has the lines of a block of code, one after the other, whatever their indentation.
 *
 * @param block with its fences.
 * @returns what stands there, letter for letter; null where it does not.
 */
export function findCode(block: string, source: string): string | null {
  const wanted = block
    .split('\n')
    .slice(1, -1)
    .filter((line) => line.trim() !== '' && !cut.test(line))
    .map((line) => line.trim());
  if (wanted.length === 0) return null;
  const lines = [...source.matchAll(/[^\n]+/g)]
    .map(({ 0: line, index }) => ({ start: index, end: index + line.length, text: line.trim() }))
    .filter(({ text }) => text !== '');
  const at = lines.findIndex((_line, first) =>
    wanted.every((line, offset) => lines[first + offset]?.text === line),
  );
  const [first, last] = [lines[at], lines[at + wanted.length - 1]];
  return first === undefined || last === undefined ? null : source.slice(first.start, last.end);
}
