import type { Engine } from '@winnow/engine';
import { embeddingTextOf } from '@winnow/text';
import type { Provider } from '../scene/provider.ts';

/** A chunk as an export has it. */
interface Exported {
  readonly documentId: string;
  readonly position: number;
  readonly title: string;
  readonly headings: readonly string[];
  readonly text: string;
  readonly vector: readonly number[];
}

const maxDifferences = 20;
/** Vectors are kept as float32, and made of length 1 again. */
const sameDirection = 0.999_9;

/**
 * Holds all that can be found in a corpus against what must be found: the chunks of each document, once each, with
 * the vectors that the model of the live generation makes of them, and nothing else.
 * @param expected texts of the chunks of each document, in order.
 * @returns the first differences, in words; none on a good day.
 */
export async function compareIndex(
  engine: Engine,
  corpus: string,
  expected: ReadonlyMap<string, readonly string[]>,
  provider: Pick<Provider, 'vectorOf'>,
): Promise<readonly string[]> {
  const differences: string[] = [];
  const { live, generations } = await engine.generations.list(corpus);
  const dimensions = generations.find(({ generation }) => generation === live)?.dimensions ?? 0;
  const found = new Map<string, Exported[]>();
  const options = {
    vectors: true,
    signal: AbortSignal.timeout(120_000),
    onDamaged: (documentId: string) => differences.push(`${documentId} is damaged`),
  };
  for await (const line of engine.documents.export(corpus, options)) {
    const chunk = JSON.parse(line) as Exported;
    const chunks = found.get(chunk.documentId);
    if (chunks === undefined) found.set(chunk.documentId, [chunk]);
    else chunks.push(chunk);
  }
  for (const [documentId, texts] of expected) {
    const chunks = found.get(documentId) ?? [];
    const actual = chunks.toSorted((one, other) => one.position - other.position).map(({ text }) => text);
    if (JSON.stringify(actual) !== JSON.stringify(texts)) {
      differences.push(`${documentId} is ${shortened(actual)} and should be ${shortened(texts)}`);
    }
    for (const chunk of chunks) {
      if (!(await hasItsVector(chunk, dimensions, provider))) {
        differences.push(`${documentId}: chunk ${chunk.position} has the vector of another text`);
      }
    }
  }
  for (const documentId of found.keys()) {
    if (!expected.has(documentId)) differences.push(`${documentId} is there and should not be`);
  }
  return differences.slice(0, maxDifferences);
}

async function hasItsVector(
  chunk: Exported,
  dimensions: number,
  { vectorOf }: Pick<Provider, 'vectorOf'>,
): Promise<boolean> {
  const wanted = await vectorOf(embeddingTextOf(chunk.title, chunk), dimensions);
  const dot = wanted.reduce((sum, value, at) => sum + value * (chunk.vector[at] ?? 0), 0);
  return dot > sameDirection && chunk.vector.length === wanted.length;
}

function shortened(texts: readonly string[]): string {
  const stamps = texts.map((text) => /version \d+, part \d+ of \d+/.exec(text)?.[0] ?? text.slice(0, 60));
  return stamps.length === 0 ? 'not there' : `[${stamps.join('; ')}]`;
}
