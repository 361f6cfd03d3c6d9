import {
  AppError,
  type BatchText,
  type Corpus,
  type Embedder,
  type EmbeddingKey,
  embeddingKeyOf,
  type ManifestEntry,
  type Run,
} from '@winnow/core';
import { embeddingTextOf } from '@winnow/text';
import { knownVectors } from '../embedding/known-vectors.ts';
import { generationOf } from '../lane.ts';
import type { IngestPorts } from '../ports.ts';

/** Entries read at a time; their chunks are looked up in index and cache together. */
const pageSize = 64;

/**
 * Every text that a run's pending documents need embedded and that neither index nor cache knows, once each, in
 * the order of the manifest: the same again after a crash. A document that cannot be read or parsed is passed
 * over; its lane will say why.
 */
export async function* pendingTexts(
  ports: IngestPorts,
  run: Run,
  corpus: Corpus,
  embedder: Embedder,
  signal: AbortSignal,
): AsyncGenerator<BatchText> {
  const seen = new Set<EmbeddingKey>();
  const ref = generationOf(run);
  const query = { states: ['pending'], runId: run.runId, limit: pageSize } as const;
  let page = await ports.store.manifest.list(ref, query);
  while (page.length > 0) {
    const texts = new Map<EmbeddingKey, string>();
    for (const entry of page) {
      for (const text of await textsOf(ports, corpus, entry, signal)) {
        const key = embeddingKeyOf(embedder.fingerprint, text);
        if (!seen.has(key)) texts.set(key, text);
        seen.add(key);
      }
    }
    const { vectors } = await knownVectors(ports, ref, [...texts.keys()], embedder);
    for (const [key, text] of texts) if (!vectors.has(key)) yield { key, text };
    const last = page.at(-1);
    page =
      last === undefined ? [] : await ports.store.manifest.list(ref, { ...query, after: last.documentId });
  }
}

async function textsOf(
  ports: IngestPorts,
  corpus: Corpus,
  { documentId, location }: ManifestEntry,
  signal: AbortSignal,
): Promise<readonly string[]> {
  try {
    const raw = await ports.openSource(corpus.settings.source).read(documentId, location, signal);
    const prepared = await ports.prepare(raw, corpus, signal);
    if (!prepared.ok) return [];
    const { title, chunks } = prepared.document;
    return chunks.map((chunk) => embeddingTextOf(title, chunk));
  } catch (thrown) {
    signal.throwIfAborted();
    const error = AppError.from(thrown);
    if (error.retryable || error.code === 'canceled') throw error;
    return [];
  }
}
