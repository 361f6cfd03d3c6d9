import { resolve } from 'node:path';
import {
  AppError,
  type Chunking,
  type Corpus,
  type CorpusName,
  type Embedder,
  type Language,
  parseCorpusName,
  type Source,
  type SourceSettings,
  type Store,
} from '@winnow/core';
import { chunkerVersion, generationFingerprint } from '@winnow/ingestion';
import { parse, parserVersion } from '@winnow/parsing';
import { createSource, detectSourceKind } from '@winnow/sources';
import { analysisVersion, detectLanguage } from '@winnow/text';
import type { CorpusSummary, NewCorpus } from './engine.ts';
import type { Models } from './models/models.ts';

/** Documents read to tell the language of a corpus. */
const sampleSize = 20;
const defaultEmbedders = { en: 'all-MiniLM-L6-v2', zh: 'bge-small-zh-v1.5' } as const;
const defaultTargetTokens = 512;
/** 10–15 % is usual; more costs embeddings and storage in proportion. */
const overlapRatio = 0.12;

/** Checks everything that can be wrong about a corpus before any of it is kept. */
export async function createCorpus(
  ports: { readonly store: Store; readonly models: Models; readonly now: () => Date },
  request: NewCorpus,
  signal: AbortSignal,
): Promise<Corpus> {
  const name = parseCorpusName(request.name);
  if ((await ports.store.corpora.get(name)) !== null) {
    throw new AppError(
      'failed_precondition',
      `there is a corpus ${name} already: winnow corpus delete ${name} removes it`,
    );
  }
  const source = await sourceOf(request);
  const sampled = await sampleLanguage(createSource(source), signal);
  const language = request.language ?? 'auto';
  const embedderName = request.embedder ?? defaultEmbedders[language === 'auto' ? sampled : language];
  const { embedder } = await ports.models.load(embedderName);
  const chunking = chunkingFor(embedder, request.chunkTokens);
  const corpus: Corpus = {
    name,
    settings: { source, language, embedder: embedderName, chunking },
    generation: 1,
    fingerprint: fingerprintOf(embedder, chunking),
    dimensions: embedder.dimensions,
    createdAt: ports.now().toISOString(),
  };
  await ports.store.corpora.create(corpus);
  return corpus;
}

/** @throws AppError `not_found` with the corpora there are. */
export async function requireCorpus(store: Store, name: string): Promise<Corpus> {
  const corpus = await store.corpora.get(parseCorpusName(name));
  if (corpus !== null) return corpus;
  const names = (await store.corpora.list()).map((known) => known.name);
  const known = names.length === 0 ? 'there are none yet' : `there is ${names.slice(0, 10).join(', ')}`;
  throw new AppError('not_found', `no corpus ${name}: ${known}`);
}

/**
 * Refuses to add to an index what would not fit what is in it.
 * @throws AppError `failed_precondition` if parser, chunker, analysis or model changed since it was made.
 */
export function requireSameFingerprint(corpus: Corpus, embedder: Embedder): void {
  if (embedder.dimensions !== corpus.dimensions) {
    throw new AppError(
      'failed_precondition',
      `corpus ${corpus.name} holds vectors of ${corpus.dimensions} dimensions and ${embedder.modelId} makes ${embedder.dimensions}: make a new corpus`,
    );
  }
  if (fingerprintOf(embedder, corpus.settings.chunking) !== corpus.fingerprint) {
    throw new AppError(
      'failed_precondition',
      `corpus ${corpus.name} was made with another version of parser, chunker, text analysis or model: delete and create it again`,
    );
  }
}

export async function summarise(store: Store, corpus: Corpus): Promise<CorpusSummary> {
  const tally = await store.manifest.tally({ corpus: corpus.name, generation: corpus.generation });
  const { settings } = corpus;
  return {
    name: corpus.name,
    documents: tally.searchable,
    pending: tally.pending,
    failed: tally.failed,
    chunks: tally.chunks,
    embedder: settings.embedder,
    dimensions: corpus.dimensions,
    language: settings.language,
    chunking: settings.chunking,
    source: settings.source,
    generation: corpus.generation,
    fingerprint: corpus.fingerprint,
    createdAt: corpus.createdAt,
  };
}

/** Corpora are referred to by name and generation. */
export function liveGeneration(corpus: Corpus): { readonly corpus: CorpusName; readonly generation: number } {
  return { corpus: corpus.name, generation: corpus.generation };
}

async function sourceOf(request: NewCorpus): Promise<SourceSettings> {
  const detected = await detectSourceKind(resolve(request.path));
  if (detected.kind !== 'folder') {
    if (request.include === undefined && request.exclude === undefined) return detected;
    throw new AppError(
      'invalid_argument',
      'include and exclude choose files of a folder; the source is one file',
    );
  }
  return {
    ...detected,
    ...(request.include && { include: [...request.include] }),
    ...(request.exclude && { exclude: [...request.exclude] }),
  };
}

/** Most documents of the sample decide. Fails where the source is missing or holds nothing. */
async function sampleLanguage(source: Source, signal: AbortSignal): Promise<Exclude<Language, 'auto'>> {
  let chinese = 0;
  let seen = 0;
  for await (const item of source.scan(signal)) {
    if (seen === sampleSize) break;
    if (item.kind === 'unreadable') continue;
    const parsed = parse(await source.read(item.documentId, item.location, signal));
    if (!parsed.ok) continue;
    seen += 1;
    if (detectLanguage(parsed.document.text.slice(0, 20_000)) === 'zh') chinese += 1;
  }
  return chinese > seen / 2 ? 'zh' : 'en';
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

function fingerprintOf(embedder: Embedder, chunking: Chunking): string {
  return generationFingerprint({
    parserVersion,
    chunkerVersion,
    analysisVersion,
    embedderFingerprint: embedder.fingerprint,
    chunking,
  });
}
