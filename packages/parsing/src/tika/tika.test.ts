import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { rawOf } from '../testing/raw-of.ts';
import { createTika } from './tika.ts';

const { signal } = new AbortController();

async function serverThat(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('createTika', () => {
  it('blames the document over which a server breaks off twice, and is there each time', async () => {
    let puts = 0;
    const url = await serverThat((request, response) => {
      if (request.method === 'GET') return response.end('Apache Tika');
      puts += 1;
      return request.destroy();
    });
    const converted = await createTika({ url })(rawOf('plan.dwg', 'drawing'), signal);
    expect(converted).toMatchObject({ ok: false, reason: { code: 'malformed' } });
    expect(puts).toBe(2);
  });

  it.each([
    [415, 'unsupported_type'],
    [422, 'malformed'],
  ])('takes %s for what the server says of the document, and does not ask again', async (status, code) => {
    let puts = 0;
    const url = await serverThat((_, response) => {
      puts += 1;
      response.writeHead(status).end();
    });
    const converted = await createTika({ url })(rawOf('plan.dwg', 'drawing'), signal);
    expect(converted).toMatchObject({ ok: false, reason: { code } });
    expect(puts).toBe(1);
  });

  it('goes on where the server broke off once', async () => {
    let puts = 0;
    const url = await serverThat((request, response) => {
      if (request.method === 'GET') return response.end('Apache Tika');
      puts += 1;
      if (puts === 1) return response.writeHead(503).end();
      return response.end(
        JSON.stringify([{ 'X-TIKA:content': '<html><body><p>a bridge</p></body></html>' }]),
      );
    });
    const converted = await createTika({ url })(rawOf('plan.dwg', 'drawing'), signal);
    expect(converted.ok && Buffer.from(converted.raw.content).toString()).toContain('a bridge');
  });

  it('does not blame the document where no server is there, for as long as it takes to start anew', async () => {
    const url = await serverThat((_, response) => response.writeHead(503).end());
    const away = createTika({ url, recoveryMs: 100 })(rawOf('plan.dwg', 'drawing'), signal);
    await expect(away).rejects.toMatchObject({ code: 'unavailable', part: 'source' });
  });

  it('gives up a document over which the server is silent, and ends at once where the caller leaves', async () => {
    const url = await serverThat((request, response) => {
      if (request.method === 'GET') response.end('Apache Tika');
    });
    const late = await createTika({ url, timeoutMs: 200 })(rawOf('plan.dwg', 'drawing'), signal);
    expect(late).toMatchObject({ ok: false, reason: { code: 'gave_up' } });
    const leaving = new AbortController();
    const left = createTika({ url })(rawOf('plan.dwg', 'drawing'), leaving.signal);
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
  });

  it('tells the server no more of a name than its extension', async () => {
    const seen: unknown[] = [];
    const url = await serverThat((request, response) => {
      seen.push(request.headers['content-disposition'], request.url);
      response.end('[]');
    });
    await createTika({ url: `${url}/` })(rawOf('people/Ada "Lovelace"\n.DWG', 'drawing'), signal);
    expect(seen).toEqual(['attachment; filename="document.dwg"', '/rmeta/html']);
  });
});
