import { Client } from '@elastic/elasticsearch';
import { silentLogger } from '@winnow/core';
import { elasticsearchUrl, uniquePrefix } from '@winnow/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Connection, createConnection } from '../connection/connection.ts';
import { writeAlias } from '../indexes/names.ts';
import { type ProxiedRequest, startTestProxy, type TestProxy } from '../test-proxy.ts';
import { type BulkOperation, createBulkWriter } from './bulk-writer.ts';

const index = uniquePrefix();
let client: Client;
let proxy: TestProxy;
let connection: Connection;

beforeEach(async () => {
  client = new Client({ node: elasticsearchUrl() });
  await client.indices.create({
    index,
    aliases: { [writeAlias(index)]: {} },
    mappings: {
      dynamic: 'strict',
      properties: { n: { type: 'long' }, text: { type: 'keyword', index: false } },
    },
  });
  proxy = await startTestProxy(elasticsearchUrl());
  connection = createConnection({ url: proxy.url, requestTimeoutMs: 60_000 });
});
afterEach(async () => {
  await connection.close();
  await proxy.close();
  await client.indices.delete({ index }, { ignore: [404] });
  await client.close();
});

const writer = (maxBytes?: number) =>
  createBulkWriter({
    connection,
    log: silentLogger,
    firstWaitMs: 1,
    ...(maxBytes === undefined ? {} : { maxBytes }),
  });

function put(id: number, document: unknown = { n: id }): BulkOperation {
  return {
    action: 'index',
    lines: `${JSON.stringify({ index: { _id: String(id) } })}\n${JSON.stringify(document)}\n`,
  };
}

const puts = (count: number, text = '') => Array.from({ length: count }, (_, n) => put(n, { n, text }));
const isBulk = ({ path }: ProxiedRequest) => path.includes('/_bulk');
const bulks = () => proxy.requests.filter(isBulk);
const linesOf = ({ body }: ProxiedRequest) => body.trimEnd().split('\n').length;
const fault = (status: number, type: string) => ({
  status,
  body: { error: { type, reason: 'test' }, status },
});

async function stored(): Promise<number> {
  await client.indices.refresh({ index });
  return (await client.count({ index })).count;
}

/** Gives each bulk request the next of these fates, and lets it pass when they are used up. */
function bulkFates(...fates: Awaited<ReturnType<TestProxy['intercept']>>[]): void {
  proxy.intercept = (request) => (isBulk(request) ? (fates.shift() ?? 'pass') : 'pass');
}

