import type { PassingRequest } from '../../../infra/dev/http-proxy.ts';
import type { EmbeddedScene } from './embedded-scene.ts';
import type { FullScene } from './full-scene.ts';
import { answered } from './moments.ts';
import { placesIn, whileRemoved } from './sqlite-places.ts';

/** Places in the life of a generation where the process that serves can be met: it is to be killed there. */
export interface BuildMoments {
  /** Readers are switched to that generation, and nobody was told. */
  switched(generation: number): Promise<void>;
  /** A run is canceled, and what it has built is still there. */
  canceled(): Promise<void>;
  /** Some of a generation that was given up is removed, and its record is there. */
  removing(): Promise<void>;
}

const withinMs = 60_000;

export function fullMoments(scene: FullScene): BuildMoments {
  const after = (holds: (request: PassingRequest) => boolean) => answered(scene, () => holds);
  const writes = (index: string, { method, path }: PassingRequest) =>
    method === 'PUT' && path.includes(`.${index}.write/_doc/`);
  return {
    switched: (generation) =>
      after(
        (request) =>
          writes('corpora', request) && request.body.includes(`\\"liveGeneration\\":${generation},`),
      ),
    canceled: () =>
      after((request) => writes('runs', request) && request.body.includes('\\"state\\":\\"canceled\\"')),
    removing: () => after(({ method, path }) => method === 'DELETE' && path.includes('.chunks')),
  };
}

export function embeddedMoments({ serving, database }: EmbeddedScene): BuildMoments {
  const logged = async (wanted: string) => {
    await serving.program.logs(({ event }) => event === wanted);
  };
  return {
    switched: () => logged('generation-switched'),
    canceled: () => logged('run-canceled'),
    async removing() {
      const release = await whileRemoved(database, AbortSignal.timeout(withinMs), () =>
        serving.program.signal('SIGKILL'),
      );
      await serving.kill();
      const isLeft = placesIn(database).some((place) => place.includes('being removed'));
      release();
      if (!isLeft) throw new Error('it was removed before the process was killed');
    },
  };
}
