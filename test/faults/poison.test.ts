import { elasticsearchUrl } from '@winnow/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openEmbeddedScene } from './scene/embedded-scene.ts';
import { openFullScene } from './scene/full-scene.ts';
import { openScenario } from './scene/scenario.ts';

/** Neighbours enough for more than one bundle. */
const pages = 30;

describe('a document that is poison', () => {
  test('to the process that takes it up ends in the inbox within two runs, and its neighbours get in', async () => {
    const scenario = await openScenario(openEmbeddedScene(), { pages });
    onTestFinished(() => scenario.close());
    const { scene, world, ingests, history, corpus } = scenario;
    const poison = poisonIn([...world.pages.keys()]);
    let isDying = false;
    scene.provider.refuse = (texts) => {
      if (!isDying && texts.some((text) => text.includes(poison.word))) {
        isDying = true;
        void scene.serving
          .kill()
          .then(() => scene.serving.start())
          .finally(() => {
            isDying = false;
          });
      }
      // What the dying one asked for is never answered.
      return isDying ? { kind: 'status', status: 503 } : null;
    };
    const signal = AbortSignal.timeout(110_000);
    for (let runs = 0; runs < 2; runs += 1) {
      const run = await ingests.ingest(signal);
      expect(run, history.tail()).toMatchObject({ state: 'completed' });
      if (run?.documents.stillFailed === 1) break;
    }
    const documents = await scene.observer.documents.list(corpus, { limit: 2 * pages });
    const failed = documents.filter(({ state }) => state !== 'live');
    expect(failed).toMatchObject([
      { documentId: poison.documentId, state: 'failed', reason: { code: 'gave_up' } },
    ]);
  });

  test('to the provider ends in the inbox of one run, and its neighbours get in', async () => {
    const opening = openFullScene({ elasticsearchUrl: elasticsearchUrl() });
    const scenario = await openScenario(opening, { pages });
    onTestFinished(() => scenario.close());
    const { scene, world, ingests, history, corpus } = scenario;
    const poison = poisonIn([...world.pages.keys()]);
    scene.provider.refuse = (texts) =>
      texts.some((text) => text.includes(poison.word)) ? { kind: 'status', status: 400 } : null;
    const run = await ingests.ingest(AbortSignal.timeout(110_000));
    expect(run, history.tail()).toMatchObject({
      state: 'completed',
      documents: { new: pages - 1, failed: 1, stillFailed: 1 },
    });
    const { items } = await scene.observer.inbox.list(corpus, { limit: 10 });
    expect(items).toMatchObject([{ documentId: poison.documentId, cause: 'refused_by_model' }]);
  });
});

function poisonIn(documentIds: readonly string[]) {
  const documentId = documentIds[Math.floor(documentIds.length / 2)] ?? '';
  return { documentId, word: documentId.replace(/^.*\/|\.md$/g, '') };
}
