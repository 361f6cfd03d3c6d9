/**
 * What a text says as JSON.
 * @returns undefined, which no JSON says, where it is none.
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
