import { describe, expect, it } from 'vitest';
import type { Connection } from './connection.ts';
import { createRefresher } from './refresher.ts';

/** A server that notes when a refresh begins, and ends it when it is told to. */
function createServer() {
  const began: { index: string; end: () => void; fail: (error: Error) => void }[] = [];
  const connection = {
    read: async (request: (client: unknown, options: unknown) => Promise<unknown>) =>
      await request(
        {
          indices: {
            refresh: ({ index }: { index: string }) =>
              new Promise<void>((resolve, reject) => {
                began.push({ index, end: resolve, fail: reject });
              }),
          },
        },
        {},
      ),
  } as unknown as Connection;
  return { began, connection };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('createRefresher', () => {
  it('never answers with a refresh that began before it was asked', async () => {
    const { began, connection } = createServer();
    const refresher = createRefresher(connection, { sparingMs: 0 });
    const first = refresher.refreshed('a');
    await turn();
    const late = [refresher.refreshed('a'), refresher.refreshed('a')];
    await turn();
    expect(began).toHaveLength(1);
    began[0]?.end();
    await first;
    await turn();
    expect(began).toHaveLength(2);
    began[1]?.end();
    await Promise.all(late);
    expect(began).toHaveLength(2);
  });

  it('keeps indexes apart, and goes on after a failure, which all who shared it hear of', async () => {
    const { began, connection } = createServer();
    const refresher = createRefresher(connection, { sparingMs: 0 });
    const failing = [refresher.refreshed('a'), refresher.refreshed('a')];
    const other = refresher.refreshed('b');
    await turn();
    began.find(({ index }) => index === 'a')?.fail(new Error('away'));
    began.find(({ index }) => index === 'b')?.end();
    await other;
    for (const one of failing) await expect(one).rejects.toThrow('away');
    const again = refresher.refreshed('a');
    await turn();
    began.at(-1)?.end();
    await again;
  });

  it('lets sparing callers wait for each other, but not one that is in a hurry', async () => {
    const { began, connection } = createServer();
    const refresher = createRefresher(connection, { sparingMs: 600_000 });
    const first = refresher.refreshed('a', { sparing: true });
    await turn();
    began[0]?.end();
    await first;
    const sparing = refresher.refreshed('a', { sparing: true });
    refresher.soon('a');
    await turn();
    expect(began).toHaveLength(1);
    const hurried = refresher.refreshed('a');
    await turn();
    await turn();
    expect(began).toHaveLength(2);
    began[1]?.end();
    await Promise.all([sparing, hurried]);
    expect(began).toHaveLength(2);
  });
});
