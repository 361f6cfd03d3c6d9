import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

let proxy: TcpProxy;
let ends: (() => void)[] = [];

/** A server that says everything back. */
beforeEach(async () => {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.pipe(socket);
    ends.push(() => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy = await startTcpProxy({ port: (server.address() as AddressInfo).port });
  ends.push(() => server.close());
});
afterEach(async () => {
  await proxy.close();
  for (const end of ends) end();
  ends = [];
});

async function opened(): Promise<Socket> {
  const socket = connect(proxy.port, '127.0.0.1');
  socket.on('error', () => {});
  ends.push(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** What comes back, as soon as it is as long as what was sent. */
async function echoOf(socket: Socket, text: string): Promise<string> {
  socket.write(text);
  let back = '';
  while (back.length < text.length) {
    const [piece] = await once(socket, 'data');
    back += piece;
  }
  return back;
}

describe('a TCP proxy', () => {
  it('passes on what is said, in order, also more than it holds at a time', async () => {
    const text = Array.from({ length: 600_000 }, (_, at) => at.toString(36)).join(' ');
    expect(await echoOf(await opened(), text)).toBe(text);
  });

  it('passes on that one side has ended', async () => {
    const socket = await opened();
    const ended = once(socket, 'end');
    socket.end('last words');
    expect(String((await once(socket, 'data'))[0])).toBe('last words');
    await ended;
  });

  it('delays what passes a slow link, each way, and many pieces no longer than one', async () => {
    await proxy.set({ kind: 'slow', latencyMs: 100 });
    const socket = await opened();
    const startedAt = performance.now();
    for (let piece = 0; piece < 20; piece += 1) socket.write('x');
    await echoOf(socket, 'x'.repeat(20));
    const tookMs = performance.now() - startedAt;
    expect(tookMs).toBeGreaterThan(195);
    expect(tookMs).toBeLessThan(1_500);
  });

  it('lets no more through a narrow link than it takes', async () => {
    await proxy.set({ kind: 'narrow', bytesPerSecond: 100_000 });
    const startedAt = performance.now();
    await echoOf(await opened(), 'x'.repeat(100_000));
    expect(performance.now() - startedAt).toBeGreaterThan(300);
  });

  it('holds back what is said on a silent link, without a word, until it is open again', async () => {
    const socket = await opened();
    await proxy.set({ kind: 'silent' });
    const later = await opened();
    const echoes = Promise.all([echoOf(socket, 'a'), echoOf(later, 'b')]);
    const silence = new Promise((resolve) => setTimeout(resolve, 200, 'silence'));
    expect(await Promise.race([echoes, silence])).toBe('silence');
    await proxy.set({ kind: 'open' });
    expect(await echoes).toEqual(['a', 'b']);
  });

  it('resets connections and refuses new ones when it is cut, and can be opened again', async () => {
    const socket = await opened();
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await proxy.set({ kind: 'cut' });
    await closed;
    const refused = connect(proxy.port, '127.0.0.1');
    expect((await once(refused, 'error'))[0]).toMatchObject({ code: 'ECONNREFUSED' });
    await proxy.set({ kind: 'open' });
    expect(await echoOf(await opened(), 'a')).toBe('a');
  });

  it('leaves a connection half open for ever, while new ones work', async () => {
    const socket = await opened();
    proxy.abandon();
    const outcome = Promise.race([
      once(socket, 'close').then(() => 'closed'),
      once(socket, 'data').then(() => 'answered'),
      new Promise((resolve) => setTimeout(resolve, 300, 'nothing')),
    ]);
    socket.write('a');
    expect(await outcome).toBe('nothing');
    expect(await echoOf(await opened(), 'b')).toBe('b');
  });
});
