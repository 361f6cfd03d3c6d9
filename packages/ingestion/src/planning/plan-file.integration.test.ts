import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { corpusOf } from '@winnow/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startRun } from '../runs/start-run.ts';
import { budgetOf, writePlanFile } from './plan-file.ts';
import { readPlanFile } from './read-plan-file.ts';
import { plannedChange } from './selection.ts';
import { malformed, openTestCorpus, type TestCorpus } from './test-corpus.ts';

const { signal } = new AbortController();
let house: TestCorpus;
let folder: string;
let path: string;

beforeEach(async () => {
  house = await openTestCorpus({ documents: 6 });
  folder = await mkdtemp(join(tmpdir(), 'winnow-plan-file-'));
  path = join(folder, 'plan.jsonl');
});
afterEach(async () => {
  await house.close();
  await rm(folder, { recursive: true });
});

const write = () => writePlanFile(house.ports, house.corpus, {}, path, signal);
const read = () => readPlanFile(path, house.corpus);
const lines = async () => (await readFile(path, 'utf8')).trimEnd().split('\n');

async function rewrite(change: (lines: string[]) => readonly string[]): Promise<void> {
  await writeFile(path, `${change(await lines()).join('\n')}\n`);
}

function refusal(code: string, message: RegExp) {
  return expect.objectContaining({ code, message: expect.stringMatching(message) });
}

describe('writePlanFile', () => {
  it('writes what scripts rely on first, then each document, then how many there are', async () => {
    house.documents.set('page-3', malformed);
    await house.bench.ingest();
    house.documents.set('page-0', 'Changed.');
    house.documents.set('page-4', null);
    house.documents.set('page-9', 'New.');
    house.documents.delete('page-1');
    const plan = await write();
    const [header, ...rest] = (await lines()).map((line) => JSON.parse(line));
    expect(header).toMatchObject({
      winnowPlan: 1,
      corpus: 'handbook',
      corpusId: house.corpus.corpusId,
      generation: 1,
      physicalName: house.ref.physicalName,
      digest: plan.digest,
      summary: {
        documents: { new: 1, changed: 1, unchanged: 3, deleted: 1, unreadable: 1, outdated: 0 },
        covered: true,
        deletions: { count: 1, withheld: 0, limit: 10 },
        chunks: { toEmbed: 2, reusable: 0 },
        tokens: plan.tokens,
        cost: { usd: null, model: 'test', priceDate: null },
        digest: plan.digest,
      },
    });
    expect(rest.at(-1)).toEqual({ end: true, count: 4 });
    expect(
      rest
        .slice(0, -1)
        .map(({ documentId, change, bytes }) => [documentId, change, bytes])
        .sort(),
    ).toEqual([
      ['page-0', 'changed', 8],
      ['page-1', 'deleted', null],
      ['page-4', 'unreadable', null],
      ['page-9', 'new', 4],
    ]);
  });

  it('leaves one file behind, or none where the plan was not finished', async () => {
    await write();
    await write();
    expect(await readdir(folder)).toEqual(['plan.jsonl']);
    await rm(path);
    house.documents.clear();
    await expect(write()).rejects.toMatchObject({ code: 'not_found', part: 'source' });
    expect(await readdir(folder)).toEqual([]);
  });

  it('says that a file cannot be written before anything is planned', async () => {
    let isPlanned = false;
    const ports = {
      ...house.ports,
      openSource: () => {
        isPlanned = true;
        throw new Error('planned');
      },
    };
    const writeTo = (to: string) => writePlanFile(ports, house.corpus, {}, to, signal);
    const nowhere = join(folder, 'nowhere', 'plan.jsonl');
    await expect(writeTo(nowhere)).rejects.toMatchObject({
      code: 'not_found',
      message: expect.stringContaining(nowhere),
    });
    await mkdir(path);
    await expect(writeTo(path)).rejects.toMatchObject({ code: 'failed_precondition' });
    expect(isPlanned).toBe(false);
  });
});

