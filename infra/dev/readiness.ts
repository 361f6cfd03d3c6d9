import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';

const pauseMs = 50;
const attemptTimeoutMs = 5_000;

/** Resolves once a Redis server at the URL answers PING (or asks for a password); rejects on abort. */
export async function waitForRedis(url: string, signal: AbortSignal): Promise<void> {
  await waitUntil(async () => /^(\+PONG|-NOAUTH)/.test(await pingRedis(url)), signal);
}

/** Resolves once PostgreSQL at the URL lets clients begin; rejects on abort. */
export async function waitForPostgres(url: string, signal: AbortSignal): Promise<void> {
  await waitUntil(async () => (await greetPostgres(url)).startsWith('R'), signal);
}

/** Resolves once Elasticsearch at the URL says that its cluster is usable; rejects on abort. */
export async function waitForElasticsearch(url: string, signal: AbortSignal): Promise<void> {
  const { address, headers } = splitCredentials(url);
  await waitUntil(async () => {
    const health = new URL('_cluster/health?wait_for_status=yellow&timeout=1s', address);
    const response = await fetch(health, { headers, signal: AbortSignal.timeout(attemptTimeoutMs) });
    await response.arrayBuffer();
    return response.ok;
  }, signal);
}

/** Resolves once a GET of the URL is answered with success; rejects on abort. */
export async function waitForHttp(url: string, signal: AbortSignal): Promise<void> {
  await waitUntil(async () => {
    const response = await fetch(url, { signal: AbortSignal.timeout(attemptTimeoutMs) });
    await response.arrayBuffer();
    return response.ok;
  }, signal);
}

/** `fetch` refuses credentials in a URL: they go into a header. */
export function splitCredentials(url: string): { address: string; headers: Record<string, string> } {
  const address = new URL(url.endsWith('/') ? url : `${url}/`);
  const { username, password } = address;
  address.username = '';
  address.password = '';
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const headers = username === '' ? {} : { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
  return { address: address.href, headers: headers as Record<string, string> };
}

async function waitUntil(isReady: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    if (await isReady().catch(() => false)) return;
    await sleep(pauseMs, undefined, { signal });
  }
}

/** The first message to one who would begin as `winnow`: `R`, authentication; `E`, not ready. */
function greetPostgres(url: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const words = Buffer.from('user\0winnow\0database\0postgres\0\0');
  const head = Buffer.alloc(8);
  head.writeInt32BE(head.length + words.length, 0);
  // Version 3.0 of the protocol.
  head.writeInt32BE(0x3_00_00, 4);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) });
    socket.setTimeout(attemptTimeoutMs, () => socket.destroy(new Error('no answer')));
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed')));
    socket.once('data', (reply) => {
      resolve(reply.toString('latin1'));
      socket.destroy();
    });
    socket.write(Buffer.concat([head, words]));
  });
}

function pingRedis(url: string): Promise<string> {
  const { protocol, hostname, port } = new URL(url);
  const address = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || '6379') };
  return new Promise((resolve, reject) => {
    const socket = protocol === 'rediss:' ? connectTls(address) : connect(address);
    socket.setTimeout(attemptTimeoutMs, () => socket.destroy(new Error('no answer')));
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed')));
    socket.once('data', (reply) => {
      resolve(reply.toString('latin1'));
      socket.destroy();
    });
    socket.write('PING\r\n');
  });
}
