const maxDepth = 5;

/**
 * What went wrong in one line, with the innermost cause: network libraries wrap the one telling message
 * (`ECONNREFUSED`, `getaddrinfo ENOTFOUND …`) in several that say nothing.
 */
export function rootCauseMessage(error: unknown): string {
  const outer = messageOf(error);
  let inner = error;
  for (let depth = 0; depth < maxDepth; depth++) {
    if (!(inner instanceof Error) || inner.cause === undefined) break;
    inner = inner.cause;
  }
  const message = inner === error ? outer : `${outer}: ${messageOf(inner)}`;
  return message.slice(0, 300);
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Several addresses tried in vain make an error without a message of its own.
  if (error.message === '' && 'code' in error) return String(error.code);
  return error.message || error.name;
}
