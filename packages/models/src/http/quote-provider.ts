const maxLength = 300;

/** A run of as many characters that stands in what was sent is taken for a repetition of it. */
const repeatedRun = 16;

/** What was sent and is shorter than a run counts only as a whole; shorter than this it says nothing. */
const shortestRepeated = 4;

/**
 * What a provider wrote, fit for a message: on one line, at most 300 characters, and without what it repeats of
 * our texts and keys.
 * @param sent texts, queries, keys.
 * @returns null if nothing is left.
 */
export function quoteProvider(message: string | null, sent: readonly string[]): string | null {
  const line = oneLine((message ?? '').slice(0, 2 * maxLength));
  const ours = sent.map(oneLine).filter((text) => text.length >= shortestRepeated);
  const quoted = withoutRepeated(line, ours).trim();
  if (quoted === '') return null;
  return quoted.length > maxLength ? `${quoted.slice(0, maxLength)}…` : quoted;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

function withoutRepeated(line: string, ours: readonly string[]): string {
  let kept = '';
  for (let from = 0; from < line.length; ) {
    const length = Math.max(0, ...ours.map((text) => repeatedAt(line, from, text)));
    kept += length === 0 ? line[from] : '…';
    from += Math.max(length, 1);
  }
  return kept;
}

/** How much of the line, from there, stands in the text; 0 if it is less than counts. */
function repeatedAt(line: string, from: number, text: string): number {
  let length = Math.min(repeatedRun, text.length);
  if (from + length > line.length || !text.includes(line.slice(from, from + length))) return 0;
  while (from + length < line.length && text.includes(line.slice(from, from + length + 1))) length += 1;
  return length;
}
