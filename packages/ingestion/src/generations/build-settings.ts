import {
  AppError,
  type Chunking,
  type Corpus,
  type Embedder,
  type Fingerprints,
  type Generation,
  liveGeneration,
  physicalNameOf,
  unread,
} from '@winnow/core';

/** What a new generation is to differ in from the live one; what is left out stays. */
export interface BuildSettings {
  /** Name of a model. */
  readonly embedder?: string;
  readonly chunkTokens?: number;
  readonly overlapRatio?: number;
}

/** What a build is made with: the model by its name, and its versions of everything else. */
export interface BuildPorts {
  readonly making: Omit<Fingerprints, 'embedder'>;
  readonly now: () => Date;
}

/**
 * The generation that would take the live one's place. Pure: nothing knows of it yet.
 * @param embedder of the settings, or the live generation's.
 * @throws AppError `invalid_argument` for sizes that cannot be.
 */
export function nextGeneration(
  { making, now }: BuildPorts,
  corpus: Corpus,
  settings: BuildSettings,
  embedder: Embedder,
): Generation {
  const live = liveGeneration(corpus);
  const number = corpus.lastGeneration + 1;
  return {
    ...unread,
    number,
    physicalName: physicalNameOf(corpus.name, corpus.corpusId, number),
    state: 'building',
    embedder: settings.embedder ?? live.embedder,
    dimensions: embedder.dimensions,
    chunking: chunkingOf(live, settings, embedder),
    fingerprints: { ...making, embedder: embedder.fingerprint },
    builtFrom: live.number,
    createdAt: now().toISOString(),
  };
}

/** A size that nobody named and the new model cannot read becomes the largest that it can. */
function chunkingOf(live: Generation, settings: BuildSettings, embedder: Embedder): Chunking {
  const { chunkTokens, overlapRatio = live.chunking.overlapRatio } = settings;
  if (chunkTokens !== undefined && chunkTokens > embedder.maxTokens) {
    throw new AppError(
      'invalid_argument',
      `chunks of ${chunkTokens} tokens are more than the ${embedder.maxTokens} that ${embedder.modelId} reads`,
    );
  }
  return {
    targetTokens: chunkTokens ?? Math.min(live.chunking.targetTokens, embedder.maxTokens),
    overlapRatio,
  };
}

/** Whether two builds would come to the same. */
export function isSameBuild(one: Generation, other: Generation): boolean {
  return (
    one.embedder === other.embedder &&
    one.chunking.targetTokens === other.chunking.targetTokens &&
    one.chunking.overlapRatio === other.chunking.overlapRatio &&
    fingerprintParts.every((part) => one.fingerprints[part] === other.fingerprints[part])
  );
}

const fingerprintParts = ['parser', 'chunker', 'analysis', 'embedder'] as const;
