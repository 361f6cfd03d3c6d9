import type { Engine } from '@winnow/engine';
import type { Api } from './api.ts';
import type { Environment } from './program.ts';
import type { Provider } from './provider.ts';
import type { Slot } from './slot.ts';

/** Winnow at work, in processes of its own, on servers and links that can be disturbed. */
export interface Scene {
  readonly backend: 'embedded' | 'full';
  /** What the programs have. */
  readonly environment: Environment;
  /** Goes away with the scene. */
  readonly folder: string;
  readonly provider: Provider;
  /** What answers queries and takes runs: `winnow query`, or `winnow serve` on a data folder. */
  readonly serving: Slot;
  /** What takes jobs. On a data folder that is the same process. */
  readonly workers: readonly Slot[];
  readonly api: Api;
  /** What went wrong with the programs themselves. */
  readonly crashes: readonly string[];
  /** Winnow in this process, past all links, to look only. Closed with the scene. */
  readonly observer: Engine;
  createCorpus(corpus: CorpusWanted): Promise<void>;
  /** What the queue, and what is on its way between two stages, take of memory outside the processes; 0: nothing. */
  queueBytes(): Promise<number>;
  /** Where something is kept of any generation, by physical name; with a word more where none is named by it. */
  places(): Promise<readonly string[]>;
  /** Starts what serves and what works. */
  start(): Promise<void>;
  close(): Promise<void>;
}

export interface CorpusWanted {
  readonly name: string;
  /** A folder, or a file of records. */
  readonly source: string;
  readonly chunkTokens: number;
  /** Lets any number of documents go at once, so that nothing but what a scan could see protects them. */
  readonly unguarded?: boolean;
}
