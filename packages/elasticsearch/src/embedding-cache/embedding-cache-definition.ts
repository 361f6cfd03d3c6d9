import { type IndexDefinition, noRefresh, ofNoVectors, oneShard } from '../indexes/index-definitions.ts';

/** Vectors by embedding key, which is the id of the document. */
export const embeddingCacheDefinition: IndexDefinition = {
  settings: { ...oneShard, ...noRefresh },
  properties: {
    put_at: { type: 'date' },
    bytes: { type: 'long', index: false },
    vector: { type: 'binary' },
  },
  notInSource: [],
  identity: ofNoVectors,
};

/** An entry as it is kept. */
export interface EmbeddingRecord {
  /** Milliseconds since 1970, of whoever put it: what is dropped first goes by it. */
  readonly put_at: number;
  /** What the entry takes on disk, about. */
  readonly bytes: number;
  /** Base64 of big-endian float32. */
  readonly vector: string;
}

/** Id and numbers of an entry beside its vector: 53 to 124 bytes in merged indexes of 256 to 3,072 dimensions. */
const entryOverheadBytes = 100;

/** The server keeps base64, which hardly compresses. */
export function entryBytes(vectorBytes: number): number {
  return Math.ceil(vectorBytes / 3) * 4 + entryOverheadBytes;
}
