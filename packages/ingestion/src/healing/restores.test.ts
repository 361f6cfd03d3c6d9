import { AppError, type Run, type Store, silentLogger } from '@winnow/core';
import { corpusOf, runOf } from '@winnow/testkit';
import { describe, expect, it } from 'vitest';
import type { IngestPorts } from '../ports.ts';
import { pauseRun, resumeRun } from '../runs/pause-run.ts';
import { startRun } from '../runs/start-run.ts';
import { missingJobs } from './missing-jobs.ts';

const corpus = corpusOf('library');
const restore: Run = runOf('restore-1', corpus, {
  kind: 'restore',
  state: 'running',
  chains: [-1, -1, -1, -1],
});
const restoring = {
  ...corpus,
  restoring: { archive: 'a', runId: restore.runId, since: '2026-01-02T03:04:05.000Z' },
};

/** A store that knows the run and its corpus, and takes no change. */
function portsOf(): IngestPorts {
  const refuse = () => Promise.reject(new AppError('internal', 'something was changed'));
  const store = {
    runs: { get: async () => restore, update: refuse, create: refuse },
    corpora: { get: async () => restoring, update: refuse },
    manifest: { tally: refuse },
  };
  return {
    store: store as unknown as Store,
    now: () => new Date(),
    log: silentLogger,
  } as unknown as IngestPorts;
}

describe('a run that restores an archive', () => {
  it('misses no jobs, and is not taken for one that is done', async () => {
    expect(await missingJobs(portsOf(), restore, [])).toEqual([]);
  });

  it('cannot be paused or resumed, since no job would notice', async () => {
    const refusal = {
      code: 'failed_precondition',
      message: expect.stringContaining('winnow cancel restore-1'),
    };
    await expect(pauseRun(portsOf(), restore.runId)).rejects.toMatchObject(refusal);
    await expect(resumeRun(portsOf(), restore.runId)).rejects.toMatchObject(refusal);
  });

  it('keeps its corpus from every other run until it is at its end', async () => {
    await expect(startRun(portsOf(), corpus.name)).rejects.toMatchObject({
      code: 'failed_precondition',
      message: expect.stringContaining('corpus library is incomplete'),
    });
  });
});
