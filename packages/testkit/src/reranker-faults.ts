import type { ErrorCode, Reranker } from '@winnow/core';
import { expect, it } from 'vitest';
import { type AdapterOptions, confidentialTexts, describeProviderFaults } from './provider-faults-suite.ts';
import type { FakeRanking } from './providers/fake-ranking.ts';
import type { ProviderServer } from './providers/provider-server.ts';
import type { ScoreFault } from './providers/spoil-scores.ts';
import { passagesOf } from './reranker-suite.ts';

/** A fake provider that ranks. */
export type RankingServer = ProviderServer & FakeRanking;

export interface RerankerFaultsOptions<Server extends RankingServer> {
  start(): Promise<Server>;
  open(server: Server, options: AdapterOptions): Promise<Reranker>;
}

const query = 'which of these is confidential to the customer';

const scoreCases: readonly { readonly fault: ScoreFault; readonly code: ErrorCode }[] = [
  { fault: 'fewer', code: 'unavailable' },
  { fault: 'more', code: 'unavailable' },
  { fault: 'index-twice', code: 'unavailable' },
  { fault: 'index-beyond', code: 'unavailable' },
  { fault: 'null-score', code: 'unavailable' },
  { fault: 'not-a-number', code: 'unavailable' },
  { fault: 'raw-scores', code: 'failed_precondition' },
];

/** What every reranker behind a network guarantees when its provider fails. */
export function describeRerankerFaults<Server extends RankingServer>(
  name: string,
  options: RerankerFaultsOptions<Server>,
): void {
  const call = async (reranker: Reranker, signal: AbortSignal) =>
    (await reranker.rerank(query, passagesOf(confidentialTexts), { signal })).scores;

  describeProviderFaults(`reranker faults ${name}`, { ...options, call }, ({ failOnce }) => {
    it.each(scoreCases)('makes of scores that are wrong ($fault) $code', async ({ fault, code }) => {
      const error = await failOnce((server) => server.spoilScores(fault));
      expect(error).toMatchObject({ name: 'AppError', code });
    });
  });
}
