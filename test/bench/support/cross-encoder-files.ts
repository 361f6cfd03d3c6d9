import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '@winnow/core';
import { type LocalRerankRow, localModel, type ModelFiles, type ModelStore } from '@winnow/models';
import { modelCache } from './bench.ts';

export interface BenchedCrossEncoder {
  readonly row: LocalRerankRow;
  readonly files: ModelFiles;
  /** What the weights are, for the print-out. */
  readonly weights: string;
}

/** ms-marco-MiniLM-L-6-v2 where it can be fetched, or a model of its shape that is made here. */
export async function crossEncoderFiles(
  store: ModelStore,
  signal: AbortSignal,
): Promise<BenchedCrossEncoder> {
  const row = localModel('rerank', 'ms-marco-MiniLM-L-6-v2');
  try {
    return { row, files: await store.fetch(row, signal), weights: 'ms-marco-MiniLM-L-6-v2, int8' };
  } catch (error) {
    if (AppError.from(error).code !== 'unavailable') throw error;
  }
  const encoder = await store.fetch(localModel('embedding', 'all-MiniLM-L6-v2'), signal);
  const files = { ...encoder, model: madeFrom(encoder.model), modelSha256: '' };
  const weights =
    'int8 encoder of all-MiniLM-L6-v2 with a random head, of the shape of ms-marco-MiniLM-L-6-v2';
  return { row, files, weights };
}

/** Needs Python 3; its packages go into a virtual environment in the cache. */
function madeFrom(encoder: string): string {
  const folder = join(modelCache(), '..', 'bench', 'cross-encoder');
  const made = join(folder, 'model.onnx');
  if (existsSync(made)) return made;
  mkdirSync(folder, { recursive: true });
  const python = join(folder, 'venv', 'bin', 'python');
  execFileSync('python3', ['-m', 'venv', join(folder, 'venv')]);
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', 'onnx==1.23.2', 'numpy==2.4.6']);
  execFileSync(python, [join(import.meta.dirname, '../make_cross_encoder.py'), encoder, made]);
  return made;
}