describe('readPlanFile', () => {
  it('reads back what was planned', async () => {
    const plan = await write();
    const { header, changes } = await read();
    expect(header.summary).toMatchObject({ tokens: plan.tokens, chunks: plan.chunks });
    expect(changes.size).toBe(6);
    const [, first] = await lines();
    const { documentId, change, contentHash } = JSON.parse(first ?? '');
    expect(changes.has(plannedChange(documentId, change, contentHash))).toBe(true);
    expect(changes.has(plannedChange(documentId, 'deleted', null))).toBe(false);
  });

  it('passes over what a newer version added to a line', async () => {
    await write();
    await rewrite((all) => all.map((line) => JSON.stringify({ ...JSON.parse(line), later: true })));
    expect((await read()).changes.size).toBe(6);
  });

  it('refuses a file of a newer version, and says which it reads', async () => {
    await write();
    await rewrite(([header = '', ...rest]) => [header.replace('"winnowPlan":1', '"winnowPlan":2'), ...rest]);
    await expect(read()).rejects.toEqual(
      refusal('failed_precondition', /newer Winnow .*2; this one reads 1/),
    );
  });

  it('refuses a file that was cut off, wherever', async () => {
    await write();
    const whole = await readFile(path);
    for (let bytes = 0; bytes < whole.length; bytes += 97) {
      await writeFile(path, whole.subarray(0, bytes));
      await expect(read()).rejects.toMatchObject({ code: 'invalid_argument' });
    }
  });

  it('refuses a file of which a line is gone, twice, or other than it was written', async () => {
    await write();
    const whole = await lines();
    const spoiled = [
      whole.toSpliced(2, 1),
      whole.toSpliced(2, 0, whole[2] ?? ''),
      whole.map((line) => line.replace('page-2', 'page-7')),
      whole.map((line) => line.replace('"new"', '"changed"')),
      [...whole, whole[1] ?? ''],
    ];
    for (const each of spoiled) {
      await rewrite(() => each);
      await expect(read()).rejects.toEqual(refusal('invalid_argument', /is not the plan that was written/));
    }
  });

  it('refuses what is no plan, and says that there is no file', async () => {
    await expect(read()).rejects.toMatchObject({ code: 'not_found' });
    for (const content of ['', '{}\n', 'a,b\n1,2\n', '[1]\n']) {
      await writeFile(path, content);
      await expect(read()).rejects.toMatchObject({ code: 'invalid_argument' });
    }
  });

  it('refuses a plan for another corpus, for an earlier one of the name, or for another generation', async () => {
    await write();
    const readFor = (corpus: TestCorpus['corpus']) => readPlanFile(path, corpus);
    const code = 'failed_precondition';
    await expect(readFor(corpusOf('wiki', 64))).rejects.toEqual(
      refusal(code, /for corpus handbook, not for wiki/),
    );
    const later = corpusOf('handbook', 64, 'again');
    await expect(readFor(later)).rejects.toEqual(refusal(code, /an earlier corpus of this name/));
    const generations = house.corpus.generations.map((each) => ({
      ...each,
      number: 2,
      physicalName: 'handbook.x.g2' as typeof each.physicalName,
    }));
    const rebuilt = { ...house.corpus, generations, liveGeneration: 2 };
    await expect(readFor(rebuilt)).rejects.toEqual(refusal(code, /generation 1 .* make a new plan/));
  });
});

describe('a run that keeps to a plan file', () => {
  const run = async () => {
    const { header, changes } = await read();
    const plan = { digest: header.digest, changes };
    const started = await startRun(house.ports, house.corpus.name, {
      plan,
      budget: budgetOf(header.summary),
    });
    return await house.bench.untilEnded(started.run.runId);
  };

  it('does what is in it, and spends no more', async () => {
    const plan = await write();
    const report = await run();
    expect(report).toMatchObject({
      state: 'completed',
      documents: { new: 6, failed: 0 },
      tokens: plan.tokens,
    });
    expect(report.run.bound).toMatchObject({ leftOut: 0, digest: plan.digest });
  });

  it('leaves out and names what has changed since', async () => {
    await write();
    house.documents.set('page-2', 'Changed since.');
    house.documents.set('page-9', 'New since.');
    const report = await run();
    expect(report.documents.new).toBe(5);
    expect(report.run.bound).toMatchObject({ leftOut: 2 });
    expect(report.run.bound?.samples.toSorted()).toEqual(['page-2', 'page-9']);
  });
});

describe('deletions of a run that keeps to a plan file', () => {
  it('are those of the plan', async () => {
    await house.bench.ingest();
    house.documents.delete('page-1');
    await write();
    house.documents.delete('page-2');
    const { header, changes } = await read();
    const plan = { digest: header.digest, changes };
    const { run } = await startRun(house.ports, house.corpus.name, { plan });
    expect(await house.bench.untilEnded(run.runId)).toMatchObject({ documents: { deleted: 1 } });
    expect(await house.entryOf('page-2')).toMatchObject({ state: 'live' });
  });
});

describe('budgetOf', () => {
  it('is the price up to the next cent, or the tokens where no price is known', () => {
    const cost = { model: 'test', priceDate: null };
    const chunks = { toEmbed: 10, reusable: 0 };
    const priced = budgetOf({ cost: { ...cost, usd: 0.0131 }, tokens: 100, chunks });
    expect(priced).toEqual({ usd: 0.02, tokens: null });
    expect(budgetOf({ cost: { ...cost, usd: 0 }, tokens: 100, chunks })).toEqual({ usd: 0, tokens: null });
    expect(budgetOf({ cost: { ...cost, usd: null }, tokens: 100, chunks })).toEqual({
      usd: null,
      tokens: 140,
    });
  });
});
