import { serviceOf } from '@winnow/embedded/data-lock';
import type { Config } from '@winnow/runtime';

/** Others are not asked: the address stands in a file, and the key goes along with the question. */
const thisMachine: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost']);

/**
 * Where a `winnow serve` on the same data folder can be asked, which has its models loaded already.
 * @returns null where none runs, in full mode, or where it is not on this machine.
 */
export function runningService({ backend, dataDir }: Config): URL | null {
  const address = backend.mode === 'embedded' ? serviceOf(dataDir) : null;
  const url = address === null ? null : URL.parse(address);
  return url !== null && thisMachine.has(url.hostname) ? url : null;
}
