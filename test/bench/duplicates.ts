/**
 * Near-duplicates against judged pairs, what finding them takes, and plain baselines.
 *
 *     node test/bench/duplicates.ts FOLDER_OF_DATA [FOLDER_FOR_CORPORA]
 *
 * DBLP-ACM (records of the same paper in two catalogues) and versions of documentation pages in Chinese and English. One
 * setting for both is chosen on one half of the papers and pages, by a hash of their names, and every figure is of the other
 * half. Two documents of one group count as a found pair. First by words alone; with a folder, the sets are ingested there,
 * once, each with a local model, and the cosine of their vectors is a setting too. Baselines compare all pairs: the same
 * title but for case, and Jaccard of 5-character shingles over a limit that is chosen in the same way. Intervals: 95 %, over
 * papers and pages.
 *
 * Last, the time of the sketches against that of a local model on the same texts.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256, silentLogger } from '@winnow/core';
import {
  type DuplicatesReport,
  type DuplicatesRequest,
  duplicatesRequestSchema,
  openEngine,
} from '@winnow/engine';

import { findDuplicates } from '@winnow/retrieval';
import { jaccardOf, looseShinglesOf, sketchOf, textFeaturesOf } from '@winnow/text';
import { embeddedConfig, machine, printRatio, timed } from './support/bench.ts';
import {
  bibliography,
  ingestJudged,
  type JudgedSet,
  recordsIn,
  revisions,
} from './support/judged-corpora.ts';
import { openLocalEmbedder } from './support/local-embedder.ts';
import { f1Interval, type PairTally, scoresOf } from './support/pair-scores.ts';
import { type PlainDocument, textsOnly } from './support/texts-only.ts';

const [data = '../shared/data', work = null] = process.argv.slice(2);
const signal = AbortSignal.timeout(4 * 3_600_000);
const jaccards = [0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8];
const cosines = [0, 0.7, 0.8, 0.9];

type Pair = readonly [string, string];

/** A corpus with what is known of it. */
interface Judged {
  readonly set: JudgedSet;
  readonly documents: readonly PlainDocument[];
  /** What a document belongs to; documents of one unit are versions of one thing. */
  readonly unitOf: ReadonlyMap<string, string>;
}

const judged = [bibliographyJudged(), ...revisions.map(revisionsJudged)];
console.log(machine);
report('groups by words alone', await groupsByWords());
report('all pairs by Jaccard', jaccardBySetting());
report('the same title', new Map([['', judged.map(pairsByTitle)]]));
if (work !== null) await reportWithVectors(work);
await compareCost();

function bibliographyJudged(): Judged {
  const documents = documentsOf(bibliography);
  const unitOf = new Map(documents.map(({ id }) => [id, id]));
  const lines = recordsInTsv(join(data, 'dblp-acm/duplicates.tsv'));
  for (const [left, right] of lines) {
    const [kept, gone] = [unitOf.get(left) ?? left, unitOf.get(right) ?? right];
    for (const [id, unit] of unitOf) if (unit === gone) unitOf.set(id, kept);
  }
  return { set: bibliography, documents, unitOf };
}

function revisionsJudged(set: JudgedSet): Judged {
  const families = recordsIn(join(data, set.file)).flatMap((record) =>
    set.documentOf(record) === null ? [] : [[String(record._id), String(record.family)] as const],
  );
  return { set, documents: documentsOf(set), unitOf: new Map(families) };
}

function documentsOf(set: JudgedSet): readonly PlainDocument[] {
  return recordsIn(join(data, set.file)).flatMap((record) => {
    const document = set.documentOf(record);
    return document === null
      ? []
      : [{ id: String(document._id), title: String(document.title ?? ''), text: String(document.text) }];
  });
}

function recordsInTsv(path: string): readonly Pair[] {
  const [, ...lines] = readFileSync(path, 'utf8').trim().split('\n');
  return lines.map((line) => {
    const [left = '', right = ''] = line.split('\t');
    return [left, right];
  });
}

type Found = ReadonlyMap<string, readonly (readonly Pair[])[]>;

async function groupsByWords(): Promise<Found> {
  const corpora = await Promise.all(judged.map(({ set, documents }) => textsOnly(set.name, documents)));
  const found = await groupsBySetting([0], (at, least) => {
    const { store, corpus } = corpora[at] ?? {};
    if (store === undefined || corpus === undefined) throw new Error('a corpus is missing');
    return findDuplicates(store, corpus, least, { signal });
  });
  for (const { store } of corpora) await store.close();
  return found;
}

async function reportWithVectors(folder: string): Promise<void> {
  const engine = await openEngine(embeddedConfig(folder), {
    access: { kind: 'write', purpose: 'bench' },
    log: silentLogger,
  });
  const worker = engine.createWorker();
  await worker.start();
  try {
    for (const { set } of judged) await ingestJudged(engine, set, { data, work: folder }, signal);
    const found = await groupsBySetting(cosines, (at, least) =>
      engine.discovery.duplicates(judged[at]?.set.name ?? '', least, { signal }),
    );
    report('groups by words and vectors', found);
  } finally {
    await worker.close({ graceMs: 5_000 });
    await engine.close();
  }
}

