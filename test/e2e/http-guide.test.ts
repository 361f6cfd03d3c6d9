import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { api, noServers } from '../harness/api.ts';
import { until } from '../harness/until.ts';

const guide = join(import.meta.dirname, '../../docs/guides/http-api.md');

test('every request of the guide is answered as one that was meant', async () => {
  const { sources, server, post, get } = await api(noServers);
  await post('/v1/corpora', { name: 'notes', path: join(sources, 'handbook') });
  const { run } = (await post('/v1/runs', { corpus: 'notes' })).json<{ run: string }>();
  await until(
    'the run has ended',
    async () => (await get(`/v1/runs/${run}`)).json<{ state: string }>(),
    ({ state }) => state === 'completed',
  );
  const requests = (await readFile(guide, 'utf8')).replaceAll('\\\n', ' ').match(/^curl .*$/gm) ?? [];
  expect(requests.length).toBeGreaterThan(8);
  for (const request of requests) {
    const { statusCode, body } = await server.inject(injected(request));
    expect({ request, statusCode, body }).toMatchObject({ statusCode: expect.toSatisfy(isGood) });
  }
});

const isGood = (statusCode: number) => statusCode >= 200 && statusCode < 300;

/** A line for `curl` as the request that it sends. */
function injected(request: string) {
  const [, path = ''] = /localhost:7700(\S*?)'?(?=\s|$)/.exec(request) ?? [];
  const [, payload] = / -d '(.*?)'/.exec(request) ?? [];
  const [, named] = / -X (\w+)/.exec(request) ?? [];
  const headers = Object.fromEntries(
    [...request.matchAll(/ -H '(.*?): (.*?)'/g)].map(([, name = '', value = '']) => [name, value]),
  );
  const method = (named ?? (payload === undefined ? 'GET' : 'POST')) as 'GET';
  return { method, url: path, headers, ...(payload !== undefined && { payload }) };
}
