import type { PassingRequest } from '../../../infra/dev/http-proxy.ts';
import { isBulk } from '../injections/elasticsearch.ts';
import type { FullScene } from './full-scene.ts';

/** A place in the life of a bundle where a worker can be met. */
export interface Moment {
  readonly name: string;
  /** Resolves once, when some worker is there; what it does goes on. */
  reached(scene: FullScene): Promise<void>;
}

/** A bundle from its taking up to its end. */
export const moments: readonly Moment[] = [
  // Attempts are counted before anything of a bundle is parsed.
  { name: 'it chunks', reached: (scene) => answered(scene, () => isOf('.manifest.write')) },
  { name: 'it embeds', reached: async (scene) => void (await scene.provider.nextCall()) },
  { name: 'it writes chunks', reached: (scene) => arriving(scene, isOf('.chunks.write')) },
  {
    name: 'it has made them live, and not said so',
    reached: (scene) =>
      answered(scene, () => {
        let wroteChunks = false;
        return (request) => {
          wroteChunks ||= isOf('.chunks.write')(request);
          return wroteChunks && isOf('.manifest.write')(request);
        };
      }),
  },
];

/** Bulk requests through an alias that ends so. */
function isOf(alias: string): (request: PassingRequest) => boolean {
  return (request) => isBulk(request) && request.path.split('/_bulk')[0]?.endsWith(alias) === true;
}

/** Resolves when such a request comes by; it passes. */
function arriving(
  { elasticsearchLink }: FullScene,
  holds: (request: PassingRequest) => boolean,
): Promise<void> {
  return new Promise((resolve) => {
    const remove = elasticsearchLink.use(async (request, forward) => {
      if (holds(request)) {
        remove();
        resolve();
      }
      return await forward(request);
    });
  });
}

/** Resolves when the server has done such a request; its answer is not told. */
export function answered(
  { elasticsearchLink }: FullScene,
  match: () => (request: PassingRequest) => boolean,
): Promise<void> {
  const holds = match();
  return new Promise((resolve) => {
    const remove = elasticsearchLink.use(async (request, forward) => {
      const isMet = holds(request);
      const answer = await forward(request);
      // One that came second is refused, and made again.
      if (!isMet || answer.status >= 300) return answer;
      remove();
      resolve();
      return 'cut';
    });
  });
}

/** Holds the first bulk request through an alias that ends so until it is released; then the server does it. */
export function heldFirst(
  { elasticsearchLink }: FullScene,
  alias: string,
): { readonly held: Promise<void>; release(): void } {
  const held = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const remove = elasticsearchLink.use(async (request, forward) => {
    if (!isOf(alias)(request)) return await forward(request);
    remove();
    held.resolve();
    await released.promise;
    return await forward(request);
  });
  return { held: held.promise, release: () => released.resolve() };
}
