import { once } from 'node:events';
import { expect, test } from 'vitest';
import { noServers } from '../harness/api.ts';
import { temporaryFolder } from '../harness/documents.ts';
import { start } from '../harness/processes.ts';

/** Replies whose log lines are more than any pipe takes without a reader, and how many are asked for at once. */
const replies = 2_000;
const atOnce = 20;

test('a service whose log nobody reads goes on answering, and ends when it is told to', async () => {
  const environment = { ...noServers, WINNOW_DATA_DIR: await temporaryFolder(), WINNOW_LOG_LEVEL: 'debug' };
  const service = start('services/cli/src/main.ts', ['serve', '--port', '0'], environment);
  const [printed] = await once(service.stdout ?? service, 'data');
  const address = String(printed).trim();
  let answered = 0;
  const ask = async () => {
    const reply = await fetch(`${address}/v1/corpora/none`, { signal: AbortSignal.timeout(30_000) });
    await reply.arrayBuffer();
    answered += 1;
  };
  while (answered < replies) await Promise.all(Array.from({ length: atOnce }, ask));
  expect(service.stderr?.readableLength).toBeGreaterThan(0);

  service.kill('SIGTERM');
  const [code, signal] = await once(service, 'exit');
  expect([code, signal]).toEqual([0, null]);
});
