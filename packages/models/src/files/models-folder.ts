import { join } from 'node:path';
import type { LocalModelRow } from '../registry/model-row.ts';
import type { KeptFile } from './kept-file.ts';
import { hashOfFile, refuseHash } from './verified-file.ts';

/**
 * Looks for a file in a folder of models that somebody filled by hand: `<folder>/<model>/…` under our name or
 * under the hub's path, or `<folder>/<hub repository>/…` under the hub's path.
 * @returns its path, checked, or null if it is not there.
 * @throws AppError `failed_precondition` if it is there with other bytes than the pin.
 */
export async function findInModelsFolder(
  folder: string,
  row: LocalModelRow,
  { pin, name }: KeptFile,
  signal: AbortSignal,
): Promise<string | null> {
  const places = [join(row.name, name), join(row.name, pin.hubPath)];
  if (row.hub !== null) places.push(join(row.hub.repo, pin.hubPath));
  for (const place of places) {
    const path = join(folder, place);
    const actual = await hashOfFile(path, signal);
    if (actual === pin.sha256) return path;
    if (actual !== null) refuseHash(path, pin.sha256, actual);
  }
  return null;
}
