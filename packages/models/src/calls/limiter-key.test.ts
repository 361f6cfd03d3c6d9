import { expect, it } from 'vitest';
import { limiterKeyOf } from './limiter-key.ts';

const target = {
  provider: 'openai',
  apiKey: 'sk-secret',
  baseUrl: 'https://user:pw@host/v1',
  model: 'small',
};

it('names the same target the same, and any other differently', () => {
  const others = [
    { ...target, provider: 'cohere' },
    { ...target, apiKey: '' },
    { ...target, baseUrl: null },
    { ...target, model: 'large' },
  ];
  const names = [target, ...others].map(limiterKeyOf);
  expect(new Set(names).size).toBe(names.length);
  expect(limiterKeyOf({ ...target })).toBe(names[0]);
});

it('holds neither the key nor the address', () => {
  const name = limiterKeyOf(target);
  for (const secret of ['secret', 'pw', 'host']) expect(name).not.toContain(secret);
});
