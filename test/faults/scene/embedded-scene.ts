import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '@winnow/engine';
import { mountSmallDisk, type SmallDisk } from '../../../infra/dev/small-disk.ts';
import { createApi } from './api.ts';
import { createClosers } from './closers.ts';
import { createCorpus, openObserver } from './corpus.ts';
import { startProvider } from './provider.ts';
import type { Scene } from './scene.ts';
import { createSlot } from './slot.ts';
import { placesIn } from './sqlite-places.ts';

/** One `winnow serve` on a data folder. */
export interface EmbeddedScene extends Scene {
  readonly backend: 'embedded';
  /** The file with corpora and index. */
  readonly database: string;
  /** What the data folder is on, where it is on a disk of its own. */
  readonly disk: SmallDisk | null;
}

export interface EmbeddedSceneOptions {
  readonly perCallMs?: number;
  /** Puts the data folder on a disk of that size, where one can be mounted. */
  readonly diskMegabytes?: number;
}

export async function openEmbeddedScene(options: EmbeddedSceneOptions = {}): Promise<EmbeddedScene> {
  const closers = createClosers();
  try {
    const folder = await mkdtemp(join(tmpdir(), 'winnow-faults-'));
    closers.add(() => rm(folder, { recursive: true, force: true }));
    const disk = await diskOf(options.diskMegabytes);
    if (disk !== null) closers.add(() => disk.unmount());
    const provider = await startProvider(options);
    closers.add(() => provider.close());
    const environment = {
      WINNOW_DATA_DIR: disk === null ? join(folder, 'data') : disk.path,
      OPENAI_BASE_URL: provider.baseUrl,
      WINNOW_NAMED_MODELS: [provider.model, provider.otherModel].join(),
      WINNOW_RECONCILE_MS: '1000',
      WINNOW_RERANKER: 'none',
      WINNOW_PORT: '0',
    };
    const database = join(environment.WINNOW_DATA_DIR, 'winnow.db');
    const crashes: string[] = [];
    const serving = createSlot({
      name: 'winnow serve',
      script: 'services/cli/src/main.ts',
      words: ['serve'],
      environment,
      ready: 'greeting',
      onCrash: (message) => crashes.push(message),
    });
    closers.add(() => (serving.programs.length > 0 ? serving.kill() : undefined));
    let observer: Engine | null = null;
    return {
      backend: 'embedded',
      environment,
      folder,
      disk,
      database,
      provider,
      serving,
      workers: [serving],
      api: createApi(() => serving.address),
      crashes,
      get observer() {
        if (observer === null) throw new Error('there is nothing to be looked at before the start');
        return observer;
      },
      createCorpus: (corpus) => createCorpus(environment, corpus, provider.model),
      queueBytes: async () => 0,
      places: async () => placesIn(database),
      async start() {
        await serving.start();
        const opened = await openObserver(environment);
        observer = opened;
        closers.add(() => opened.close());
      },
      close: closers.closeAll,
    };
  } catch (thrown) {
    await closers.closeAll();
    throw thrown;
  }
}

async function diskOf(megabytes: number | undefined): Promise<SmallDisk | null> {
  if (megabytes === undefined) return null;
  const disk = await mountSmallDisk(megabytes);
  return 'missing' in disk ? null : disk;
}
