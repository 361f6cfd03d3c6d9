import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const deadlineMs = 30_000;

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

describe('startServices', () => {
  it.each(['SIGKILL', 'SIGINT'] as const)(
    'leaves no server and no data behind when its process ends by %s',
    async (signal) => {
      parent = startParent();
      const urls = await printedUrls(parent);
      expect(await Promise.all(urls.map(isListening))).toEqual([true, true]);

      parent.kill(signal);
      await once(parent, 'exit');

      const untilGone = { timeout: deadlineMs };
      await expect.poll(() => Promise.all(urls.map(isListening)), untilGone).toEqual([false, false]);
      await expect.poll(ownFolders, untilGone).toEqual([]);
    },
  );
});

async function ownFolders(): Promise<string[]> {
  return (await readdir(scratch)).filter((name) => name.startsWith('winnow-'));
}

function startParent(): ChildProcess {
  const { REDIS_URL: _r, ELASTICSEARCH_URL: _e, ...env } = process.env;
  return spawn(process.execPath, [join(import.meta.dirname, 'up.ts')], {
    env: { ...env, TMPDIR: scratch },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
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
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
    socket.setTimeout(5_000, () => socket.destroy());
    socket.once('connect', () => socket.destroy());
  });
}
