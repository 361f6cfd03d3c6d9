/**
 * Model tokens as words that the full-text index neither splits nor folds to one case, different ones for
 * different tokens: URL encoding, with capital letters escaped too.
 */
export function tokenText(token: string): string {
  return encodeURIComponent(token.toWellFormed()).replace(/%[0-9A-F]{2}|[A-Z]/g, (part) =>
    part.length === 1 ? `%${part.charCodeAt(0).toString(16)}` : part.toLowerCase(),
  );
}
