import { join } from 'node:path';
import { corpusNames } from '@winnow/embedded/corpus-names';
import type { Config } from '@winnow/runtime';
import { indexFile } from './index-file.ts';

/**
 * Names of the corpora, for a shell that completes one: quick, and silent where there are none.
 * @returns none in full mode, where a server would have to be asked with every key.
 */
export function completedCorpora({ backend, dataDir }: Config): readonly string[] {
  return backend.mode === 'embedded' ? corpusNames(join(dataDir, indexFile)) : [];
}
