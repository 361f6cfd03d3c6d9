import { AppError, type ErrorCode } from '@winnow/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { candidateOf } from '../test-candidates.ts';
import {
  finishProgress,
  type RerankProgress,
  startProgress,
  withFailure,
  withScored,
} from './rerank-progress.ts';
import { placedBy } from './score-candidates.ts';

const ids = (candidates: readonly { chunk: { chunkId: string } }[]) =>
  candidates.map(({ chunk }) => chunk.chunkId).join('');
const candidates = [...'abcdef'].map((id, index) => candidateOf(id, 6 - index));
const [a, b, c, d, e, f] = candidates;
const scored = (some: readonly (typeof a)[], scores: readonly number[]) =>
  placedBy(
    some.flatMap((one) => one ?? []).map((candidate, index) => ({ candidate, score: scores[index] ?? 0 })),
    'probability',
  );

describe('rerank progress', () => {
  it('puts what a stand-in scored below what was scored before, and counts ranks on', () => {
    const judged = {
      placed: scored([a, c], [0.3, 0.9]),
      missed: [b, d].flatMap((one) => one ?? []),
      notes: ['n'],
    };
    const after = withScored(startProgress(candidates), {
      modelId: 'judge',
      scored: judged,
      beyond: [e, f].flatMap((one) => one ?? []),
    });
    expect(ids(after.waiting)).toBe('bd');
    const stood = { placed: scored([b, d], [0.1, 0.99]), missed: [], notes: [] };
    const result = finishProgress(withScored(after, { modelId: 'encoder', scored: stood, beyond: [] }), null);
    expect(ids(result.candidates)).toBe('cadbef');
    expect(result.candidates.map(({ stages }) => stages.rerank?.rank ?? null)).toEqual([
      1,
      2,
      3,
      4,
      null,
      null,
    ]);
    expect(result.reranker).toEqual({ modelId: 'judge', candidates: 2 });
    expect(result.notes).toEqual(['n', 'passages without a score ranked below the others by encoder: 2']);
  });

  it('says what becomes of passages that nobody scored', () => {
    const step = { placed: scored([b], [0.5]), missed: [a, c].flatMap((one) => one ?? []), notes: [] };
    const after = withScored(startProgress(candidates.slice(0, 3)), {
      modelId: 'judge',
      scored: step,
      beyond: [],
    });
    expect(finishProgress(after, null).notes).toEqual([
      'passages without a score left in their order below the others: 2',
    ]);
    expect(finishProgress(after, 0.5).notes).toEqual([
      'passages without a score left out by the threshold: 2',
    ]);
  });

  it('tells every failure, and keeps the order where all failed', () => {
    const gone = new AppError('unavailable', 'it is gone');
    const failed = withFailure(withFailure(startProgress(candidates), 'judge', gone), 'encoder', gone);
    expect(finishProgress(failed, 0.5)).toEqual({
      candidates,
      reranker: null,
      degraded: true,
      notes: ['judge did not rerank: it is gone', 'not reranked: it is gone; the threshold was not applied'],
    });
  });

  it('tells what may be better next time from what is the same each time', () => {
    const after = (...codes: readonly ErrorCode[]) =>
      codes.reduce(
        (progress, code) => withFailure(progress, 'encoder', new AppError(code, 'x')),
        startProgress(candidates),
      );
    const degraded = (progress: RerankProgress) => finishProgress(progress, null).degraded;
    expect(degraded(after('deadline_exceeded'))).toBe(true);
    expect(degraded(after('not_found', 'unavailable'))).toBe(true);
    expect(degraded(after('internal'))).toBe(true);
    expect(degraded(after('failed_precondition'))).toBe(false);
    expect(degraded(startProgress(candidates))).toBe(false);
    const step = { placed: [], missed: candidates.slice(0, 1), notes: [] };
    const missing = withScored(startProgress(candidates), {
      modelId: 'judge',
      scored: step,
      beyond: candidates.slice(1),
    });
    expect(degraded(missing)).toBe(true);
  });

  it('never loses or repeats a candidate, and ranks without gaps, whatever the steps', () => {
    const steps = fc.array(
      fc.record({ depth: fc.integer({ min: 1, max: 6 }), miss: fc.nat(6), fails: fc.boolean() }),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(steps, (taken) => {
        const end = taken.reduce((progress, { depth, miss, fails }) => {
          if (fails) return withFailure(progress, 'x', new AppError('unavailable', 'y'));
          const given = progress.waiting.slice(0, depth);
          const missed = given.slice(0, miss);
          const hit = given.slice(missed.length);
          const placed = scored(
            hit,
            hit.map((_one, index) => index / 10),
          );
          return withScored(progress, {
            modelId: 'x',
            scored: { placed, missed, notes: [] },
            beyond: progress.waiting.slice(depth),
          });
        }, startProgress(candidates));
        const result = finishProgress(end, null);
        expect([...ids(result.candidates)].sort().join('')).toBe('abcdef');
        const ranks = result.candidates.flatMap(({ stages }) => stages.rerank?.rank ?? []);
        expect(ranks).toEqual(ranks.map((_rank, index) => index + 1));
      }),
    );
  });
});
