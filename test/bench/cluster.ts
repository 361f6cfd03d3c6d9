/**
 * Topics against judged labels, and plain k-means on the same vectors.
 *
 *     node test/bench/cluster.ts FOLDER_OF_DATA FOLDER_FOR_CORPORA
 *
 * Newsgroups, questions to a bank and Chinese abstracts are ingested, once, each with a local model. Topics are asked for
 * as many as there are labels, and then as many as the silhouette says. The baseline is ml-kmeans as it comes (k-means++,
 * 100 iterations) on the documents' vectors, over five seeds. NMI by the mean of the entropies.
 */
import { join } from 'node:path';
import { silentLogger } from '@winnow/core';
import { clusterRequestSchema, type Engine, openEngine } from '@winnow/engine';
import { documentVectorOf } from '@winnow/retrieval';
import { kmeans } from 'ml-kmeans';
import { embeddedConfig, machine, timed } from './support/bench.ts';
import {
  ingestJudged,
  type JudgedRecord,
  type JudgedSet,
  recordsIn,
  topicSets,
} from './support/judged-corpora.ts';
import { partitionScores } from './support/partition-scores.ts';

const [data = '../shared/data', work = ''] = process.argv.slice(2);
if (work === '') throw new Error('name a folder for the corpora');
const signal = AbortSignal.timeout(4 * 3_600_000);
const seeds = [1, 2, 3, 4, 5];

const engine = await openEngine(embeddedConfig(work), {
  access: { kind: 'write', purpose: 'bench' },
  log: silentLogger,
});
const worker = engine.createWorker();
await worker.start();
console.log(machine);
try {
  for (const set of topicSets) {
    await ingestJudged(engine, set, { data, work }, signal);
    await measure(engine, set);
  }
} finally {
  await worker.close({ graceMs: 5_000 });
  await engine.close();
}

async function measure(of: Engine, set: JudgedSet): Promise<void> {
  const labelOf = new Map(
    recordsIn(join(data, set.file)).map((record) => [String(record._id), labelIn(record)]),
  );
  const k = new Set(labelOf.values()).size;
  const vectors = await vectorsOf(of, set.name);
  const labels = [...vectors.keys()].map((id) => labelOf.get(id) ?? '');
  console.log(`\n${set.name}: ${vectors.size} documents, ${k} labels`);

  const rows = [...vectors.values()].map((vector) => [...vector]);
  const plain = seeds.map((seed) => partitionScores(kmeans(rows, k, { seed }).clusters, labels));
  for (const metric of ['nmi', 'ari'] as const) {
    const values = plain.map((scores) => scores[metric]).sort((left, right) => left - right);
    const mean = values.reduce((sum, value) => sum + value) / values.length;
    console.log(
      `  plain ${metric} ${mean.toFixed(3)} (${values[0]?.toFixed(3)} to ${values.at(-1)?.toFixed(3)})`,
    );
  }
  for (const wanted of [k, null]) {
    const request = clusterRequestSchema.parse({ k: wanted });
    const { value, seconds } = await timed(() => of.discovery.clusters(set.name, request, { signal }));
    const assignments = new Map(Object.entries(value.assignments));
    const found = [...vectors.keys()].map((id) => assignments.get(id) ?? -1);
    const { nmi, ari } = partitionScores(found, labels);
    const silhouette = value.silhouette === null ? '' : `, silhouette ${value.silhouette.toFixed(3)}`;
    console.log(
      `  ${value.clusters.length} topics${wanted === null ? ' by silhouette' : ''}: nmi ${nmi.toFixed(3)}, ` +
        `ari ${ari.toFixed(3)}${silhouette}, ${seconds.toFixed(1)} s`,
    );
    for (const { label, size } of value.clusters.slice(0, 6)) console.log(`    ${size} ${label}`);
  }
}

function labelIn({ label, metadata }: JudgedRecord): string {
  if (label !== undefined) return String(label);
  return typeof metadata === 'object' && metadata !== null && 'category' in metadata
    ? String(metadata.category)
    : '';
}

async function vectorsOf(of: Engine, name: string): Promise<ReadonlyMap<string, Float32Array>> {
  const chunks = new Map<string, Float32Array[]>();
  for await (const line of of.documents.export(name, { vectors: true, signal })) {
    const { documentId, vector } = JSON.parse(line);
    chunks.set(documentId, [...(chunks.get(documentId) ?? []), Float32Array.from(vector)]);
  }
  return new Map(
    [...chunks].flatMap(([id, vectors]) => {
      const vector = documentVectorOf(vectors);
      return vector === null ? [] : [[id, vector] as const];
    }),
  );
}
