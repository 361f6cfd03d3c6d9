import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import fastify from 'fastify';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type SentEvent, sendEvents } from './send-events.ts';

/** A client that asks for events, and reads no more of them than the test does. */
async function askFor(
  events: () => AsyncIterable<SentEvent>,
): Promise<{ socket: Socket; sent: Promise<void> }> {
  const server = fastify();
  const sent = Promise.withResolvers<void>();
  server.get('/', async (_request, reply) => {
    await sendEvents(reply, events()).then(sent.resolve, sent.reject);
  });
  const address = new URL(await server.listen({ host: '127.0.0.1', port: 0 }));
  const socket = connect(Number(address.port), address.hostname);
  onTestFinished(async () => {
    socket.destroy();
    await server.close();
  });
  socket.write('GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
  return { socket, sent: sent.promise };
}

describe('sendEvents', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test('numbers events, and says that it is still there while none comes', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const next = Promise.withResolvers<void>();
    const { socket, sent } = await askFor(async function* () {
      yield { type: 'one', data: { line: 'a\nb' } };
      await next.promise;
      yield { type: 'two', data: 2 };
    });
    await once(socket, 'readable');
    vi.advanceTimersByTime(31_000);
    next.resolve();
    await sent;
    const lines = (await text(socket)).split(/\r?\n/);
    expect(lines.filter((line) => /^(?:id|event|data|:)/.test(line))).toEqual([
      'id: 1',
      'event: one',
      'data: {"line":"a\\nb"}',
      ': still at work',
      ': still at work',
      'id: 2',
      'event: two',
      'data: 2',
    ]);
  });

  test('asks for no more than a client takes, and stops when it goes', async () => {
    let asked = 0;
    let ended = false;
    const { socket, sent } = await askFor(async function* () {
      try {
        for (; asked < 1_000; asked += 1) yield { type: 'piece', data: 'x'.repeat(1_000_000) };
      } finally {
        ended = true;
      }
    });
    await once(socket, 'readable');
    await vi.waitFor(() => expect(asked).toBeGreaterThan(0));
    socket.destroy();
    await sent;
    expect(ended).toBe(true);
    // What fits into the buffers of two sockets; not a gigabyte.
    expect(asked).toBeLessThan(50);
  });
});
