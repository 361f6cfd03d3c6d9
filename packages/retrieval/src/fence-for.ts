/** Backticks, one more than the longest run of them in any text: none of them can close the fence. */
export function fenceFor(texts: readonly string[]): string {
  const runs = texts.flatMap((text) => text.match(/`+/g) ?? []).map((run) => run.length);
  return '`'.repeat(runs.reduce((longest, length) => Math.max(longest, length + 1), 3));
}
