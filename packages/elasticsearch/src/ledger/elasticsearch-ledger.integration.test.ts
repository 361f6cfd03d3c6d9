import { silentLogger } from '@winnow/core';
import { describeLedger, elasticsearchUrl, uniquePrefix } from '@winnow/testkit';
import { expect, test } from 'vitest';
import { startTestProxy } from '../test-proxy.ts';
import { billedAnswer } from '../test-support.ts';
import { createElasticsearchLedger } from './elasticsearch-ledger.ts';

const open = (prefix: string, url = elasticsearchUrl()) =>
  createElasticsearchLedger({ url, prefix, requestTimeoutMs: 60_000, log: silentLogger });
const removeIndex = (prefix: string) => fetch(`${elasticsearchUrl()}/${prefix}.ledger`, { method: 'DELETE' });

describeLedger('elasticsearch', async () => {
  const prefix = uniquePrefix();
  const ledger = open(prefix);
  return {
    ledger,
    openAgain: async () => open(prefix),
    async dispose() {
      await ledger.close();
      await removeIndex(prefix);
    },
  };
});

test('an append whose answer is lost is sent again and counts once', async () => {
  const prefix = uniquePrefix();
  const proxy = await startTestProxy(elasticsearchUrl());
  const ledger = open(prefix, proxy.url);
  await ledger.append([billedAnswer]);
  let lost = 0;
  proxy.intercept = ({ path }) => (path.includes('_bulk') && lost++ === 0 ? 'lose-answer' : 'pass');
  await ledger.append([billedAnswer, billedAnswer]);
  expect(lost).toBe(2);
  expect(await ledger.sum({ by: 'total', limit: 1 })).toMatchObject([{ calls: 3, usd: 3 }]);
  await ledger.close();
  await proxy.close();
  await removeIndex(prefix);
});
