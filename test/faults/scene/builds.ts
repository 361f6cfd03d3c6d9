import { setTimeout as wait } from 'node:timers/promises';
import type { RunReport } from '@winnow/engine';
import { expect } from 'vitest';
import { generationsLeft } from '../check/generations-left.ts';
import { passing } from '../check/patience.ts';
import type { Switch } from './api.ts';
import { CallError } from './call-error.ts';
import type { Scenario } from './scenario.ts';
import type { Scene } from './scene.ts';

/** Builds beside the live generation of a scenario, step by step. */
export interface Builds {
  /** Of the live generation. */
  live(): Promise<{ readonly generation: number; readonly embedder: string }>;
  /** Begins a build with the model that is not live; nobody waits for it. */
  begin(): Promise<RunReport & { readonly generation: number }>;
  /** Begins it, or goes on with it, and waits until it is ready. */
  build(): Promise<{ readonly generation: number }>;
  /** Looks at a generation. Fails where it is not fit to be switched to. */
  verify(generation: number): Promise<void>;
  /** Switches readers to it; asked once. */
  promote(): Promise<Switch>;
  /** Gives one up; asked once. */
  drop(generation: number): Promise<unknown>;
  /** There is just one generation, this one, and nothing is left of any other. */
  expectOnly(generation: number): Promise<void>;
}

const withinMs = 90_000;

export function buildsOf<Setting extends Scene>(scenario: Scenario<Setting>): Builds {
  const { scene, history, corpus, ended, switching } = scenario;
  const { api, provider } = scene;

  /** Where a program is not up again yet, it is asked again. */
  async function asked<Value>(what: string, make: () => Promise<Value>): Promise<Value> {
    const endMs = performance.now() + withinMs;
    for (;;) {
      try {
        return await history.call('builder', what, make);
      } catch (thrown) {
        if (!passing.has(CallError.from(thrown).code) || performance.now() > endMs) throw thrown;
        await wait(200);
      }
    }
  }

  async function live() {
    const known = await asked('list generations', () => api.generations(corpus));
    const found = known.generations.find(({ generation }) => generation === known.live);
    if (found === undefined) throw new Error('no generation is live');
    return found;
  }

  async function begin() {
    const { embedder } = await live();
    const other = embedder === provider.model ? provider.otherModel : provider.model;
    return await asked(`build with ${other}`, () => api.reindex(corpus, { embedder: other }));
  }

  return {
    live,
    begin,
    async build() {
      const run = await begin();
      expect(await ended(run)).toMatchObject({
        state: 'completed',
        documents: { failed: 0, stillFailed: 0 },
      });
      return run;
    },
    async verify(generation) {
      const verified = await asked('verify', () => api.verify(corpus, generation));
      expect(verified).toMatchObject({ passed: true });
    },
    async promote() {
      const over = switching();
      try {
        return await history.call('builder', 'promote', () => api.promote(corpus, null));
      } finally {
        over(true);
      }
    },
    drop: (generation) =>
      history.call('builder', `drop ${generation}`, () => api.dropGeneration(corpus, generation)),
    async expectOnly(generation) {
      const endMs = performance.now() + withinMs;
      for (let numbers: readonly number[] = []; ; await wait(200)) {
        const known = await asked('list generations', () => api.generations(corpus));
        numbers = known.generations.map((each) => each.generation);
        if (numbers.length === 1 || performance.now() > endMs) {
          expect({ live: known.live, numbers }).toEqual({ live: generation, numbers: [generation] });
          break;
        }
      }
      expect(await generationsLeft(scene, corpus)).toBeNull();
    },
  };
}
