/** Tokens that the server's model has read for one call; null where the server, or a proxy, does not say. */
export function computedTokens(headers: Headers): number | null {
  const text = headers.get('x-compute-tokens') ?? '';
  return /^\d{1,15}$/.test(text) && Number(text) > 0 ? Number(text) : null;
}
