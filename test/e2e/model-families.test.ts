import { join } from 'node:path';
import { silentLogger } from '@winnow/core';
import { type ModelTestRequest, openEngine } from '@winnow/engine';
import { loadConfig } from '@winnow/runtime';
import {
  createOpenAiBatches,
  type FakeBatches,
  type OpenAiServer,
  startCohereServer,
  startJinaServer,
  startOpenAiServer,
  startTeiServer,
} from '@winnow/testkit';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { handbook, temporaryFolder, writeFiles } from '../harness/documents.ts';
import { fullMode } from '../harness/full-mode.ts';
import { cacheOf, start, winnow, winnowJson } from '../harness/processes.ts';

type Environment = Readonly<Record<string, string>>;

interface Cost {
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly searches: number;
  readonly cached: number;
  readonly usd: number;
  readonly unpricedCalls: number;
}

interface Costs {
  readonly groups: readonly (Cost & { readonly group: string })[];
  readonly total: Cost;
}

interface Ingested {
  readonly run: string;
  readonly state: string;
  readonly chunks: { readonly embedded: number; readonly reused: number };
  readonly cost: Cost;
}

const publishedModels = {
  'text-embedding-3-small': 1_536,
  'text-embedding-3-large': 3_072,
  'text-embedding-ada-002': 1_536,
};

/** Fakes of every provider, closed with the test, and the variables that lead to them. */
async function providers(): Promise<{
  openAi: OpenAiServer;
  batches: FakeBatches;
  environment: Environment;
}> {
  const batches = createOpenAiBatches(1_536);
  const openAi = await startOpenAiServer({
    apiKey: 'open-key',
    routes: batches.routes,
    embeddings: { models: publishedModels },
  });
  const cohere = await startCohereServer({ apiKey: 'co-key' });
  const jina = await startJinaServer({ apiKey: 'jina-key' });
  const tei = await startTeiServer();
  const teiReranker = await startTeiServer({ kind: 'reranker' });
  onTestFinished(async () => {
    for (const server of [openAi, cohere, jina, tei, teiReranker]) await server.close();
  });
  const environment = {
    OPENAI_API_KEY: 'open-key',
    OPENAI_BASE_URL: openAi.baseUrl,
    CO_API_KEY: 'co-key',
    CO_BASE_URL: cohere.origin,
    JINA_API_KEY: 'jina-key',
    JINA_BASE_URL: `${jina.origin}/v1`,
    TEI_BASE_URL: tei.origin,
    TEI_RERANK_BASE_URL: teiReranker.origin,
  };
  return { openAi, batches, environment };
}

async function handbookCorpus(environment: Environment, name = 'handbook'): Promise<Environment> {
  const folder = await temporaryFolder();
  const own = { WINNOW_DATA_DIR: join(folder, 'data'), ...environment };
  await writeFiles(join(folder, 'handbook'), handbook);
  const words = ['corpus', 'create', name, '--source', join(folder, 'handbook')];
  await winnowJson([...words, '--embedder', 'text-embedding-3-small'], own);
  return own;
}

describe('winnow models test', () => {
  test('tries a model of every family over its own wire', async () => {
    const { openAi, environment } = await providers();
    openAi.chat.reply = () => '{"grade": 2, "reason": "on the subject", "quote": null}';
    const requests: readonly ModelTestRequest[] = [
      { name: 'text-embedding-3-small' },
      { name: 'text-embedding-3-large@1024' },
      { name: 'text-embedding-ada-002' },
      { name: 'embed-multilingual-v3.0' },
      { name: 'jina-embeddings-v3' },
      { name: 'tei:BAAI/bge-small-en-v1.5' },
      { name: 'rerank-multilingual-v3.0' },
      { name: 'jina-reranker-v2-base-multilingual' },
      { name: 'tei:BAAI/bge-small-en-v1.5', kind: 'rerank' },
      { name: 'gpt-4o-mini' },
      { name: 'judge:gpt-4o-mini' },
      { name: 'all-MiniLM-L6-v2' },
      { name: 'bge-small-zh-v1.5' },
    ];
    const config = loadConfig({ ...environment, ...cacheOf(), WINNOW_DATA_DIR: await temporaryFolder() });
    const engine = await openEngine(config, { access: { kind: 'read' }, log: silentLogger });
    onTestFinished(() => engine.close());
    for (const request of requests) {
      const tried = await engine.models.test(request, new AbortController().signal);
      expect(tried.model).toBe(request.name);
      expect(tried.ranking.length === 3 || tried.reply !== null).toBe(true);
      expect(tried.cost.calls).toBeGreaterThan(0);
    }
  });

  test('asks a model in its own language, in which it tells what is on the subject', async () => {
    const config = loadConfig({ ...cacheOf(), WINNOW_DATA_DIR: await temporaryFolder() });
    const engine = await openEngine(config, { access: { kind: 'read' }, log: silentLogger });
    onTestFinished(() => engine.close());
    const asked = async (name: string) => {
      const { query, sensible } = await engine.models.test({ name }, new AbortController().signal);
      return [query, sensible];
    };
    expect(await asked('all-MiniLM-L6-v2')).toEqual(['What is machine learning?', true]);
    expect(await asked('bge-small-zh-v1.5')).toEqual(['什么是机器学习？', true]);
  });

  test('says which variable to set, and nothing of a refused key', async () => {
    const missing = await winnow(['models', 'test', 'rerank-v3.5'], {});
    expect(missing.code).toBe(2);
    expect(missing.stderr).toContain('CO_API_KEY');
    const { environment } = await providers();
    const refused = await winnow(['models', 'test', 'rerank-v3.5'], {
      ...environment,
      CO_API_KEY: 'sk-wrong',
    });
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain('401');
    expect(refused.stderr).not.toContain('sk-wrong');
  });
});

