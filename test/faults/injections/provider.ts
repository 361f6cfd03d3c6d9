import type { LinkCondition } from '../../../infra/dev/tcp-proxy.ts';
import type { Injection } from './injection.ts';

export const providerBusy: Injection = {
  name: 'the provider refuses calls with 429',
  part: 'model',
  seconds: [1, 5],
  async begin({ scene: { provider }, random }) {
    const headers = random() < 0.5 ? { 'retry-after': '1' } : {};
    provider.refuse = () => ({ kind: 'status', status: 429, headers });
    return async () => {
      provider.refuse = () => null;
    };
  },
};

export const providerFails: Injection = {
  name: 'the provider answers with 500',
  part: 'model',
  seconds: [1, 5],
  async begin({ scene: { provider }, random }) {
    provider.refuse = () => (random() < 0.7 ? { kind: 'status', status: 500 } : null);
    return async () => {
      provider.refuse = () => null;
    };
  },
};

export const providerCutOff = overLink('the provider is cut off', { kind: 'cut' }, [0.5, 6]);
export const providerSilent = overLink('the provider hangs', { kind: 'silent' }, [1, 8]);
export const providerSlow = overLink(
  'the provider answers 2 s late',
  { kind: 'slow', latencyMs: 1_000 },
  [2, 6],
);
export const providerDrips = overLink(
  'the provider sends 2 kB a second',
  { kind: 'narrow', bytesPerSecond: 2_000 },
  [2, 6],
);

function overLink(name: string, condition: LinkCondition, seconds: readonly [number, number]): Injection {
  return {
    name,
    part: 'model',
    seconds,
    async begin({ scene: { provider } }) {
      await provider.link.set(condition);
      return () => provider.link.set({ kind: 'open' });
    },
  };
}
