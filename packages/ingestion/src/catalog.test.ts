import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ingestJobs } from './catalog.ts';

interface StoredJob {
  readonly name: keyof typeof ingestJobs;
  readonly data: Readonly<Record<string, unknown>>;
}
const fixture = join(import.meta.dirname, '../fixtures/version-1-jobs.json');
const stored = JSON.parse(readFileSync(fixture, 'utf8')) as readonly StoredJob[];

describe('jobs of the first version', () => {
  it('are there of every kind', () => {
    expect(stored.map(({ name }) => name).sort()).toEqual(Object.keys(ingestJobs).sort());
  });

  it.each(stored.map((job) => [job.name, job] as const))('%s is brought forward', (name, { data }) => {
    const { payload, id } = ingestJobs[name];
    const parsed = payload.parse(data);
    expect(parsed).toMatchObject({ version: 2, runId: data.runId });
    if ('lane' in parsed) expect(parsed).toMatchObject({ lane: data.lane, chain: 1, after: null });
    // Once brought forward, it is the same again.
    expect(payload.parse(JSON.parse(JSON.stringify(parsed)))).toEqual(parsed);
    expect((id as (job: unknown) => string)(parsed)).not.toMatch(/:|undefined/);
  });

  it('are told from those of a version that is not known', () => {
    for (const { name, data } of stored) {
      expect(ingestJobs[name].payload.safeParse({ ...data, version: 3 }).success).toBe(false);
      expect(ingestJobs[name].version).toBe(2);
    }
  });

  it('may have fields that a later minor change added', () => {
    const { payload } = ingestJobs['run.plan'];
    expect(payload.parse({ version: 2, runId: 'r', step: 3, later: true })).toEqual({
      version: 2,
      runId: 'r',
      step: 3,
    });
  });
});
