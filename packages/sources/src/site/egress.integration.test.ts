import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createEgress } from './egress.ts';
import { isPublicAddress } from './public-address.ts';

const request = { maxBytes: 1_000, mayFollow: () => true, signal: new AbortController().signal };

let server: Server;
let port: number;
let asked: string[];
let answer: (incoming: IncomingMessage, response: ServerResponse) => void;
beforeEach(async () => {
  asked = [];
  answer = (_incoming, response) => response.end('hello');
  server = createServer((incoming, response) => {
    asked.push(incoming.url ?? '');
    answer(incoming, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const allowed = () => createEgress({ allowedHosts: [`127.0.0.1:${port}`], withinMs: 500 });
const at = (address: string) => new URL(address.replace('PORT', String(port)));

describe('isPublicAddress', () => {
  test.each([
    ['127.0.0.1', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.169.254', '100.64.0.1'],
    [
      '0.0.0.0',
      '0.1.2.3',
      '224.0.0.1',
      '240.0.0.1',
      '255.255.255.255',
      '192.0.2.1',
      '198.18.0.1',
      '203.0.113.1',
    ],
    [
      '::',
      '::1',
      'fe80::1',
      'fe80::1%eth0',
      'fec0::1',
      'fc00::1',
      'fd12::1',
      'ff02::1',
      '2001:db8::1',
      '100::1',
    ],
    // IPv6 that stands for IPv4, whatever that is: mapped, compatible, NAT64, 6to4, Teredo.
    [
      '::ffff:127.0.0.1',
      '::ffff:8.8.8.8',
      '::127.0.0.1',
      '64:ff9b::7f00:1',
      '64:ff9b:1::1',
      '2002:7f00:1::',
      '2001::1',
    ],
    ['', 'localhost', '1.2.3', '8.8.8.8/8', 'x::1'],
  ])('refuses %s and its like', (...addresses) => {
    expect(addresses.filter(isPublicAddress)).toEqual([]);
  });

  test('takes what the Internet routes', () => {
    expect(['8.8.8.8', '1.1.1.1', '172.32.0.1', '2606:4700:4700::1111'].map(isPublicAddress)).toEqual(
      Array(4).fill(true),
    );
  });
});

describe('the way out to sites', () => {
  test.each([
    'http://127.0.0.1:PORT/',
    'http://127.1:PORT/',
    'http://2130706433:PORT/',
    'http://0177.0.0.1:PORT/',
    'http://0x7f.1:PORT/',
    'http://127.0.0.1.:PORT/',
    'http://localhost:PORT/',
    'http://[::1]:PORT/',
    'http://[::ffff:127.0.0.1]:PORT/',
    'http://[64:ff9b::7f00:1]:PORT/',
    'http://169.254.169.254/latest/meta-data/',
    'http://10.0.0.1/',
    'file:///etc/passwd',
    'ftp://8.8.8.8/',
    'http://user:secret@8.8.8.8/',
  ])('does not lead to %s, and nobody is asked', async (address) => {
    const refused = createEgress({ allowedHosts: [] })(at(address), request);
    await expect(refused).rejects.toMatchObject({ code: 'failed_precondition' });
    expect(asked).toEqual([]);
  });

  test('does not lead to a name of which any address is private, and connects to what was looked at', async () => {
    const names: string[] = [];
    const lookupOf =
      (...addresses: readonly string[]): LookupFunction =>
      (name, options, done) => {
        names.push(name);
        const all = addresses.map((address) => ({ address, family: 4 }));
        if (options.all === true) done(null, all);
        else done(null, addresses[0] ?? '', 4);
      };
    const mixed = createEgress({ allowedHosts: [], lookup: lookupOf('8.8.8.8', '127.0.0.1') });
    await expect(mixed(at('http://evil.example:PORT/'), request)).rejects.toMatchObject({
      code: 'failed_precondition',
    });
    expect(asked).toEqual([]);
    // Let in by name, it is reached at the address that was given, which is asked for once.
    names.length = 0;
    const named = createEgress({ allowedHosts: ['intranet.example'], lookup: lookupOf('127.0.0.1') });
    expect((await named(at('http://intranet.example:PORT/x'), request)).status).toBe(200);
    expect([names, asked]).toEqual([['intranet.example'], ['/x']]);
  });

  test.each([
    ['http://169.254.169.254/latest/'],
    ['http://127.0.0.1:1/'],
    ['http://[::1]/'],
    ['file:///etc/passwd'],
    ['//10.0.0.1/'],
    ['http://'],
  ])('is not followed on to %s', async (location) => {
    answer = (_incoming, response) => response.writeHead(302, { location }).end();
    await expect(allowed()(at('http://127.0.0.1:PORT/'), request)).rejects.toMatchObject({
      code: 'failed_precondition',
    });
    expect(asked).toEqual(['/']);
  });

  test('follows a redirect that its caller lets it, some times', async () => {
    answer = (incoming, response) => {
      if (incoming.url === '/new') response.end('here');
      else response.writeHead(301, { location: incoming.url === '/loop' ? '/loop' : '/new' }).end();
    };
    const found = await allowed()(at('http://127.0.0.1:PORT/old'), request);
    expect([found.url.pathname, Buffer.from(found.body).toString()]).toEqual(['/new', 'here']);
    const outside = { ...request, mayFollow: (url: URL) => url.pathname !== '/new' };
    await expect(allowed()(at('http://127.0.0.1:PORT/old'), outside)).rejects.toMatchObject({
      code: 'failed_precondition',
    });
    await expect(allowed()(at('http://127.0.0.1:PORT/loop'), request)).rejects.toMatchObject({
      code: 'failed_precondition',
    });
  });

  test('takes no more than so many bytes, packed or unpacked, and no longer than so long', async () => {
    const long = 'x'.repeat(5_000);
    for (const [body, encoding] of [
      [long, 'identity'],
      [gzipSync(long), 'gzip'],
    ] as const) {
      answer = (_incoming, response) => response.writeHead(200, { 'content-encoding': encoding }).end(body);
      await expect(allowed()(at('http://127.0.0.1:PORT/'), request)).rejects.toMatchObject({
        code: 'failed_precondition',
        message: expect.stringContaining('more than 1000 bytes'),
      });
    }
    answer = (_incoming, response) => void response.write('and then nothing');
    await expect(allowed()(at('http://127.0.0.1:PORT/'), request)).rejects.toMatchObject({
      code: 'deadline_exceeded',
    });
  });
});
