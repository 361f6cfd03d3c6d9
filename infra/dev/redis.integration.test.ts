import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { startRedis } from './redis.ts';
import type { RunningServer } from './running-server.ts';

let server: RunningServer | null = null;
afterEach(() => server?.stop());

describe('startRedis', () => {
  it('comes back after a kill on the same port, with its data where it keeps an append-only file', async () => {
    server = await startRedis({ appendOnly: true, settings: { appendfsync: 'always' } });
    const { url } = server;
    expect(await say(url, 'SET kept yes')).toBe('+OK');
    await server.kill();
    await server.restart();
    expect(server.url).toBe(url);
    expect(await say(url, 'GET kept')).toBe('$3');
  });

  it('forgets everything at a kill without one', async () => {
    server = await startRedis();
    await say(server.url, 'SET kept yes');
    await server.restart();
    expect(await say(server.url, 'GET kept')).toBe('$-1');
  });

  it('refuses a setting that Redis does not know, with what Redis says about it', async () => {
    await expect(startRedis({ settings: { 'no-such-setting': '1' } })).rejects.toThrow(/no-such-setting/);
  });
});

/** Sends one command and gives the first line of the reply. */
function say(url: string, command: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) });
    socket.once('error', reject);
    socket.once('data', (reply) => {
      resolve(reply.toString('latin1').split('\r\n')[0] ?? '');
      socket.destroy();
    });
    socket.write(`${command}\r\n`);
  });
}
