import { readFile } from 'node:fs/promises';
import { AppError, issueWords, parseJson, problemsOf } from '@winnow/core';
import { z } from 'zod';
import type { Price } from '../registry/price.ts';

/** The price to bill a model by: the user's own where there is one, else what the registry lists. */
export type PriceLookup = (modelId: string, listed: Price) => Price;

/** Without prices of the user's own. */
export const listedPrices: PriceLookup = (_modelId, listed) => listed;

const dollars = z.number().nonnegative().nullable().default(null);

/** Names of models, as `winnow models list` prints them, with what they cost. */
const pricesSchema = z.record(
  z.string().min(1),
  z
    .strictObject({
      usdPerMillionInputTokens: dollars,
      usdPerMillionOutputTokens: dollars,
      usdPerThousandSearches: dollars,
      batchFactor: z.number().positive().max(1).nullable().default(null),
      listDate: z.string().max(40).default(''),
      source: z.string().max(1_024).default(''),
    })
    .refine(hasPrice, 'must have a price in one of the fields whose name begins with usd'),
);

/**
 * Reads prices of one's own: a JSON object of model names and price fields, as
 * `{ "my-model": { "usdPerMillionInputTokens": 0.01 } }`. A model's entry replaces its listed price whole. An
 * entry for `name` holds for its variants `name@…` too, unless they have their own.
 *
 * @throws AppError `not_found` if there is no such file, `invalid_argument` with every field that is wrong.
 */
export async function loadPrices(path: string): Promise<PriceLookup> {
  const prices = new Map(Object.entries(parsePrices(await readText(path), path)));
  return (modelId, listed) => prices.get(modelId) ?? prices.get(withoutVariant(modelId)) ?? listed;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (thrown) {
    const { code } = AppError.from(thrown);
    const message = `the prices in ${path} cannot be read: check WINNOW_PRICES`;
    throw new AppError(code === 'internal' ? 'failed_precondition' : code, message, { cause: thrown });
  }
}

function parsePrices(text: string, path: string): z.output<typeof pricesSchema> {
  const given = parseJson(text);
  if (given === undefined) throw new AppError('invalid_argument', `the prices in ${path} are not JSON`);
  const parsed = pricesSchema.safeParse(given, { error: issueWords });
  if (parsed.success) return parsed.data;
  const problems = problemsOf(parsed.error, given, 'the file');
  throw new AppError('invalid_argument', `the prices in ${path} are not as expected: ${problems}`);
}

function hasPrice(price: Price): boolean {
  const { usdPerMillionInputTokens, usdPerMillionOutputTokens, usdPerThousandSearches } = price;
  return [usdPerMillionInputTokens, usdPerMillionOutputTokens, usdPerThousandSearches].some(
    (usd) => usd !== null,
  );
}

function withoutVariant(modelId: string): string {
  const at = modelId.lastIndexOf('@');
  return at <= 0 ? modelId : modelId.slice(0, at);
}
