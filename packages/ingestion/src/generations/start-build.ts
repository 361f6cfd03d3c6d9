import { AppError, type CorpusName, type Embedder, type Generation, liveGeneration } from '@winnow/core';
import type { IngestPorts } from '../ports.ts';
import { type StartedRun, type StartOptions, startRun } from '../runs/start-run.ts';
import { beginBuild } from './begin-build.ts';
import { type BuildSettings, nextGeneration } from './build-settings.ts';
import { generationBeside } from './change-generation.ts';

export interface StartBuildPorts extends IngestPorts {
  /** @throws AppError `not_found` for an unknown model, `failed_precondition` where its files cannot be had. */
  loadEmbedder(name: string): Promise<Embedder>;
}

export interface StartedBuild extends StartedRun {
  readonly generation: Generation;
}

/**
 * Fills a new generation beside the live one, or goes on with the one that is there: after a crash, and to bring one
 * that is ready up to date.
 * @param settings none: those of the generation that is there, or else of the live one.
 * @throws AppError `not_found` for a corpus or model; `failed_precondition` where a build with other settings is there.
 */
export async function startBuild(
  ports: StartBuildPorts,
  name: CorpusName,
  settings: BuildSettings,
  options: Pick<StartOptions, 'batch' | 'budget' | 'fromText' | 'runId' | 'window'> = {},
): Promise<StartedBuild> {
  const corpus = await ports.store.corpora.get(name);
  if (corpus === null) throw new AppError('not_found', `there is no corpus ${name}`);
  const beside = generationBeside(corpus);
  const isPlain = Object.values(settings).every((value) => value === undefined);
  const next =
    beside !== null && isPlain
      ? beside
      : nextGeneration(
          ports,
          corpus,
          settings,
          await ports.loadEmbedder(settings.embedder ?? liveGeneration(corpus).embedder),
        );
  if (options.fromText === true) requireSameSplit(liveGeneration(corpus), next);
  const { generation } = await beginBuild(ports, corpus, next);
  const started = await startRun(ports, name, { ...options, kind: 'reindex', generation: generation.number });
  return { ...started, generation };
}

/** @throws AppError `invalid_argument` where documents would have to be split anew, which takes their source. */
export function requireSameSplit(live: Generation, next: Generation): void {
  const { targetTokens, overlapRatio } = live.chunking;
  if (next.chunking.targetTokens === targetTokens && next.chunking.overlapRatio === overlapRatio) return;
  throw new AppError(
    'invalid_argument',
    `the text as it stands has chunks of ${targetTokens} tokens that overlap by ${overlapRatio}, and cannot be split into others (${next.chunking.targetTokens}, ${next.chunking.overlapRatio}): build from the source`,
  );
}
