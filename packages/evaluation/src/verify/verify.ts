import {
  type ChunkIndex,
  type Gate,
  type GoldenQuery,
  type Manifest,
  type ManifestEntry,
  stateDigestOf,
  type VerificationReport,
  type VerificationSettings,
} from '@winnow/core';
import { agreementGate } from '../gates/agreement.ts';
import { type Coverage, coverageGate } from '../gates/coverage.ts';
import {
  type QualityDifference,
  qualityDifferences,
  qualityGates,
  qualityNotMeasured,
} from '../gates/quality.ts';
import { sizeGate } from '../gates/size.ts';
import { stateGate } from '../gates/state.ts';
import { type VectorFigures, vectorsGate } from '../gates/vectors.ts';
import { randomNumbers, sampleOf } from '../random-numbers.ts';
import { compareQueries, type QueryComparison } from './compare-queries.ts';
import type { Contestant, OnVerified } from './contestant.ts';
import { type GoldenComparison, measureGolden } from './measure-golden.ts';
import { probeVectors } from './probe-vectors.ts';
import { queriesOfChunks } from './sampled-queries.ts';
import { takeCoverage } from './take-coverage.ts';

export interface VerifyPorts {
  readonly manifest: Pick<Manifest, 'list'>;
  readonly chunks: Pick<ChunkIndex, 'census' | 'ofDocument' | 'recall' | 'export'>;
  readonly now: () => Date;
}

/** Queries to compare two generations by. */
export interface ComparingQueries {
  /** Where they come from, in words. */
  readonly origin: string;
  /** Distinct. */
  readonly texts: readonly string[];
}

/** Queries with judged documents. */
export interface GoldenQueries {
  /** What they are, in words. */
  readonly origin: string;
  readonly queries: readonly GoldenQuery[];
}

export interface VerifyRequest {
  readonly next: Contestant;
  /** What readers see; the same one where the live generation itself is looked at. */
  readonly live: Contestant;
  readonly settings: VerificationSettings;
  /**
   * Whether the newer generation was made from a look at a document's source that is later than this entry of the live one:
   * what it does not have then was not there.
   */
  isLookedFor(live: ManifestEntry): boolean;
  /** Documents that an ingest may delete without anybody having said so, of as many as the live one has. */
  deletionLimit(liveDocuments: number): number;
  readonly golden: GoldenQueries;
  /** Null: sampled from the headings of the corpus. */
  readonly queries: ComparingQueries | null;
}

/** A report, and what it is made of. */
export interface Verification {
  readonly report: VerificationReport;
  readonly corpus: string;
  readonly embedders: { readonly live: string; readonly next: string };
  readonly coverage: Coverage;
  readonly vectors: VectorFigures;
  readonly comparisons: readonly QueryComparison[];
  readonly differences: readonly QualityDifference[];
  readonly golden: readonly GoldenComparison[];
}

/** Of one state of a corpus the same is sampled every time. */
const seed = 20_261_128;
/** Queries in which two generations are compared. */
const comparedQueries = 200;
/** Of those, the ones for which every vector is looked at. */
const probedQueries = 50;
/** Golden queries that one verification searches for. */
const measuredQueries = 2_000;

/**
 * Looks at a generation before readers are switched to it: that it is whole, that its index finds what is there, how
 * far it agrees with the live one, and that it is no worse on golden queries. Changes nothing.
 *
 * @throws AppError what stores and embedders throw: half a look says nothing.
 */
export async function verify(
  ports: VerifyPorts,
  request: VerifyRequest,
  { signal, onVerified = () => {} }: { readonly signal: AbortSignal; readonly onVerified?: OnVerified },
): Promise<Verification> {
  const { next, live } = request;
  const before = await stateDigestOf(ports.manifest, next.ref, signal);
  const seen = await lookAt(ports, request, { signal, onVerified });
  const stateDigest = await stateDigestOf(ports.manifest, next.ref, signal);
  const gates = [...gatesOf(request, seen), stateGate(before, stateDigest)];
  const { coverage, vectors, comparisons, differences, golden } = seen;
  return {
    report: {
      generation: next.ref.generation,
      passed: gates.every(({ passed }) => passed),
      gates,
      stateDigest,
      comparedWith: live.ref.generation,
      at: ports.now().toISOString(),
    },
    corpus: next.ref.corpus,
    embedders: { live: live.embedder, next: next.embedder },
    coverage,
    vectors,
    comparisons,
    differences,
    golden,
  };
}

/** What was seen, before anything is said about it. */
interface Seen extends Pick<Verification, 'coverage' | 'vectors' | 'comparisons' | 'differences' | 'golden'> {
  /** What two generations were compared by, in words. */
  readonly origin: string;
}

async function lookAt(
  ports: VerifyPorts,
  request: VerifyRequest,
  { signal, onVerified }: { readonly signal: AbortSignal; readonly onVerified: OnVerified },
): Promise<Seen> {
  const { next, live } = request;
  const random = randomNumbers(seed);
  const refs = { next: next.ref, live: live.ref };
  const { coverage, sample } = await takeCoverage(ports, refs, random, {
    signal,
    onDocument: (done) => onVerified('documents', done, null),
    isLookedFor: (entry) => request.isLookedFor(entry),
  });
  const { origin, texts } = request.queries ?? {
    origin: 'headings of the corpus',
    texts: queriesOfChunks(sample),
  };
  const queries = sampleOf(texts, comparedQueries, random);
  const vectors = await probeVectors(ports.chunks, next, sampleOf(queries, probedQueries, random), {
    signal,
    onVector: (done) => onVerified('vectors', done, coverage.chunks),
  });
  const sides = { next, live: isLive(request) ? next : live };
  const comparisons = await compareQueries(sides, isLive(request) ? [] : queries, {
    signal,
    onQuery: (done) => onVerified('queries', done, queries.length),
  });
  const asked = sampleOf(request.golden.queries, measuredQueries, random);
  const measured = await measureGolden(sides, asked, {
    signal,
    onQuery: (done) => onVerified('golden', done, asked.length),
  });
  const differences = asked.length === 0 ? [] : qualityDifferences(measured.quality);
  return { coverage, vectors, comparisons, differences, golden: measured.comparisons, origin };
}

/** Whether the generation that is looked at is the one that readers see. */
function isLive({ next, live }: VerifyRequest): boolean {
  return next.ref.physicalName === live.ref.physicalName;
}

function gatesOf(request: VerifyRequest, seen: Seen): readonly Gate[] {
  const { qualityMargin, agreementFloor, vectorRecallFloor } = request.settings;
  const { coverage, vectors, comparisons, differences, origin } = seen;
  return [
    coverageGate(coverage),
    vectorsGate(vectors, coverage.broken, vectorRecallFloor),
    isLive(request)
      ? agreementGate([], null, 'this is the live generation')
      : agreementGate(
          comparisons,
          agreementFloor,
          comparisons.length === 0 ? 'there are no queries' : origin,
        ),
    ...(differences.length === 0
      ? [qualityNotMeasured(request.next.ref.corpus)]
      : qualityGates(differences, { margin: qualityMargin, ...askedOf(request, seen) })),
    sizeGate(coverage, request.deletionLimit(coverage.liveSearchable)),
  ];
}

function askedOf({ golden: known }: VerifyRequest, { golden: asked }: Seen) {
  const isAll = asked.length === known.queries.length;
  const origin = isAll ? known.origin : `of ${known.queries.length} ${known.origin}`;
  return { queries: asked.length, origin };
}
