import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { startOpenAiServer } from '@winnow/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { noServers } from '../harness/api.ts';
import { handbook, temporaryFolder, writeFiles } from '../harness/documents.ts';
import { start, winnowJson } from '../harness/processes.ts';

const question = { corpus: 'handbook', query: 'How long does a restore take for each gigabyte?' };

/** A service whose chat model goes on for three minutes. */
async function serviceWithEndlessModel() {
  const provider = await startOpenAiServer({
    apiKey: 'open-key',
    embeddings: { models: { 'text-embedding-3-small': 1_536 } },
  });
  onTestFinished(() => provider.close());
  provider.chat.reply = () => Array.from({ length: 1_000 }, (_, at) => `word${at} `);
  provider.chat.pieceEveryMs = 200;
  const data = await temporaryFolder();
  await writeFiles(`${data}/handbook`, handbook);
  const environment = {
    ...noServers,
    WINNOW_DATA_DIR: `${data}/data`,
    OPENAI_API_KEY: 'open-key',
    OPENAI_BASE_URL: provider.baseUrl,
    WINNOW_CHAT_MODEL: 'openai:chat-model',
    WINNOW_RERANKER: 'none',
  };
  const made = [
    'corpus',
    'create',
    'handbook',
    '--source',
    `${data}/handbook`,
    '--embedder',
    'text-embedding-3-small',
  ];
  await winnowJson(made, environment);
  await winnowJson(['ingest', 'handbook'], environment);
  const service = start('services/cli/src/main.ts', ['serve', '--port', '0'], environment);
  const log = text(service.stderr ?? process.stdin);
  const ended = once(service, 'exit');
  const [printed] = await once(service.stdout ?? service, 'data');
  const ask = (accept: string) =>
    fetch(`${String(printed).trim()}/v1/answer`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept,
        'x-request-id': `asked-for-${accept.split('/')[1]}`,
      },
      body: JSON.stringify(question),
    });
  return { service, ask, ended, log, environment, provider };
}

describe('a service that is stopped while answers are under way', () => {
  test('ends them with an error, books what they cost, and ends itself', async () => {
    const { service, ask, ended, log, environment, provider } = await serviceWithEndlessModel();
    const streamed = await ask('text/event-stream');
    const begun = Promise.withResolvers<void>();
    const read = (async () => {
      let received = '';
      for await (const piece of streamed.body ?? []) {
        received += Buffer.from(piece).toString();
        if (received.includes('answer-delta')) begun.resolve();
      }
      return received;
    })();
    const whole = ask('application/json');
    await begun.promise;
    const signalled = performance.now();
    service.kill('SIGTERM');

    const events = await read;
    expect([...events.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id)).slice(0, 2)).toEqual([1, 2]);
    expect(events.trimEnd().split('\n').at(-1)).toMatch(/^data: \{"error":\{"code":"unavailable"/);
    const refused = await whole;
    expect([refused.status, await refused.json()]).toEqual([
      503,
      {
        error: { code: 'unavailable', message: expect.any(String), requestId: 'asked-for-json' },
      },
    ]);
    expect(await ended).toEqual([0, null]);
    // Of the 10 seconds that are promised; much more only on a machine that does something else.
    expect(performance.now() - signalled).toBeLessThan(20_000);
    const chats = provider.requests.filter(({ body }) => body.messages !== undefined);
    expect(await Promise.all(chats.map(({ outcome }) => outcome))).toEqual(['closed', 'closed']);

    const lines = (await log)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.filter(({ level }) => level >= 50)).toEqual([]);
    expect(lines).toContainEqual(
      expect.objectContaining({ event: 'request-done', requestId: 'asked-for-json', status: 503 }),
    );
    const costs = await winnowJson<{ rows: { purpose: string; calls: number }[] }>(
      ['costs', '--by', 'purpose'],
      environment,
    );
    expect(JSON.stringify(costs)).toContain('"answer"');
  });
});
