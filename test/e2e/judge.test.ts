import { join } from 'node:path';
import { startOpenAiServer } from '@winnow/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { handbook, temporaryFolder, writeFiles } from '../harness/documents.ts';
import { winnow, winnowJson } from '../harness/processes.ts';

interface Found {
  readonly hits: readonly {
    readonly documentId: string;
    readonly judgement: { readonly grade: number; readonly quoteFound: boolean } | null;
  }[];
  readonly reranker: { readonly modelId: string; readonly candidates: number } | null;
  readonly cost: { readonly usd: number };
  readonly notes: readonly string[];
}

/** A corpus on a local embedder, and a chat model that judges it. */
async function judgedHandbook() {
  const server = await startOpenAiServer({ apiKey: 'open-key' });
  onTestFinished(() => server.close());
  server.chat.reply = (messages) => {
    const shown = messages.at(-1)?.content ?? '';
    if (shown.includes('switch the alias'))
      return '{"grade": 3, "quote": "switch the alias to the previous build", "reason": "It says how to roll back."}';
    if (shown.includes('Snapshots'))
      return '```json\n{"grade": 1, "quote": "backups live for ever", "reason": "It is about backups."}\n```';
    return 'Grade: 0';
  };
  const folder = await temporaryFolder();
  const environment = {
    WINNOW_DATA_DIR: join(folder, 'data'),
    WINNOW_CHAT_MODEL: 'gpt-4o-mini',
    OPENAI_API_KEY: 'open-key',
    OPENAI_BASE_URL: server.baseUrl,
  };
  await writeFiles(join(folder, 'handbook'), handbook);
  await winnowJson(['corpus', 'create', 'handbook', '--source', join(folder, 'handbook')], environment);
  await winnowJson(['ingest', 'handbook'], environment);
  return { server, environment };
}

const words = ['search', 'handbook', 'how do I roll back a release?', '--rerank', 'judge'];

describe('winnow search --rerank judge', () => {
  test('explains each hit by grade, reason and quote, and marks a quote that was made up', async () => {
    const { environment } = await judgedHandbook();
    const { stdout, stderr, code } = await winnow([...words, '--explain'], environment);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^1\. .*rollback/im);
    expect(stdout).toContain('grade 3 of 3 (answers the query): It says how to roll back.');
    expect(stdout).toContain('quote: “switch the alias to the previous build”');
    expect(stdout).toContain('quote, NOT in the passage: “backups live for ever”');
    expect(stdout).toMatch(/reranked by judge:gpt-4o-mini: \d+ candidates, cost \$0\.\d+/);
    expect(stderr).toContain('quotes of the judge that do not stand in their passage: 1');
  });

  test('gives the same as JSON, on the bill as judging', async () => {
    const { environment } = await judgedHandbook();
    const { hits, cost } = await winnowJson<Found>([...words, '--threshold', '0.6'], environment);
    expect(hits).toMatchObject([
      { documentId: 'operations/rollback.md', judgement: { grade: 3, quoteFound: true } },
    ]);
    const purposes = await winnowJson<{ groups: readonly { group: string; usd: number }[] }>(
      ['costs', '--by', 'purpose'],
      environment,
    );
    const judging = purposes.groups.find(({ group }) => group === 'judge');
    expect(judging?.usd).toBeCloseTo(cost.usd, 12);
  });

  test('goes on without its judge where the provider fails, and says so', async () => {
    const { server, environment } = await judgedHandbook();
    server.chat.reply = () => 'I would rather not judge anybody.';
    const { hits, reranker, notes } = await winnowJson<Found>(words, environment);
    expect(hits[0]?.documentId).toBe('operations/rollback.md');
    expect(hits[0]?.judgement).toBeNull();
    expect(reranker?.modelId).toBe('late-interaction:all-MiniLM-L6-v2');
    expect(notes[0]).toMatch(/^judge:gpt-4o-mini did not rerank: /);
    expect(notes).toContainEqual(expect.stringMatching(/^ranked instead by late-interaction/));
  });
});
