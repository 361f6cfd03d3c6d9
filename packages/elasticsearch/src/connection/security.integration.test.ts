import { silentLogger } from '@winnow/core';
import { uniquePrefix } from '@winnow/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startElasticsearch } from '../../../../infra/dev/elasticsearch.ts';
import type { RunningServer } from '../../../../infra/dev/running-server.ts';
import { createElasticsearchStore } from '../store.ts';
import type { ElasticsearchAuth } from './connection-options.ts';

const password = 'a password: 100% @ home';
let server: RunningServer;
let address: string;

beforeAll(async () => {
  server = await startElasticsearch({ password, isBrief: true });
  const url = new URL(server.url);
  url.username = '';
  url.password = '';
  address = url.href;
});
afterAll(async () => {
  await server.stop();
});

async function list(auth?: ElasticsearchAuth): Promise<readonly unknown[]> {
  const options = { url: address, prefix: uniquePrefix(), requestTimeoutMs: 30_000, log: silentLogger };
  const store = createElasticsearchStore({ ...options, ...(auth === undefined ? {} : { auth }) });
  try {
    return await store.corpora.list();
  } finally {
    await store.close();
  }
}

describe('Elasticsearch with security on', () => {
  test('the right password opens it', async () => {
    expect(await list({ username: 'elastic', password })).toEqual([]);
  });

  test.each([
    ['no credentials', undefined],
    ['a wrong password', { username: 'elastic', password: 'wrong-secret' }],
    ['a wrong API key', { apiKey: btoa('id:wrong-secret') }],
  ])('%s: failed_precondition that says so and holds no secret', async (_, auth) => {
    const error = await list(auth).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'failed_precondition',
      message: expect.stringContaining('credentials'),
    });
    expect(String(error)).not.toContain('wrong-secret');
  });
});
