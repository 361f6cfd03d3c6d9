import { AppError, type RateLimits } from '@winnow/core';
import type { CallTarget } from './limiter-key.ts';

/** What the user allows, by name of a model or of a provider. */
export type RateLimitSetting = ReadonlyMap<string, RateLimits>;

const example = 'text-embedding-3-small=3000rpm/1000000tpm,cohere=100rpm';

/**
 * Reads limits as a user sets them: `name=REQUESTSrpm/TOKENStpm`, one of the two left out at will, several
 * with commas between. Empty text sets none.
 * @throws AppError `invalid_argument` that names the part which cannot be read, and how it should look.
 */
export function parseRateLimits(text: string): RateLimitSetting {
  const setting = new Map<string, RateLimits>();
  for (const part of text.split(',').map((each) => each.trim())) {
    if (part === '') continue;
    const { name, limits } = parsePart(part);
    if (setting.has(name)) throw unreadable(part, `has limits for ${name} a second time`);
    setting.set(name, limits);
  }
  return setting;
}

const noLimits: RateLimits = { requestsPerMinute: null, tokensPerMinute: null };

/** A model's own limits, or those of its provider, which then hold for each of its models by itself. */
export function limitsFor(
  setting: RateLimitSetting,
  { model, provider }: Pick<CallTarget, 'model' | 'provider'>,
): RateLimits {
  return setting.get(model) ?? setting.get(provider) ?? noLimits;
}

function parsePart(part: string): { name: string; limits: RateLimits } {
  const at = part.lastIndexOf('=');
  const name = part.slice(0, Math.max(at, 0)).trim();
  if (name === '') throw unreadable(part, 'does not begin with the name of a model or provider and "="');
  let limits = noLimits;
  for (const amount of part.slice(at + 1).split('/')) limits = withAmount(limits, amount.trim(), part);
  return { name, limits };
}

function withAmount(limits: RateLimits, amount: string, part: string): RateLimits {
  const [, digits = '', unit = ''] = /^(\d{1,12})\s*(rpm|tpm)$/i.exec(amount) ?? [];
  const measure = unit.toLowerCase() === 'rpm' ? 'requestsPerMinute' : 'tokensPerMinute';
  if (unit === '') throw unreadable(part, `has "${amount.slice(0, 40)}" for a whole number and rpm or tpm`);
  if (Number(digits) < 1) throw unreadable(part, `allows ${digits} ${unit}, the least is 1`);
  if (limits[measure] !== null) throw unreadable(part, `has two limits in ${unit}`);
  return { ...limits, [measure]: Number(digits) };
}

function unreadable(part: string, problem: string): AppError {
  const message = `the rate limit "${part.slice(0, 80)}" ${problem}: write it like ${example}`;
  return new AppError('invalid_argument', message);
}
