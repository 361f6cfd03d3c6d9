/** Dots where a long block was cut. */
const cut = /^\s*(?:…|\.\.\.)\s*$/;

/** A stretch of a text; `texts[text].slice(start, end)`. */
interface Stretch {
  readonly text: number;
  readonly start: number;
  readonly end: number;
}

interface Line extends Stretch {
  readonly said: string;
}

/**
 * Where sources have the lines of a block of code, one after the other, whatever their indentation. The code may go on
 * from one source to the next, and something may be left out where the block has dots for it.
 *
 * @param block with its fences.
 * @param texts in the order in which code would go on from one to the next.
 * @returns what stands in each text that holds some of it, letter for letter; null where they do not have all lines.
 */
export function findCode(block: string, texts: readonly string[]): readonly (string | null)[] | null {
  const stretches = stretchesOf(block.split('\n').slice(1, -1));
  if (stretches.length === 0) return null;
  const lines = texts.flatMap((text, index) => linesOf(text, index));
  const found: Line[] = [];
  let from = 0;
  for (const wanted of stretches) {
    const at = lines.findIndex(
      (_line, first) => first >= from && wanted.every((said, offset) => lines[first + offset]?.said === said),
    );
    if (at === -1) return null;
    from = at + wanted.length;
    found.push(...lines.slice(at, from));
  }
  return texts.map((text, index) => {
    const own = found.filter((line) => line.text === index);
    const [first, last] = [own[0], own.at(-1)];
    return first === undefined || last === undefined ? null : text.slice(first.start, last.end);
  });
}

/** Lines that follow on each other, cut at dots. */
function stretchesOf(lines: readonly string[]): readonly (readonly string[])[] {
  const stretches: string[][] = [[]];
  for (const line of lines) {
    if (cut.test(line)) stretches.push([]);
    else if (line.trim() !== '') stretches.at(-1)?.push(line.trim());
  }
  return stretches.filter((stretch) => stretch.length > 0);
}

function linesOf(text: string, index: number): readonly Line[] {
  return [...text.matchAll(/[^\n]+/g)]
    .map(({ 0: line, index: start }) => ({ text: index, start, end: start + line.length, said: line.trim() }))
    .filter(({ said }) => said !== '');
}
