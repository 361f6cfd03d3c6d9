import { AppError, type Parse } from '@winnow/core';
import { corpusOf, type DocumentMap, parseParagraphs, sentencesOf } from '@winnow/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunReport } from '../runs/run-report.ts';
import { openRemoteBench, type RemoteBench, remoteDimensions } from '../testing/remote-bench.ts';

let bench: RemoteBench;
beforeEach(async () => {
  // Long enough for other jobs to begin meanwhile.
  bench = await openRemoteBench({ latency: { perRequestMs: 30, perTokenMs: 0 } });
});
afterEach(() => bench.close());

const boot = (documents: DocumentMap, corpus = bench.corpus) =>
  bench.boot(documents, { corpus, parse: parseWithoutTitle, maxTextsPerCall: 4 });

/** The title would make texts of two documents differ. */
const parseWithoutTitle: Parse = async (raw) => {
  const parsed = await parseParagraphs(raw);
  return parsed.ok ? { ...parsed, document: { ...parsed.document, title: '' } } : parsed;
};

const pages: DocumentMap = new Map(
  Array.from({ length: 12 }, (_, index) => [`page-${index}`, sentencesOf(index, 40).join(' ')]),
);

function expectPaidOnce(report: RunReport): void {
  expect(report.state).toBe('completed');
  expect(report.documents.failed).toBe(0);
  expect(bench.server.embedded.repeated).toBe(0);
  expect(bench.server.embedded.distinct).toBeGreaterThan(12);
}

describe('a text that was embedded by a remote model', () => {
  it('is not embedded again when another call of its job fails', async () => {
    const process = await boot(pages);
    bench.server.failNext({ kind: 'status', status: 500 }, { kind: 'cut' }, { kind: 'status', status: 503 });
    expectPaidOnce(await process.ingest());
    expect(bench.server.failures.get(500)).toBe(1);
  });

  it('is not embedded again in another corpus', async () => {
    const first = await boot(pages);
    expectPaidOnce(await first.ingest());
    const { total } = bench.server.embedded;
    const other = corpusOf('copy', remoteDimensions);
    await bench.store.corpora.create(other);
    const second = await boot(pages, other);
    const report = await second.ingest();
    expectPaidOnce(report);
    expect(report.modelCalls).toBe(0);
    expect(bench.server.embedded.total).toBe(total);
  });

  it('is embedded once where several jobs meet it at the same time', async () => {
    const shared = sentencesOf(99, 40).join(' ');
    const process = await boot(new Map([...pages.keys()].map((id) => [id, shared])));
    const report = await process.ingest();
    expect(report.state).toBe('completed');
    expect(report.chunks.reused).toBeGreaterThan(report.chunks.embedded);
    expect(bench.server.embedded.repeated).toBe(0);
  });

  it('is indexed though the cache cannot be written to', async () => {
    const process = await boot(pages);
    bench.embeddingCache.put = async () => {
      throw new AppError('resource_exhausted', 'the disk is full');
    };
    expectPaidOnce(await process.ingest());
  });
});
