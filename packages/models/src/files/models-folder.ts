import { join } from 'node:path';
import type { ModelRow } from '../registry/model-row.ts';
import { cachedNames, type ModelFileName } from './model-source.ts';
import { hashOfFile, refuseHash } from './verified-file.ts';

/**
 * Looks for a file in a folder of models that somebody filled by hand: `<folder>/<model>/…` or
 * `<folder>/<hub repository>/…`, each under our name or under the hub's path.
 * @returns its path, checked, or null if it is not there.
 * @throws AppError `failed_precondition` if it is there with other bytes than the pin.
 */
export async function findInModelsFolder(
  folder: string,
  row: ModelRow,
  name: ModelFileName,
  signal: AbortSignal,
): Promise<string | null> {
  const { hubPath, sha256 } = row.files[name];
  for (const model of [row.name, row.hub.repo]) {
    for (const file of [cachedNames[name], hubPath]) {
      const path = join(folder, model, file);
      const actual = await hashOfFile(path, signal);
      if (actual === sha256) return path;
      if (actual !== null) refuseHash(path, sha256, actual);
    }
  }
  return null;
}
