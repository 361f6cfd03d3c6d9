/**
 * Why JSON cannot be what its author meant, or null. Comments and trailing commas, which many tools allow,
 * are no problem: the file is text. Only an end too early is: part of it is missing.
 */
export function jsonProblem(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    const position = Number(/at position (\d+)/.exec(message)?.[1] ?? Number.NaN);
    const isCut = /end of JSON|Unterminated string/.test(message) || position >= text.trimEnd().length;
    return isCut && text.trim() !== '' ? 'the JSON is cut off' : null;
  }
}
