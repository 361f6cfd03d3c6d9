import { AppError, type DocumentId, type ScanCursor, type ScanEvent, type Source } from '@winnow/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { guaranteeUnless } from './guarantee.ts';

/** A source that nobody else uses, empty at first, and what a test does to what it lists. */
export interface SourceBench {
  /** Opens it as another process would. */
  open(): Source;
  idOf(name: string): string;
  put(name: string, text: string): Promise<unknown>;
  remove(name: string): Promise<unknown>;
  /** Makes all of it unreachable. @returns what brings it back. */
  cut(): Promise<() => Promise<unknown>>;
  /** Documents whose contents were asked for so far, for whatever purpose. */
  contentsAsked(): number;
  close(): Promise<unknown>;
}

/** What an adapter cannot give, each with the reason in words for users. */
export interface SourceExcuses {
  /** An unchanged document is known without its content being asked for. */
  readonly knownUnread?: string;
  /** A single document can be looked for. */
  readonly looksForOne?: string;
  /** It can be out of reach. */
  readonly outOfReach?: string;
}

/** Limits of core's `ScanCursor` and `SourceLocation`, in bytes of JSON. */
const maxPlaceBytes = 4_096;
const { signal } = new AbortController();
/** Names as people give them: the order of their letters differs between alphabets, and addresses spell them otherwise. */
const names = ['b', 'a10', 'a9', 'ü 长', 'c+d&e'];

/**
 * What every `Source` (packages/core/src/ports/source.ts) must hold to. Call it at the top level of a test file.
 * @param create makes a source of its own for each test.
 */
