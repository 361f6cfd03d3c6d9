import {
  type Corpus,
  type CorpusId,
  type CorpusName,
  type GoldenQuery,
  type QualityResult,
  type QueryRecord,
  type Schedule,
  scheduleVersion,
} from '@winnow/core';
import { documentIdOf } from './builders.ts';

/** A schedule of that corpus, due at the beginning of 2026. */
export function scheduleOf(
  { name, corpusId }: { readonly name: CorpusName; readonly corpusId: CorpusId },
  overrides: Partial<Schedule> = {},
): Schedule {
  return {
    version: scheduleVersion,
    corpus: name,
    corpusId,
    cron: '0 2 * * *',
    timeZone: 'Asia/Shanghai',
    window: { from: '22:00', to: '06:00' },
    work: { kind: 'reindex', promoteIfVerified: true },
    evaluates: true,
    webhook: { url: 'https://example.org/told', secretVariable: null },
    nextRunAt: '2026-01-01T00:00:00.000Z',
    decidedUntil: '2025-12-31T00:00:00.000Z',
    current: null,
    last: null,
    notices: [],
    createdAt: '2026-01-01T00:00:00.000Z',
    ...overrides,
  };
}

export function goldenQueryOf(queryId: string, overrides: Partial<GoldenQuery> = {}): GoldenQuery {
  const judgements = { [documentIdOf('a.md')]: 2, [documentIdOf('b.md')]: 0 };
  return { queryId, text: `text of ${queryId}`, judgements, ...overrides };
}

/** A search of that corpus. */
export function queryRecordOf(
  { corpusId }: Pick<Corpus, 'corpusId'>,
  queryId: string,
  overrides: Partial<QueryRecord> = {},
): QueryRecord {
  return {
    queryId,
    corpusId,
    generation: 1,
    text: `text of ${queryId}`,
    kind: 'search',
    at: '2026-01-01T00:00:00.000Z',
    ...overrides,
  };
}

/** A result of golden queries of that corpus. */
export function qualityResultOf(
  { corpusId }: Pick<Corpus, 'corpusId'>,
  overrides: Partial<QualityResult> = {},
): QualityResult {
  return {
    corpusId,
    generation: 1,
    goldenDigest: 'digest',
    queries: 10,
    figures: [{ metric: 'ndcg@10', mode: 'hybrid', mean: 0.5, low: 0.25, high: 0.75 }],
    runId: null,
    at: '2026-01-01T00:00:00.000Z',
    ...overrides,
  };
}
