import { AppError, dot, type Embedder } from '@winnow/core';

/**
 * Sentences that no question is about. What a model gives to them is its zero: two unrelated texts have a cosine
 * of about 0.04 under all-MiniLM-L6-v2, 0.27 under bge-small-zh-v1.5 and 0.37 under bge-small-en-v1.5.
 */
const unrelated = [
  'The committee met on Tuesday to discuss the budget.',
  'She planted tomatoes behind the old house.',
  'The train to the coast leaves at noon.',
  'Water boils at a lower temperature in the mountains.',
  'The museum shows paintings from three centuries.',
  '委员会于星期二开会讨论预算。',
  '她在老房子后面种了西红柿。',
  '开往海边的火车中午出发。',
];

/**
 * How near sentences are to a question, by its model's cosine above what unrelated sentences get.
 *
 * @returns one per sentence, in input order: 0 as unlike as unrelated text, 1 the same; the scale is alike for all
 * models.
 * @throws AppError what the embedder throws.
 */
export async function likenessesTo(
  question: string,
  sentences: readonly string[],
  embedder: Embedder,
  signal: AbortSignal,
): Promise<readonly number[]> {
  const asked = await embedder.embed([question], { purpose: 'query', signal });
  const [query] = asked.vectors;
  if (query === undefined) throw new AppError('internal', `${embedder.modelId} gave no vector`);
  const texts = [...unrelated, ...sentences];
  const cosines: number[] = [];
  for (let start = 0; start < texts.length; start += embedder.maxTextsPerCall) {
    const batch = texts.slice(start, start + embedder.maxTextsPerCall);
    const embedded = await embedder.embed(batch, { purpose: 'document', signal });
    cosines.push(...embedded.vectors.map((vector) => dot(query, vector)));
  }
  const zero = cosines.slice(0, unrelated.length).reduce((sum, cosine) => sum + cosine, 0) / unrelated.length;
  return cosines.slice(unrelated.length).map((cosine) => (cosine - zero) / Math.max(1 - zero, 1e-6));
}
