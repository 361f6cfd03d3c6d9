import { join } from 'node:path';
import { startOpenAiServer } from '@winnow/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { handbook, temporaryFolder, writeFiles } from '../harness/documents.ts';
import { winnowInTerminal, winnowJson } from '../harness/processes.ts';

const embedder = 'text-embedding-3-small';

/** The handbook on a remote model, of which nothing was ingested. */
async function remoteHandbook() {
  const server = await startOpenAiServer({
    apiKey: 'open-key',
    embeddings: { models: { [embedder]: 1_536 } },
  });
  onTestFinished(() => server.close());
  const folder = await temporaryFolder();
  await writeFiles(join(folder, 'handbook'), handbook);
  const environment = {
    WINNOW_DATA_DIR: join(folder, 'data'),
    OPENAI_API_KEY: 'open-key',
    OPENAI_BASE_URL: server.baseUrl,
  };
  const words = [
    'corpus',
    'create',
    'handbook',
    '--source',
    join(folder, 'handbook'),
    '--embedder',
    embedder,
  ];
  await winnowJson(words, environment);
  const documents = async () =>
    (await winnowJson<{ documents: number }>(['corpus', 'show', 'handbook'], environment)).documents;
  return { environment, documents };
}

describe.skipIf(process.platform !== 'linux')('an ingest in a terminal', () => {
  test('shows what it would cost and asks, where that is above the limit; no means no', async () => {
    const { environment, documents } = await remoteHandbook();
    const strict = { ...environment, WINNOW_ASK_ABOVE_USD: '0' };
    const refused = await winnowInTerminal(['ingest', 'handbook'], strict, 'n\n');
    expect(refused.stdout).toMatch(/new +│ +5 /);
    expect(refused.stdout).toMatch(/This costs about \$0\.0000\d+\. Go on\?/);
    expect(refused.stdout).toContain('nothing was done');
    expect([refused.code, await documents()]).toEqual([1, 0]);

    const agreed = await winnowInTerminal(['ingest', 'handbook'], strict, 'y\n');
    expect([agreed.code, await documents()]).toEqual([0, 5]);
  });

  test.each([
    ['below the limit', { WINNOW_ASK_ABOVE_USD: '1' }, []],
    ['with --yes', { WINNOW_ASK_ABOVE_USD: '0' }, ['--yes']],
  ])('does not ask %s', async (_case, limit, options) => {
    const { environment, documents } = await remoteHandbook();
    const ended = await winnowInTerminal(
      ['ingest', 'handbook', ...options],
      { ...environment, ...limit },
      '',
    );
    expect(ended.stdout).not.toContain('Go on?');
    expect([ended.code, await documents()]).toEqual([0, 5]);
  });
});
