import { setTimeout as delay } from 'node:timers/promises';
import {
  AppError,
  type ContentChange,
  type DocumentId,
  liveRef,
  type ManifestEntry,
  type RecordFields,
  type Store,
} from '@winnow/core';
import { type IngestPorts, type Pushed, pushDocuments, requirePushSource } from '@winnow/ingestion';
import { type PushLine, readPushLines } from '@winnow/sources';
import { requireWholeCorpus } from '../require-corpus.ts';
import type { EnginePush, PushedDocument, PushedLine } from './engine-push.ts';
import { inBatches } from './in-batches.ts';

/** Lines that are taken together, by how many, by their size, and by how long the first of them waits for the last. */
const batches = { maxItems: 200, maxBytes: 8 * 1024 * 1024, maxWaitMs: 50 };
/** Between two looks whether a document can be found by now. */
const lookEveryMs = 50;

/** Documents that are sent to us. */
export function createEnginePush(ingest: IngestPorts): EnginePush {
  const { store } = ingest;
  return {
    async push(name, change, signal) {
      const [pushed] = await push(ingest, name, [change], signal);
      if (pushed === undefined) throw new AppError('internal', 'a push without an outcome');
      return pushed;
    },
    async *pushLines(name, chunks, signal) {
      const lines = readPushLines(chunks, await fieldsOf(store, name));
      for await (const batch of inBatches(lines, { ...batches, sizeOf, signal })) {
        yield* await pushBatch(ingest, name, batch, signal);
      }
    },
    fields: (name) => fieldsOf(store, name),
    async whenDone(name, documentId, { timeoutMs, signal }) {
      const corpus = await requireWholeCorpus(store, name);
      const until = Date.now() + timeoutMs;
      for (;;) {
        const entry = await entryOf(store, liveRef(corpus), documentId as DocumentId);
        const isOver = Date.now() >= until;
        if (entry?.state !== 'pending' || isOver) return viewOf(entry);
        await delay(lookEveryMs, undefined, { signal });
      }
    },
  };
}

async function fieldsOf(store: Store, name: string): Promise<RecordFields> {
  return requirePushSource(await requireWholeCorpus(store, name)).settings.fields ?? {};
}

async function push(
  ingest: IngestPorts,
  name: string,
  changes: readonly ContentChange[],
  signal: AbortSignal,
): Promise<readonly PushedDocument[]> {
  const corpus = await requireWholeCorpus(ingest.store, name);
  const pushed = await pushDocuments(ingest, corpus, changes, signal);
  return pushed.map(({ documentId, outcome, entry }) => ({ documentId, outcome, ...viewOf(entry) }));
}

/** Of lines that are no documents, nothing is tried. */
async function pushBatch(
  ingest: IngestPorts,
  name: string,
  batch: readonly PushLine[],
  signal: AbortSignal,
): Promise<readonly PushedLine[]> {
  const changes = batch.flatMap((each) => (each.kind === 'change' ? [each.change] : []));
  const pushed = changes.length === 0 ? [] : await push(ingest, name, changes, signal);
  const outcomes = pushed.values();
  return batch.map((each): PushedLine => {
    const { line } = each;
    if (each.kind === 'malformed') {
      const { documentId, message } = each;
      return { line, documentId, outcome: 'malformed', message, state: null, revision: null, reason: null };
    }
    const outcome: PushedDocument | undefined = outcomes.next().value;
    if (outcome === undefined) throw new AppError('internal', 'a push without an outcome');
    return { line, ...outcome };
  });
}

function viewOf(entry: Pushed['entry'] | undefined): Pick<PushedDocument, 'state' | 'revision' | 'reason'> {
  if (entry === null || entry === undefined) return { state: null, revision: null, reason: null };
  return { state: entry.state, revision: entry.revision, reason: entry.reason };
}

async function entryOf(
  { manifest }: Store,
  ref: Parameters<Store['manifest']['get']>[0],
  documentId: DocumentId,
): Promise<ManifestEntry | undefined> {
  return (await manifest.get(ref, [documentId])).get(documentId);
}

function sizeOf(line: PushLine): number {
  return line.kind === 'change' ? (line.change.content?.content.byteLength ?? 0) : 0;
}
