import type { FileFormat } from './file-format.ts';
import { toIndexVersion1 } from './index-1.ts';
import { toIndexVersion2 } from './index-2.ts';
import { toIndexVersion3 } from './index-3.ts';
import { toIndexVersion4 } from './index-4.ts';
import { toIndexVersion5 } from './index-5.ts';
import { toIndexVersion6 } from './index-6.ts';
import { readIndexVersion1 } from './read-index-1.ts';
import { readIndexVersion2 } from './read-index-2.ts';
import { readIndexVersion3 } from './read-index-3.ts';
import { readIndexVersion4 } from './read-index-4.ts';
import { readIndexVersion5 } from './read-index-5.ts';

/**
 * Corpora with what is kept beside them, runs, manifests and chunks; the tables of a new generation are in
 * `generation-tables.ts`.
 */
export const indexFormat: FileFormat = {
  kind: 'index',
  steps: [
    toIndexVersion1,
    toIndexVersion2,
    toIndexVersion3,
    toIndexVersion4,
    toIndexVersion5,
    toIndexVersion6,
  ],
  readEarlier(database, version) {
    if (version === 1) readIndexVersion1(database);
    if (version <= 2) readIndexVersion2(database);
    if (version <= 3) readIndexVersion3(database);
    if (version <= 4) readIndexVersion4(database);
    if (version <= 5) readIndexVersion5(database);
  },
};
