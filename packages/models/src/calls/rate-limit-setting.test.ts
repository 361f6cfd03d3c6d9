import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limitsFor, parseRateLimits } from './rate-limit-setting.ts';

describe('parseRateLimits', () => {
  it('reads requests and tokens a minute of models and providers', () => {
    const text =
      ' text-embedding-3-small=3000rpm/1000000tpm, cohere = 100rpm ,jina=500RPM / 2000000TPM,a=b=5tpm,';
    expect([...parseRateLimits(text)]).toEqual([
      ['text-embedding-3-small', { requestsPerMinute: 3_000, tokensPerMinute: 1_000_000 }],
      ['cohere', { requestsPerMinute: 100, tokensPerMinute: null }],
      ['jina', { requestsPerMinute: 500, tokensPerMinute: 2_000_000 }],
      ['a=b', { requestsPerMinute: null, tokensPerMinute: 5 }],
    ]);
  });

  it('sets none where nothing is written', () => {
    expect(parseRateLimits('').size).toBe(0);
    expect(parseRateLimits(' , ').size).toBe(0);
  });

  it.each([
    ['cohere', 'does not begin with the name'],
    ['=100rpm', 'does not begin with the name'],
    ['cohere=', 'has "" for a whole number'],
    ['cohere=100', 'has "100" for a whole number'],
    ['cohere=100rpm/', 'has "" for a whole number'],
    ['cohere=1.5rpm', 'has "1.5rpm" for a whole number'],
    ['cohere=-1rpm', 'has "-1rpm" for a whole number'],
    ['cohere=0rpm', 'allows 0 rpm, the least is 1'],
    ['cohere=1rpm/2rpm', 'has two limits in rpm'],
    ['cohere=1rpm,cohere=2rpm', 'has limits for cohere a second time'],
  ])('refuses "%s", and says why and how it should look', (text, problem) => {
    expect(() => parseRateLimits(text)).toThrowError(
      expect.objectContaining({
        code: 'invalid_argument',
        message: expect.stringMatching(new RegExp(`${problem}.*write it like`)),
      }),
    );
  });

  it('reads anything or refuses it as invalid_argument', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '=', ',', '/', '1', 'rpm', 'tpm', ' ', '-') }),
        (text) => {
          try {
            for (const { requestsPerMinute, tokensPerMinute } of parseRateLimits(text).values()) {
              expect((requestsPerMinute ?? tokensPerMinute ?? 0) >= 1).toBe(true);
            }
          } catch (error) {
            expect(error).toMatchObject({ code: 'invalid_argument' });
          }
        },
      ),
    );
  });
});

describe('limitsFor', () => {
  const setting = parseRateLimits('openai=10rpm,small=20rpm');

  it('takes those of the model, else those of its provider, else none', () => {
    expect(limitsFor(setting, { provider: 'openai', model: 'small' }).requestsPerMinute).toBe(20);
    expect(limitsFor(setting, { provider: 'openai', model: 'large' }).requestsPerMinute).toBe(10);
    expect(limitsFor(setting, { provider: 'jina', model: 'large' }).requestsPerMinute).toBeNull();
  });
});
