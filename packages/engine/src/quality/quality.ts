import { AppError, liveGeneration, type QualityResult } from '@winnow/core';
import { comparedModes, evaluateGolden, qualityDrops } from '@winnow/evaluation';
import { requireWholeCorpus } from '../require-corpus.ts';
import { type VerifyGenerationPorts, verifyGeneration } from '../verify-generation.ts';
import { contestantOf } from './contestant-of.ts';
import type { EngineQuality } from './engine-quality.ts';
import { readGolden } from './golden.ts';

export function createEngineQuality(ports: VerifyGenerationPorts): EngineQuality {
  const { store, now } = ports;
  return {
    verify: (name, options, signal) => verifyGeneration(ports, name, options, signal),
    async evaluate(name, { modes = comparedModes, runId = null, onQuery }, signal) {
      const corpus = await requireWholeCorpus(store, name);
      const golden = await readGolden(store, corpus, signal);
      if (corpus.golden === null) {
        throw new AppError(
          'failed_precondition',
          `${name} has no golden queries: winnow golden set ${name} PATH sets them`,
        );
      }
      const generation = liveGeneration(corpus);
      const figures = await evaluateGolden(contestantOf(ports.queries, corpus, generation), golden, {
        modes,
        signal,
        ...(onQuery !== undefined && { onQuery }),
      });
      const result: QualityResult = {
        corpusId: corpus.corpusId,
        generation: generation.number,
        goldenDigest: corpus.golden.digest,
        queries: golden.length,
        figures,
        runId,
        at: now().toISOString(),
      };
      await store.quality.add(result);
      return result;
    },
    async history(name, limit) {
      const { corpusId } = await requireWholeCorpus(store, name);
      const results = await store.quality.list(corpusId, limit);
      return { results, drops: qualityDrops(results) };
    },
  };
}