describe('bulk writer', () => {
  test('packs operations into requests by bytes, keeps their order and returns one result for each', async () => {
    const results = await writer(10_000).write(index, puts(50, 'x'.repeat(1_000)));
    expect(results).toMatchObject(Array.from({ length: 50 }, () => ({ kind: 'done' })));
    expect(bulks().length).toBeGreaterThan(4);
    expect(bulks().every(({ body }) => body.length <= 10_000)).toBe(true);
    expect(await stored()).toBe(50);
  });

  test('a document that the index refuses is rejected; its neighbours are written', async () => {
    const results = await writer().write(index, [put(1), put(2, { n: 'no number' }), put(3)]);
    expect(results.map(({ kind }) => kind)).toEqual(['done', 'rejected', 'done']);
    expect(JSON.stringify(results)).not.toContain('no number');
    expect(await stored()).toBe(2);
  });

  test('a delete of what is not there is missing, a create of what is there a conflict', async () => {
    await writer().write(index, [put(1)]);
    const results = await writer().write(index, [
      { action: 'delete', lines: '{"delete":{"_id":"9"}}\n' },
      { action: 'create', lines: '{"create":{"_id":"1"}}\n{"n":2}\n' },
      { action: 'delete', lines: '{"delete":{"_id":"1"}}\n' },
    ]);
    expect(results.map(({ kind }) => kind)).toEqual(['missing', 'conflict', 'done']);
  });

  test.each([
    ['overload of the whole request', fault(429, 'es_rejected_execution_exception')],
    ['a tripped circuit breaker', fault(429, 'circuit_breaking_exception')],
    ['a server that is starting', fault(503, 'master_not_discovered_exception')],
    ['a gateway without the server', { status: 502, body: '<html>' }],
    ['a connection cut before the server', 'cut' as const],
    ['an answer that is lost', 'lose-answer' as const],
  ])('writes everything in spite of %s', async (_, fate) => {
    bulkFates(fate, fate);
    expect(await writer().write(index, puts(5))).toMatchObject(
      Array.from({ length: 5 }, () => ({ kind: 'done' })),
    );
    expect(bulks()).toHaveLength(3);
    expect(await stored()).toBe(5);
  });

  test('sends again only the items that the server had no room for, in smaller requests', async () => {
    const busy = { status: 429, error: { type: 'es_rejected_execution_exception', reason: 'queue full' } };
    const items = puts(100, 'x'.repeat(2_000)).map((_, n) => ({
      index: n % 5 === 0 ? { status: 201 } : busy,
    }));
    bulkFates({ status: 200, body: { errors: true, items } });
    const results = await writer(220_000).write(index, puts(100, 'x'.repeat(2_000)));
    expect(new Set(results.map(({ kind }) => kind))).toEqual(new Set(['done']));
    expect(linesOf(bulks()[0] as ProxiedRequest)).toBe(200);
    const again = bulks().slice(1);
    expect(again.reduce((sum, request) => sum + linesOf(request), 0)).toBe(160);
    expect(again.every(({ body }) => body.length <= 110_000)).toBe(true);
  });

  test('a request that is too large is sent in halves; a document too large alone is rejected', async () => {
    proxy.intercept = (request) =>
      isBulk(request) && request.body.length > 5_000 ? { status: 413, body: {} } : 'pass';
    const operations = [...puts(20, 'x'.repeat(500)), put(99, { n: 99, text: 'x'.repeat(9_000) })];
    const results = await writer().write(index, operations);
    expect(results.map(({ kind }) => kind)).toEqual([...Array(20).fill('done'), 'rejected']);
    expect(await stored()).toBe(20);
  });

  test('a full disk ends the write at once with resource_exhausted and a time to wait', async () => {
    const block = (on: boolean | null) =>
      client.indices.putSettings({ index, settings: { 'index.blocks.read_only_allow_delete': on } });
    await block(true);
    await expect(writer().write(index, puts(1))).rejects.toMatchObject({
      code: 'resource_exhausted',
      retryAfterMs: 30_000,
    });
    expect(bulks()).toHaveLength(1);
    await block(null);
    bulkFates(fault(429, 'cluster_block_exception'));
    await expect(writer().write(index, puts(1))).rejects.toMatchObject({ code: 'resource_exhausted' });
    expect(bulks()).toHaveLength(2);
    expect(await writer().write(index, puts(1))).toMatchObject([{ kind: 'done' }]);
  });

  test.each([
    ['write-blocked', { 'index.blocks.write': true }, { 'index.blocks.write': null }],
    ['read-only', { 'index.blocks.read_only': true }, { 'index.blocks.read_only': null }],
  ])('a %s index ends the write at once, and no document is rejected', async (_, block, unblock) => {
    await client.indices.putSettings({ index, settings: block });
    const remove = { action: 'delete' as const, lines: '{"delete":{"_id":"1"}}\n' };
    for (const operations of [puts(2), [remove]]) {
      await expect(writer().write(index, operations)).rejects.toMatchObject({
        code: 'failed_precondition',
        part: 'index',
        message: expect.stringContaining('block'),
      });
    }
    expect(bulks()).toHaveLength(2);
    await client.indices.putSettings({ index, settings: unblock });
    expect(await writer().write(index, puts(1))).toMatchObject([{ kind: 'done' }]);
  });

  test('a closed index, or a mapping without the field, ends the write at once', async () => {
    await expect(writer().write(index, [put(1, { unknown: 1 })])).rejects.toMatchObject({
      code: 'failed_precondition',
      message: expect.stringContaining('refuses writes'),
    });
    await client.indices.close({ index });
    await expect(writer().write(index, puts(1))).rejects.toMatchObject({ code: 'failed_precondition' });
    await client.indices.open({ index });
    expect(await writer().write(index, puts(1))).toMatchObject([{ kind: 'done' }]);
  });

  test('rights that are taken away while it writes end the write, and no document is rejected', async () => {
    const items = [{ index: { status: 403, error: { type: 'security_exception', reason: 'unauthorized' } } }];
    bulkFates({ status: 200, body: { errors: true, items } });
    await expect(writer().write(index, puts(1))).rejects.toMatchObject({
      code: 'failed_precondition',
      message: expect.stringContaining('rights'),
    });
  });

  test('gives up after a bounded number of tries', async () => {
    proxy.intercept = (request) => (isBulk(request) ? fault(503, 'unavailable') : 'pass');
    await expect(writer().write(index, puts(1))).rejects.toMatchObject({ code: 'unavailable' });
    expect(bulks()).toHaveLength(5);
    proxy.intercept = (request) => (isBulk(request) ? fault(429, 'es_rejected_execution_exception') : 'pass');
    await expect(writer().write(index, puts(1))).rejects.toMatchObject({ code: 'resource_exhausted' });
  });

  test('a server that never answers ends in deadline_exceeded', async () => {
    proxy.intercept = (request) => (isBulk(request) ? 'hang' : 'pass');
    const impatient = createConnection({ url: proxy.url, requestTimeoutMs: 300 });
    const { write } = createBulkWriter({ connection: impatient, log: silentLogger, firstWaitMs: 1 });
    await expect(write(index, puts(1))).rejects.toMatchObject({ code: 'deadline_exceeded', part: 'index' });
    expect(bulks()).toHaveLength(1);
    await impatient.close();
  });

  test('an aborted signal ends the write, in a request and between two', async () => {
    for (const fate of ['hang', fault(503, 'unavailable')] as const) {
      const aborting = new AbortController();
      proxy.intercept = (request) => {
        if (!isBulk(request)) return 'pass';
        aborting.abort();
        return fate;
      };
      await expect(writer().write(index, puts(1), { signal: aborting.signal })).rejects.toMatchObject({
        code: 'canceled',
      });
    }
    expect(bulks()).toHaveLength(2);
  });

  test('an index that was deleted meanwhile is not made anew', async () => {
    await client.indices.delete({ index });
    await expect(writer().write(index, puts(1))).rejects.toMatchObject({ code: 'not_found' });
    expect(await client.indices.exists({ index })).toBe(false);
  });

  test('refused credentials end the write at once', async () => {
    bulkFates(fault(401, 'security_exception'));
    await expect(writer().write(index, puts(1))).rejects.toMatchObject({ code: 'failed_precondition' });
  });
});
