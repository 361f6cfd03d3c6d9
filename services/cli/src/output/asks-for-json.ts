/** Whether a command line wants JSON, before it is understood. */
export function asksForJson(words: readonly string[]): boolean {
  const at = words.indexOf('--format');
  return words.includes('--json') || words.includes('--format=json') || (at >= 0 && words[at + 1] === 'json');
}
