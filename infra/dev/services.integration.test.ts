import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import type {} from '../../packages/testkit/src/services.ts';

const untilGone = { timeout: 60_000 };

let scratch = '';
let parent: ChildProcess | null = null;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'winnow-up-'));
  // The account that Elasticsearch runs as must reach its own folder in here.
  await chmod(scratch, 0o755);
});
afterEach(async () => {
  parent?.kill('SIGKILL');
  await rm(scratch, { recursive: true, force: true });
});

describe('startServices', { timeout: 360_000 }, () => {
  it('leaves no server and no data behind when its process is killed', async () => {
    parent = startParent({});
    const urls = await printedUrls(parent);
    expect(await Promise.all(urls.map(isListening))).toEqual([true, true]);

    await end(parent, 'SIGKILL');

    await expect.poll(() => Promise.all(urls.map(isListening)), untilGone).toEqual([false, false]);
    await expect.poll(ownFolders, untilGone).toEqual([]);
  });

  it('ends what it started, and only that, when its process is interrupted', async () => {
    parent = startParent({ ELASTICSEARCH_URL: inject('elasticsearchUrl') });
    const urls = await printedUrls(parent);

    await end(parent, 'SIGINT');

    await expect.poll(() => Promise.all(urls.map(isListening)), untilGone).toEqual([false, true]);
    await expect.poll(ownFolders, untilGone).toEqual([]);
  });
});

async function ownFolders(): Promise<string[]> {
  return (await readdir(scratch)).filter((name) => name.startsWith('winnow-'));
}

function startParent(given: Record<string, string>): ChildProcess {
  const { REDIS_URL: _redis, ELASTICSEARCH_URL: _elasticsearch, ...env } = process.env;
  return spawn(process.execPath, [join(import.meta.dirname, 'up.ts')], {
    env: { ...env, ...given, TMPDIR: scratch },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

async function printedUrls(child: ChildProcess): Promise<string[]> {
  let printed = '';
  for await (const part of child.stdout ?? []) {
    printed += part;
    const urls = [...printed.matchAll(/^\w+_URL=(.+)$/gm)].flatMap(([, url]) => url ?? []);
    if (urls.length === 2) return urls;
  }
  throw new Error(`the parent ended early: ${printed}`);
}

function isListening(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) });
    socket.once('connect', () => {
      resolve(true);
      socket.destroy();
    });
    socket.once('error', () => resolve(false));
    socket.setTimeout(5_000, () => socket.destroy(new Error('no answer')));
  });
}
