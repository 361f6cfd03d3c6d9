import { createHash } from 'node:crypto';
import { type DocumentKey, documentKeyOf, type GenerationRef } from './ids.ts';
import type { ManifestEntry } from './manifest.ts';
import type { Manifest } from './ports/manifest.ts';

/** Entries read in one go. */
const pageSize = 1_000;

/** All entries of a generation, tombstones included, in order of document key; one page in memory. */
export async function* manifestInOrder(
  manifest: Pick<Manifest, 'list'>,
  ref: GenerationRef,
  signal: AbortSignal,
): AsyncGenerator<ManifestEntry> {
  let after: DocumentKey | null = null;
  for (;;) {
    signal.throwIfAborted();
    // The first page has seen to it that every write is there.
    const behind = after === null ? {} : ({ after, stale: true } as const);
    const page: readonly ManifestEntry[] = await manifest.list(ref, { limit: pageSize, ...behind });
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return;
    after = documentKeyOf(last.documentId);
  }
}

/**
 * Names what a generation holds: the same for the same documents at the same writings, and another after any commit,
 * failure or delete. 43 characters of base64url.
 */
export async function stateDigestOf(
  manifest: Pick<Manifest, 'list'>,
  ref: GenerationRef,
  signal: AbortSignal,
): Promise<string> {
  const hash = createHash('sha256');
  for await (const entry of manifestInOrder(manifest, ref, signal)) {
    const { documentId, state, revision, liveVersion } = entry;
    hash.update(`${documentKeyOf(documentId)}\0${state}\0${revision}\0${liveVersion ?? ''}\n`);
  }
  return hash.digest('base64url');
}
