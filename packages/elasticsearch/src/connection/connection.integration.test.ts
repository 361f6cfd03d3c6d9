import { silentLogger } from '@winnow/core';
import { elasticsearchUrl, uniquePrefix } from '@winnow/testkit';
import { afterEach, describe, expect, test } from 'vitest';
import { createElasticsearchStore } from '../store.ts';
import { startTestProxy, type TestProxy } from '../test-proxy.ts';
import { openTestStore } from '../test-support.ts';
import type { ElasticsearchAuth } from './connection-options.ts';

const never = new AbortController().signal;
const version = (number: string) => ({ status: 200, body: { nodes: { a: { version: number } } } });
const storeAt = (url: string, auth?: ElasticsearchAuth) =>
  createElasticsearchStore({
    url,
    prefix: uniquePrefix(),
    requestTimeoutMs: 10_000,
    log: silentLogger,
    ...(auth === undefined ? {} : { auth }),
  });

let standIn: TestProxy | null = null;
afterEach(async () => {
  await standIn?.close();
  standIn = null;
});

describe('connection to Elasticsearch', () => {
  test('check resolves at the real server', async () => {
    const { store, dispose } = await openTestStore(elasticsearchUrl(), uniquePrefix());
    await store.check(never);
    await dispose();
  });

  test('nobody there: unavailable, and the message names the address without the password', async () => {
    standIn = await startTestProxy(null);
    const { url } = standIn;
    await standIn.close();
    standIn = null;
    const store = storeAt(url.replace('://', '://winnow:secret@'));
    const error = await store.corpora.list().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'unavailable', message: expect.stringContaining(url) });
    expect(String(error)).not.toContain('secret');
    await store.close();
  });

  test.each(['8.19.0', '9.3.0', '10.0.0'])(
    'version %s: every call is refused with what is needed',
    async (found) => {
      standIn = await startTestProxy(null);
      standIn.intercept = () => version(found);
      const store = storeAt(standIn.url);
      const refusal = {
        code: 'failed_precondition',
        message: expect.stringContaining(`Elasticsearch ${found}`),
      };
      await expect(store.check(never)).rejects.toMatchObject(refusal);
      await expect(store.corpora.list()).rejects.toMatchObject(refusal);
      expect(standIn.requests.every(({ path }) => path.startsWith('/_nodes'))).toBe(true);
      await store.close();
    },
  );

  test('recovers by itself when the server comes', async () => {
    const { store, openAt, url, dispose } = await openTestStore(elasticsearchUrl(), uniquePrefix());
    standIn = await startTestProxy(url);
    standIn.intercept = () => 'cut';
    const late = openAt(standIn.url);
    await expect(late.corpora.list()).rejects.toMatchObject({ code: 'unavailable' });
    standIn.intercept = () => 'pass';
    expect(await late.corpora.list()).toEqual(await store.corpora.list());
    await late.close();
    await dispose();
  });

  test('an API key goes into the header as it is', async () => {
    standIn = await startTestProxy(null);
    standIn.intercept = () => version('9.5.3');
    const store = storeAt(standIn.url, { apiKey: 'a2V5OnNlY3JldA==' });
    await store.check(never);
    expect(standIn.requests[0]?.headers.authorization).toBe('ApiKey a2V5OnNlY3JldA==');
    await store.close();
  });

  test.each([
    ['given apart', (url: string) => storeAt(url, { username: 'u', password: 'p:w' })],
    ['in the URL', (url: string) => storeAt(url.replace('://', '://u:p%3Aw@'))],
  ])('user and password %s go as basic authentication', async (_, open) => {
    standIn = await startTestProxy(null);
    standIn.intercept = () => version('9.5.3');
    const store = open(standIn.url);
    await store.check(never);
    expect(standIn.requests[0]?.headers.authorization).toBe(`Basic ${btoa('u:p:w')}`);
    await store.close();
  });

  test('a server that is not Elasticsearch is refused', async () => {
    standIn = await startTestProxy(null);
    standIn.intercept = () => ({ status: 200, body: { hello: 'world' } });
    const store = storeAt(standIn.url);
    await expect(store.check(never)).rejects.toMatchObject({ code: 'failed_precondition' });
    await store.close();
  });

  test('after close, calls fail with unavailable', async () => {
    const { store, dispose } = await openTestStore(elasticsearchUrl(), uniquePrefix());
    await dispose();
    await expect(store.corpora.list()).rejects.toMatchObject({ code: 'unavailable' });
    await expect(store.check(never)).rejects.toMatchObject({ code: 'unavailable' });
  });

  test('several nodes: calls go to those that answer, with the credentials of all', async () => {
    const nodes = await Promise.all([startTestProxy(null), startTestProxy(null), startTestProxy(null)]);
    for (const node of nodes) node.intercept = () => version('9.5.3');
    const [first, second, third] = nodes.map(({ url }) => url);
    const store = storeAt(`${first?.replace('://', '://u:secret@')}, ${second},${third}`);
    await nodes[1]?.close();
    for (let call = 0; call < 6; call += 1) await store.check(never);
    expect(nodes.map(({ requests }) => requests.length > 0)).toEqual([true, false, true]);
    for (const { requests } of nodes) {
      for (const { headers } of requests) expect(headers.authorization).toBe(`Basic ${btoa('u:secret')}`);
    }
    await nodes[0]?.close();
    await nodes[2]?.close();
    const error = await store.check(never).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'unavailable',
      part: 'index',
      message: expect.stringContaining(`${first}, ${second}, ${third}`),
    });
    expect(String(error)).not.toContain('secret');
    await store.close();
  });

  test('a node that has frozen is passed over by the calls that follow', async () => {
    const nodes = await Promise.all([startTestProxy(null), startTestProxy(null)]);
    const [frozen, well] = nodes;
    if (frozen === undefined || well === undefined) throw new Error('no nodes');
    frozen.intercept = () => 'hang';
    well.intercept = () => version('9.5.3');
    const options = { prefix: uniquePrefix(), requestTimeoutMs: 300, log: silentLogger };
    const store = createElasticsearchStore({ ...options, url: nodes.map(({ url }) => url).join(',') });
    const codes: string[] = [];
    for (let call = 0; call < 8; call += 1) {
      codes.push(
        await store.check(never).then(
          () => 'ok',
          ({ code }) => code,
        ),
      );
    }
    expect(codes).toContain('deadline_exceeded');
    expect(codes.slice(-4)).toEqual(['ok', 'ok', 'ok', 'ok']);
    await store.close();
    for (const node of nodes) await node.close();
  });

  test('nodes with different credentials are refused at once', () => {
    expect(() => storeAt('http://u:p@a:9200,http://u:q@b:9200')).toThrow('the same credentials');
  });

  test.each(['', 'localhost:9200', 'ftp://host', 'not a url', 'http://a:9200,', 'http://a:9200,b:9200'])(
    'the URL %j is refused at once',
    (url) => {
      expect(() => storeAt(url)).toThrow('must be like http://host:9200');
    },
  );
});
