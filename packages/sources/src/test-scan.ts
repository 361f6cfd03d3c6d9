import type { RawDocument, ScanCursor, ScanEvent, Source, SourceItem } from '@winnow/core';

const { signal } = new AbortController();

/** Everything that one scan says. */
export async function scanAll(source: Source, after: ScanCursor | null = null): Promise<ScanEvent[]> {
  const events: ScanEvent[] = [];
  for await (const event of source.scan({ after, signal })) events.push(event);
  return events;
}

/** The items of a scan that covers everything. @throws Error where it does not. */
export async function scanItems(source: Source): Promise<SourceItem[]> {
  const events = await scanAll(source);
  const [uncovered] = uncoveredIn(events);
  if (uncovered !== undefined) throw new Error(`${uncovered.prefix} is not covered: ${uncovered.reason}`);
  return itemsOf(events);
}

export function itemsOf(events: readonly ScanEvent[]): SourceItem[] {
  return events.filter((event) => event.kind !== 'uncovered');
}

export function uncoveredIn(events: readonly ScanEvent[]): { prefix: string; reason: string }[] {
  return events.flatMap((event) =>
    event.kind === 'uncovered' ? [{ prefix: event.prefix, reason: event.reason }] : [],
  );
}

/**
 * Scans in slices, each of them a scan of its own that is left after some items, as a plan does it.
 * @param sizes of the slices, each at least 1; begun again where there are too few.
 */
export async function scanInSlices(open: () => Source, sizes: readonly number[]): Promise<ScanEvent[]> {
  const events: ScanEvent[] = [];
  let after: ScanCursor | null = null;
  for (let slice = 0; ; slice += 1) {
    const size = sizes[slice % sizes.length] ?? 1;
    let items = 0;
    for await (const event of open().scan({ after, signal })) {
      events.push(event);
      if (event.kind === 'uncovered') continue;
      after = event.cursor;
      items += 1;
      if (items === size) break;
    }
    if (items < size) return events;
  }
}

/** Reads all documents among the items. */
export async function readItems(source: Source, items: readonly SourceItem[]): Promise<RawDocument[]> {
  const documents: RawDocument[] = [];
  for (const item of items) {
    if (item.kind === 'document') documents.push(await source.read(item.documentId, item.location, signal));
  }
  return documents;
}
