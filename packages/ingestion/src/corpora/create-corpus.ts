import {
  AppError,
  type Chunking,
  type Corpus,
  type CorpusSource,
  corpusDefaults,
  corpusVersion,
  createCorpusId,
  type DeletionGuard,
  defaultDeletionGuard,
  type Embedder,
  type Language,
  maxSources,
  onlySourceId,
  parseCorpusName,
  parseSourceId,
  physicalNameOf,
  type SourceSettings,
  unread,
} from '@winnow/core';
import type { IngestPorts } from '../ports.ts';
import { namedSource } from './named-source.ts';
import { type SamplePorts, sampleLanguage } from './sample-language.ts';

const defaultEmbedders = { en: 'all-MiniLM-L6-v2', zh: 'bge-small-zh-v1.5' } as const;
const defaultTargetTokens = 512;
/** 10–15 % is usual; more costs embeddings and storage in proportion. */
const overlapRatio = 0.12;

export interface CorpusRequest {
  readonly name: string;
  /** At least one; the id may be left out where there is one only. */
  readonly sources: readonly { readonly id: string | null; readonly settings: SourceSettings }[];
  /** `auto` if not given. */
  readonly language?: Language;
  /** By the language of the documents if not given. */
  readonly embedder?: string;
  /** Tokens a chunk may have; the model's limit, at most 512, if not given. */
  readonly chunkTokens?: number;
  readonly deletionGuard?: Partial<DeletionGuard>;
}

export interface CreateCorpusPorts extends SamplePorts, Pick<IngestPorts, 'store' | 'making' | 'now'> {
  /** @throws AppError `not_found` for an unknown model, `failed_precondition` where its files cannot be had. */
  loadEmbedder(name: string): Promise<Embedder>;
}

/**
 * Checks everything that can be wrong about a corpus before any of it is kept.
 * @throws AppError `failed_precondition` if the name is taken; `not_found` for a source or a model that is not there;
 * `invalid_argument` for names and sizes that cannot be.
 */
export async function createCorpus(
  ports: CreateCorpusPorts,
  request: CorpusRequest,
  signal: AbortSignal,
): Promise<Corpus> {
  const name = parseCorpusName(request.name);
  const taken = await ports.store.corpora.get(name);
  if (taken !== null) {
    const what = taken.deletingSince === null ? 'there is a corpus' : 'the last delete broke off of corpus';
    throw new AppError(
      'failed_precondition',
      `${what} ${name} already: winnow corpus delete ${name} removes it`,
    );
  }
  const sources = sourcesOf(request);
  for (const { settings } of sources) await ports.openSource(settings).check(signal);
  const language = request.language ?? 'auto';
  const embedderName = request.embedder ?? (await defaultEmbedder(ports, sources, language, signal));
  const embedder = await ports.loadEmbedder(embedderName);
  const corpusId = createCorpusId();
  const createdAt = ports.now().toISOString();
  const corpus: Corpus = {
    ...corpusDefaults,
    version: corpusVersion,
    corpusId,
    name,
    sources,
    language,
    deletionGuard: { ...defaultDeletionGuard, ...request.deletionGuard },
    generations: [
      {
        number: 1,
        physicalName: physicalNameOf(name, corpusId, 1),
        state: 'live',
        embedder: embedderName,
        dimensions: embedder.dimensions,
        chunking: chunkingFor(embedder, request.chunkTokens),
        fingerprints: { ...ports.making, embedder: embedder.fingerprint },
        builtFrom: null,
        ...unread,
        createdAt,
      },
    ],
    liveGeneration: 1,
    buildingGeneration: null,
    lastGeneration: 1,
    activeRuns: {},
    deletingSince: null,
    createdAt,
  };
  await ports.store.corpora.create(corpus);
  return corpus;
}

async function defaultEmbedder(
  ports: SamplePorts,
  sources: readonly CorpusSource[],
  language: Language,
  signal: AbortSignal,
): Promise<string> {
  if (language !== 'auto') return defaultEmbedders[language];
  return defaultEmbedders[await sampleLanguage(ports, sources, signal)];
}

/** A source alone needs no name; of several, documents are told apart by theirs. */
function sourcesOf({ sources }: CorpusRequest): readonly CorpusSource[] {
  if (sources.length > maxSources) {
    throw new AppError('invalid_argument', `a corpus has ${maxSources} sources at most`);
  }
  const [only] = sources;
  if (only === undefined) throw new AppError('invalid_argument', 'a corpus needs a source');
  if (sources.length === 1) {
    const sourceId = only.id === null ? onlySourceId : parseSourceId(only.id);
    return [{ sourceId, prefix: '', settings: only.settings }];
  }
  const named = sources.map(namedSource);
  if (named.filter(({ settings }) => settings.kind === 'push').length > 1) {
    throw new AppError('invalid_argument', 'a corpus has one source push: at most');
  }
  const twice = named.find(({ sourceId }, at) => named.findIndex((each) => each.sourceId === sourceId) < at);
  if (twice === undefined) return named;
  throw new AppError(
    'invalid_argument',
    `two sources are named ${twice.sourceId}: give them names, as in --source wiki=./wiki --source blog=./blog`,
  );
}

function chunkingFor(embedder: Embedder, targetTokens: number | undefined): Chunking {
  if (targetTokens !== undefined && targetTokens > embedder.maxTokens) {
    throw new AppError(
      'invalid_argument',
      `chunks of ${targetTokens} tokens are more than the ${embedder.maxTokens} that ${embedder.modelId} reads`,
    );
  }
  return { targetTokens: targetTokens ?? Math.min(defaultTargetTokens, embedder.maxTokens), overlapRatio };
}