async function groupsBySetting(
  leastCosines: readonly number[],
  find: (at: number, least: DuplicatesRequest) => Promise<DuplicatesReport>,
): Promise<Found> {
  const found = new Map<string, readonly (readonly Pair[])[]>();
  for (const jaccard of jaccards) {
    for (const cosine of leastCosines) {
      const pairs: Pair[][] = [];
      for (const at of judged.keys()) {
        const { groups } = await find(at, duplicatesRequestSchema.parse({ jaccard, cosine }));
        pairs.push(
          groups.flatMap(({ original, duplicates }) =>
            pairsAmong([original, ...duplicates.map(({ documentId }) => documentId)]),
          ),
        );
      }
      found.set(`Jaccard ≥ ${jaccard}, cosine ≥ ${cosine}`, pairs);
    }
  }
  return found;
}

function jaccardBySetting(): Found {
  const measured = judged.map(({ documents }) => {
    const shingles = documents.map(({ title, text }) => textFeaturesOf(`${title}\n${text}`).shingles);
    const alike: { readonly jaccard: number; readonly pair: Pair }[] = [];
    for (const [right, later] of shingles.entries()) {
      for (const [left, earlier] of shingles.slice(0, right).entries()) {
        const jaccard = jaccardOf(earlier, later);
        if (jaccard < Math.min(...jaccards)) continue;
        alike.push({ jaccard, pair: [documents[left]?.id ?? '', documents[right]?.id ?? ''] });
      }
    }
    return alike;
  });
  return new Map(
    jaccards.map((least) => [
      `Jaccard ≥ ${least}`,
      measured.map((pairs) => pairs.filter(({ jaccard }) => jaccard >= least).map(({ pair }) => pair)),
    ]),
  );
}

function pairsByTitle({ documents }: Judged): readonly Pair[] {
  const titles = Map.groupBy(documents, ({ title }) => title.trim().toLowerCase());
  return [...titles].flatMap(([title, same]) => (title === '' ? [] : pairsAmong(same.map(({ id }) => id))));
}

function pairsAmong<Member>(members: readonly Member[]): (readonly [Member, Member])[] {
  return members.flatMap((left, at) => members.slice(at + 1).map((right) => [left, right] as const));
}

function report(name: string, settings: Found): void {
  const onHalf = (pairs: readonly (readonly Pair[])[], first: boolean) => {
    const tallies = judged.map((each, at) => talliesOf(each, pairs[at] ?? [], first));
    return [tallies[0] ?? [], tallies.slice(1).flat()] as const;
  };
  const rated = [...settings].map(([setting, pairs]) => ({
    setting,
    pairs,
    // The worse of the two sets counts: one setting is for both.
    worst: Math.min(...onHalf(pairs, true).map((tallies) => scoresOf(tallies).f1)),
  }));
  const best = rated.reduce((left, right) => (right.worst > left.worst ? right : left));
  console.log(`\n${name}: ${best.setting} (worse F1 on the first half: ${best.worst.toFixed(3)})`);
  for (const [at, tallies] of onHalf(best.pairs, false).entries()) {
    const { precision, recall, f1 } = scoresOf(tallies);
    const [low, high] = f1Interval(tallies);
    console.log(
      `  ${at === 0 ? 'DBLP-ACM' : 'revisions'}: precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}, ` +
        `F1 ${f1.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`,
    );
  }
  if (rated.length > 1) printBest(rated);
}

function printBest(rated: readonly { readonly setting: string; readonly worst: number }[]): void {
  const sorted = rated.toSorted((left, right) => right.worst - left.worst);
  for (const { setting, worst } of sorted.slice(0, 8)) {
    console.log(`    first half, ${setting}: ${worst.toFixed(3)}`);
  }
}

/** A pair across two units counts against the unit of the one that sorts first. */
function talliesOf({ unitOf }: Judged, pairs: readonly Pair[], first: boolean): readonly PairTally[] {
  const tallies = new Map<string, PairTally>();
  for (const [unit, members] of Map.groupBy(unitOf.keys(), (id) => unitOf.get(id) ?? id)) {
    const wanted = (members.length * (members.length - 1)) / 2;
    if (isFirstHalf(unit) === first) tallies.set(unit, { found: 0, right: 0, wanted });
  }
  for (const pair of pairs) {
    const [left = '', right = ''] = pair.toSorted();
    const tally = tallies.get(unitOf.get(left) ?? left);
    if (tally === undefined) continue;
    tally.found += 1;
    if (unitOf.get(left) === unitOf.get(right)) tally.right += 1;
  }
  return [...tallies.values()];
}

function isFirstHalf(unit: string): boolean {
  return Number.parseInt(sha256(unit).slice(0, 2), 16) % 2 === 0;
}

async function compareCost(): Promise<void> {
  const embedder = await openLocalEmbedder('all-MiniLM-L6-v2', signal);
  // About the chunks of 256 tokens that this model is given.
  const texts = (judged[2]?.documents ?? []).flatMap(({ text }) => text.match(/.{1,1000}/gs) ?? []);
  const some = texts.slice(0, 128);
  await embedder.embed(some.slice(0, 8), { purpose: 'document', signal });
  const embedding = await timed(async () => {
    for (let start = 0; start < some.length; start += embedder.maxTextsPerCall) {
      await embedder.embed(some.slice(start, start + embedder.maxTextsPerCall), {
        purpose: 'document',
        signal,
      });
    }
  });
  const sketching = await timed(async () => {
    for (const text of some) sketchOf(looseShinglesOf(text));
  });
  await embedder.close();
  console.log('');
  printRatio('sketches ÷ embedding of the same texts, time', sketching.seconds / embedding.seconds, '≤ 0.05');
}
