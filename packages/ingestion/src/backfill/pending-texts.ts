import {
  type AppError,
  type BatchText,
  documentKeyOf,
  type Embedder,
  type EmbeddingKey,
  embeddingKeyOf,
  type ManifestEntry,
  runRef,
  type Source,
  type SourceId,
} from '@winnow/core';
import { embeddingTextOf } from '@winnow/text';
import { knownVectors } from '../embedding/known-vectors.ts';
import { placesOfVectors } from '../generations/places-of-vectors.ts';
import { readDocument } from '../planning/read-document.ts';
import type { IngestPorts } from '../ports.ts';
import type { RunningRun } from '../runs/run-state.ts';
import { openSources } from '../stages/read-entries.ts';
import { requireAway } from '../waiting/wait-reason.ts';

/** Entries read at a time; their chunks are looked up in index and cache together. */
const pageSize = 64;

/**
 * Every text that a run's pending documents need embedded and that neither index nor cache knows, once each, in
 * the order of the manifest: the same again after a crash. A document that cannot be read or parsed is passed
 * over; its lane will say why. So are the documents of a source that does not answer, for batches of their own.
 * @param away gets the sources that do not answer, with what was met there.
 * @throws AppError of part `source` where no other has documents.
 */
export async function* pendingTexts(
  ports: IngestPorts,
  target: RunningRun,
  embedder: Embedder,
  { away, signal }: { readonly away: Map<SourceId, AppError>; readonly signal: AbortSignal },
): AsyncGenerator<BatchText> {
  const asked = new Set<SourceId>();
  const seen = new Set<EmbeddingKey>();
  const { run } = target;
  const ref = runRef(run);
  const places = placesOfVectors(target.corpus, ref, embedder);
  // Opened once: what a file of records takes to be opened is not to be paid for each of them.
  const sources = openSources(ports, target);
  const query = { states: ['pending'], runId: run.runId, limit: pageSize } as const;
  let page = await ports.store.manifest.list(ref, query);
  while (page.length > 0) {
    const texts = new Map<EmbeddingKey, string>();
    for (const entry of page) {
      const { sourceId } = entry;
      if (away.has(sourceId)) continue;
      asked.add(sourceId);
      try {
        for (const text of await textsOf(ports, target, sources(sourceId), entry, signal)) {
          const key = embeddingKeyOf(embedder.fingerprint, text);
          if (!seen.has(key)) texts.set(key, text);
          seen.add(key);
        }
      } catch (thrown) {
        away.set(sourceId, requireAway(thrown, signal));
      }
    }
    const { vectors } = await knownVectors(ports, places, [...texts.keys()], embedder);
    for (const [key, text] of texts) if (!vectors.has(key)) yield { key, text };
    const last = page.at(-1);
    page =
      last === undefined
        ? []
        : await ports.store.manifest.list(ref, {
            ...query,
            after: documentKeyOf(last.documentId),
            stale: true,
          });
  }
  const [trouble] = away.values();
  if (trouble !== undefined && asked.size === away.size) throw trouble;
}

/** @throws AppError of part `source` where the source does not answer: passed over, its texts would cost more later. */
async function textsOf(
  ports: IngestPorts,
  { generation }: RunningRun,
  source: Source | null,
  entry: ManifestEntry,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (source === null) return [];
  const prepared = await readDocument(ports, generation, source, entry, signal);
  if (!prepared.ok) return [];
  const { title, chunks } = prepared.document;
  return chunks.map((chunk) => embeddingTextOf(title, chunk));
}
