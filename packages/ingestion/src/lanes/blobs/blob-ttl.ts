/** Longer than a provider's outage that a run may sit out; what is lost later is made again. */
export const blobTtlMs = 6 * 3_600_000;
