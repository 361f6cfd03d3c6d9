import {
  type Corpus,
  type CorpusSource,
  type DocumentId,
  type GenerationRef,
  isRemoved,
  type ManifestEntry,
  type ScanCursor,
  type ScanEvent,
  type SourceItem,
  type Store,
  type Uncovered,
} from '@winnow/core';
import type { IngestPorts } from '../ports.ts';
import { type Classified, type Classifying, classifyItem } from './classify-item.ts';
import { openCorpusSource } from './corpus-source.ts';
import type { DocumentIdSet } from './document-id-set.ts';

/** Documents that are compared, and written, at a time. */
export const pageSize = 500;

/** A listed item with what it means. */
export interface ComparedItem extends Classified {
  readonly item: SourceItem;
  readonly entry: ManifestEntry | undefined;
}

export interface ComparedPage {
  readonly items: readonly ComparedItem[];
  readonly uncovered: readonly Uncovered[];
  /** Behind the page; null where nothing was listed yet. */
  readonly cursor: ScanCursor | null;
}

/** What a scan is compared with, and how. */
export interface Comparing {
  readonly ref: GenerationRef;
  readonly corpus: Pick<Corpus, 'removedSources'>;
  readonly source: CorpusSource;
  /** What was listed before; grows. */
  readonly listed: DocumentIdSet;
  /** Null leaves the item out: it is not what this is about. */
  readonly classifying: (item: SourceItem, entry: ManifestEntry | undefined) => Classifying | null;
}

/** Compares what a source lists with the manifest, page by page. Writes nothing. */
export async function* comparedPages(
  ports: Pick<IngestPorts, 'store' | 'openSource'>,
  comparing: Comparing,
  options: { readonly after: ScanCursor | null; readonly signal: AbortSignal; readonly pageItems?: number },
): AsyncGenerator<ComparedPage> {
  const scan = openCorpusSource(ports, comparing.source).scan(options);
  let cursor = options.after;
  for await (const page of pagesOf(scan, options.pageItems ?? pageSize)) {
    const items: SourceItem[] = [];
    const uncovered: Uncovered[] = [];
    for (const event of page) {
      if (event.kind === 'uncovered') {
        uncovered.push({
          prefix: event.prefix,
          sourceId: comparing.source.sourceId,
          reason: event.reason,
        });
        continue;
      }
      cursor = event.cursor;
      items.push(...unlisted(event, comparing.listed));
    }
    yield { items: await compareItems(ports.store, comparing, items), uncovered, cursor };
  }
}

/** Compares listed items with what the manifest says of them now. */
export async function compareItems(
  store: Store,
  { ref, corpus, source, listed, classifying }: Comparing,
  items: readonly SourceItem[],
): Promise<readonly ComparedItem[]> {
  if (items.length === 0) return [];
  const known = await store.manifest.get(ref, idsOf(items));
  const renamed: SourceItem[] = [];
  const own = items.map((item) => {
    const entry = known.get(item.documentId);
    if (entry === undefined || entry.sourceId === source.sourceId || entry.state === 'deleted') return item;
    if (isRemoved(corpus, entry.sourceId)) return item;
    const other = takenByOther(item, entry, source);
    // Listed under the id that it has by now, so that what is said of it there does not count as gone.
    listed.add(other.documentId);
    renamed.push(other);
    return other;
  });
  const others = renamed.length === 0 ? known : await store.manifest.get(ref, idsOf(renamed));
  return own.flatMap((item, index) => {
    const entry = (item === items[index] ? known : others).get(item.documentId);
    const how = classifying(item, entry);
    if (how === null) return [];
    // Written anew, whatever its bytes, it belongs to this source.
    const forced = how.forced || (entry !== undefined && isRemoved(corpus, entry.sourceId));
    return [{ item, entry, ...classifyItem(item, entry, { ...how, forced }) }];
  });
}

function idsOf(items: readonly SourceItem[]): readonly DocumentId[] {
  return items.map(({ documentId }) => documentId);
}

/** The item, if its id was not listed before; else what is to be said of it. */
function unlisted(item: SourceItem, listed: DocumentIdSet): readonly SourceItem[] {
  if (listed.add(item.documentId)) return [item];
  const { otherwise: documentId, cursor } = item;
  if (documentId === undefined || !listed.add(documentId)) return [];
  const message = `another record before it has the id ${JSON.stringify(item.documentId)}`;
  const reason = item.kind === 'unreadable' ? item.reason : ({ code: 'duplicate_id', message } as const);
  return [{ kind: 'unreadable', documentId, reason, cursor }];
}

function takenByOther(item: SourceItem, entry: ManifestEntry, source: CorpusSource): SourceItem {
  const message = `source ${entry.sourceId} has a document ${JSON.stringify(item.documentId)} too`;
  const documentId = `${source.sourceId}:${item.documentId}` as DocumentId;
  return {
    kind: 'unreadable',
    documentId,
    reason: { code: 'duplicate_id', message },
    cursor: item.cursor,
  };
}

async function* pagesOf(scan: AsyncIterable<ScanEvent>, size: number): AsyncGenerator<readonly ScanEvent[]> {
  let page: ScanEvent[] = [];
  for await (const event of scan) {
    page.push(event);
    if (page.length < size) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