describe('a corpus on remote models', () => {
  test('says in every place what it has cost, and pays for no text twice', async () => {
    const { openAi, environment } = await providers();
    openAi.chat.reply = () => 'Deploy the previous release [1].';
    const own = await handbookCorpus(environment);
    const run = await winnowJson<Ingested>(['ingest', 'handbook'], own);
    expect(run.state).toBe('completed');
    expect(run.cost.calls).toBeGreaterThan(0);
    expect(run.cost.usd).toBeCloseTo((run.cost.inputTokens * 0.02) / 1e6, 12);
    const listed = await winnowJson<{ runs: { cost: Cost }[] }>(['runs', 'handbook'], own);
    expect(listed.runs).toMatchObject([{ cost: run.cost }]);

    const words = ['search', 'handbook', 'undo a bad deployment', '--rerank', 'rerank-multilingual-v3.0'];
    const found = await winnowJson<{ cost: Cost; hits: { stages: { rerank: unknown } }[] }>(words, own);
    expect(found.hits[0]?.stages.rerank).not.toBeNull();
    expect(found.cost).toMatchObject({ calls: 2, searches: 1, unpricedCalls: 0 });

    const asked = await winnowJson<{ answer: string; cost: Cost; generator: string }>(
      [
        'ask',
        'handbook',
        'how do I undo a bad deployment?',
        '--generator',
        'gpt-4o-mini',
        '--rerank',
        'none',
      ],
      own,
    );
    expect(asked.generator).toBe('gpt-4o-mini');
    expect(asked.cost.outputTokens).toBeGreaterThan(0);

    const all = await winnowJson<Costs>(['costs', '--by', 'model'], own);
    expect(all.groups.map(({ group }) => group)).toEqual(
      expect.arrayContaining(['text-embedding-3-small', 'rerank-multilingual-v3.0', 'gpt-4o-mini']),
    );
    expect(all.total.usd).toBeCloseTo(run.cost.usd + found.cost.usd + asked.cost.usd, 12);

    const embedded = openAi.embedded.total;
    await winnowJson(['corpus', 'delete', 'handbook', '--yes'], own);
    const source = join(own.WINNOW_DATA_DIR ?? '', '..', 'handbook');
    const create = ['corpus', 'create', 'again', '--source', source, '--embedder', 'text-embedding-3-small'];
    await winnowJson(create, own);
    const second = await winnowJson<Ingested>(['ingest', 'again'], own);
    expect(second.cost).toMatchObject({ calls: 0, usd: 0, cached: run.chunks.embedded });
    expect(openAi.embedded.total).toBe(embedded);
  });

  test('whose key is refused ends a search and an answer with exit code 3, and nothing of the key is said', async () => {
    const { environment } = await providers();
    const own = await handbookCorpus(environment);
    await winnowJson<Ingested>(['ingest', 'handbook'], own);
    const refused = { ...own, OPENAI_API_KEY: 'sk-wrong' };
    const search = ['search', 'handbook', 'rollback', '--mode', 'dense', '--rerank', 'none'];
    const ask = ['ask', 'handbook', 'rollback?', '--generator', 'gpt-4o-mini', '--rerank', 'none'];
    for (const words of [search, ask]) {
      const ended = await winnow(words, refused);
      expect(ended).toMatchObject({ code: 3, stderr: expect.stringContaining('refused the API key') });
      expect(ended.stderr).not.toContain('sk-wrong');
    }
  });

  test('is filled at half the price by a batch, which outlives the process that submitted it', async () => {
    const { openAi, batches, environment } = await providers();
    const own = await handbookCorpus(environment);
    const submitting = start('services/cli/src/main.ts', ['ingest', 'handbook', '--batch'], own);
    await vi.waitFor(() => expect(batches.batches).toHaveLength(1), { timeout: 60_000, interval: 20 });
    const gone = new Promise((resolve) => submitting.once('exit', resolve));
    submitting.kill('SIGKILL');
    await gone;

    const [batch] = batches.batches;
    if (batch !== undefined) await batches.end(batch);
    const run = await winnowJson<Ingested>(['ingest', 'handbook', '--batch'], own);
    expect(run.state).toBe('completed');
    expect(batches.batches).toHaveLength(1);
    expect(openAi.embedded.total).toBe(0);
    expect(run.cost.usd).toBeCloseTo((run.cost.inputTokens * 0.01) / 1e6, 12);
    expect(run.cost.inputTokens).toBeGreaterThan(0);
  });

  test('keeps ledger, cache and limits in the servers where there are any', async () => {
    const { openAi, environment } = await providers();
    const own = await handbookCorpus({ ...environment, ...fullMode() });
    const run = await winnowJson<Ingested>(['ingest', 'handbook'], own);
    expect(run.cost.calls).toBeGreaterThan(0);
    const elsewhere = { ...own, WINNOW_DATA_DIR: join(await temporaryFolder(), 'elsewhere') };
    const costs = await winnowJson<Costs>(['costs', '--by', 'run'], elsewhere);
    expect(costs.groups).toMatchObject([{ group: run.run, calls: run.cost.calls }]);
    expect(openAi.embedded.repeated).toBe(0);
  });
});