export function describeSource(
  name: string,
  create: () => Promise<SourceBench>,
  excuses: SourceExcuses = {},
): void {
  describe(`${name} as a Source`, () => {
    let bench: SourceBench;
    beforeEach(async () => {
      bench = await create();
      for (const each of names) await bench.put(each, `The text of ${each}.`);
    });
    afterEach(() => bench.close());

    it('lists all documents, each once, in an order that stays, with places that fit', async () => {
      const events = await scan(bench.open());
      expect(new Set(idsIn(events))).toEqual(new Set(names.map(bench.idOf)));
      expect(events).toHaveLength(names.length);
      for (const item of documentsIn(events)) {
        expect(Buffer.byteLength(item.cursor)).toBeLessThanOrEqual(maxPlaceBytes);
        expect(Buffer.byteLength(JSON.stringify(item.location))).toBeLessThanOrEqual(maxPlaceBytes);
        expect(JSON.parse(JSON.stringify(item.location))).toEqual(item.location);
      }
      expect(await scan(bench.open())).toEqual(events);
    });

    it('goes on behind any item, also in another process', async () => {
      const events = documentsIn(await scan(bench.open()));
      for (const [at, { cursor }] of events.entries()) {
        expect(await scan(bench.open(), cursor)).toEqual(events.slice(at + 1));
      }
    });

    it('reads what it has listed, under the same id and version', async () => {
      const source = bench.open();
      for (const item of documentsIn(await scan(source))) {
        const raw = await source.read(item.documentId, item.location, signal);
        expect(raw.documentId).toBe(item.documentId);
        expect(raw.contentHash).toBe(item.contentHash);
        const named = names.find((each) => bench.idOf(each) === item.documentId);
        expect(Buffer.from(raw.content).toString()).toContain(`The text of ${named}.`);
      }
    });

    it('reads by a location that a newer version has written more into', async () => {
      const source = bench.open();
      for (const { documentId, location, contentHash } of documentsIn(await scan(source))) {
        const raw = await source.read(documentId, { ...location, writtenByNewer: 'x' }, signal);
        expect(raw.contentHash).toBe(contentHash);
      }
    });

    it('gives a changed document another version, and no other one', async () => {
      const before = await versionsOf(bench);
      await bench.put('a9', 'Another text.');
      const after = await versionsOf(bench);
      for (const each of names) {
        const id = bench.idOf(each);
        if (each === 'a9') expect(after.get(id)).not.toBe(before.get(id));
        else expect(after.get(id)).toBe(before.get(id));
      }
    });

    it('lists what is new, and no longer what is gone', async () => {
      const source = bench.open();
      await scan(source);
      await bench.put('new', 'A new text.');
      await bench.remove('b');
      const ids = idsIn(await scan(source));
      expect(new Set(ids)).toEqual(new Set([...names.filter((each) => each !== 'b'), 'new'].map(bench.idOf)));
    });

    guaranteeUnless(excuses.knownUnread, 'knows what is unchanged without asking for it', async () => {
      const source = bench.open();
      await scan(source);
      const asked = bench.contentsAsked();
      await scan(source);
      expect(bench.contentsAsked()).toBe(asked);
    });

    it('says of a document that went between listing and reading that it is not there, and of no other', async () => {
      const source = bench.open();
      const items = documentsIn(await scan(source));
      await bench.remove('a10');
      const gone = items.find(({ documentId }) => documentId === bench.idOf('a10'));
      if (gone === undefined) throw new Error('it was not listed');
      const error = await failureOf(source.read(gone.documentId, gone.location, signal));
      expect(['not_found', 'failed_precondition']).toContain(error.code);
      expect(error.part).toBeNull();
      // A source is only asked about what a later scan has not listed.
      await scan(source);
      expect(await source.isGone(gone.documentId, gone.location, signal)).toBe(true);
    });

    guaranteeUnless(excuses.looksForOne, 'does not say of what is there that it is gone', async () => {
      const source = bench.open();
      for (const { documentId, location } of documentsIn(await scan(source))) {
        expect(await source.isGone(documentId, location, signal)).toBe(false);
      }
    });

    guaranteeUnless(excuses.outOfReach, 'out of reach says so, and takes nothing for gone', async () => {
      const source = bench.open();
      const items = documentsIn(await scan(source));
      const bringBack = await bench.cut();
      try {
        const away = bench.open();
        expect((await failureOf(scan(away))).part).toBe('source');
        await failureOf(away.check(signal));
        for (const { documentId, location } of items) {
          const error = await failureOf(away.read(documentId, location, signal));
          expect(error).toMatchObject({ part: 'source', retryable: true });
          if (excuses.looksForOne === undefined) {
            expect(await away.isGone(documentId, location, signal)).toBe(false);
          }
        }
      } finally {
        await bringBack();
      }
      expect(documentsIn(await scan(source))).toEqual(items);
    });

    it('does not begin what was called off, and stops in the middle', async () => {
      const source = bench.open();
      const items = documentsIn(await scan(source));
      const off = AbortSignal.abort(new AppError('canceled', 'called off'));
      await expect(scan(source, null, off)).rejects.toMatchObject({ code: 'canceled' });
      await expect(source.check(off)).rejects.toMatchObject({ code: 'canceled' });
      const stop = new AbortController();
      const iterator = source.scan({ after: null, signal: stop.signal })[Symbol.asyncIterator]();
      await iterator.next();
      stop.abort(new AppError('canceled', 'called off'));
      // What is at hand may still come; then it ends, by itself or with the reason.
      let more = 0;
      for (;;) {
        const next = await iterator.next().catch((error: unknown) => AppError.from(error).code);
        if (next === 'canceled' || (typeof next !== 'string' && next.done === true)) break;
        expect(typeof next).not.toBe('string');
        more += 1;
        expect(more).toBeLessThan(items.length);
      }
      expect(documentsIn(await scan(source))).toEqual(items);
    });
  });
}

async function scan(
  source: Source,
  after: ScanCursor | null = null,
  within: AbortSignal = signal,
): Promise<ScanEvent[]> {
  return await Array.fromAsync(source.scan({ after, signal: within }));
}

function documentsIn(events: readonly ScanEvent[]) {
  return events.flatMap((event) => {
    if (event.kind === 'document') return [event];
    throw new Error(`not a document: ${JSON.stringify(event)}`);
  });
}

function idsIn(events: readonly ScanEvent[]): readonly DocumentId[] {
  return documentsIn(events).map(({ documentId }) => documentId);
}

async function versionsOf(bench: SourceBench): Promise<ReadonlyMap<string, string>> {
  const items = documentsIn(await scan(bench.open()));
  return new Map(items.map(({ documentId, contentHash }) => [documentId, contentHash]));
}

async function failureOf(work: Promise<unknown>): Promise<AppError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}
