import { chunkingSchema, failureCodes, languages } from '@winnow/core';
import { z } from 'zod';
import { archiveFormat } from './archive-format.ts';

/** Only what a restore goes by is looked at: what a newer version adds to a line is passed over. */
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().min(0);
const metadataValue = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.array(z.string()),
  z.array(z.number()),
]);

/** Tells an archive from any other file, and its version. */
export const anyHeaderSchema = z.looseObject({
  kind: z.literal('header'),
  format: z.literal(archiveFormat),
  version: z.int().min(1),
});

const source = z.looseObject({
  sourceId: z.string(),
  prefix: z.string(),
  settings: z.looseObject({ kind: z.string() }),
});

export const headerSchema = anyHeaderSchema.extend({
  corpus: z.looseObject({
    name: z.string(),
    language: z.enum(languages),
    sources: z.array(source).min(1),
    removedSources: z.array(source.extend({ removedAt: z.string() })).optional(),
    deletionGuard: z.looseObject({ documents: z.number(), share: z.number() }),
    verification: z.looseObject({
      qualityMargin: z.number(),
      agreementFloor: z.number().nullable(),
      vectorRecallFloor: z.number(),
    }),
    keepRetiredHours: z.number(),
    recording: z.looseObject({ enabled: z.boolean(), days: z.number() }),
    golden: z
      .looseObject({
        setId: z.string(),
        queries: count,
        judgements: count,
        digest: z.string(),
        setAt: z.string(),
      })
      .nullable(),
  }),
  generation: z.looseObject({
    embedder: z.string(),
    dimensions: z.int().min(1),
    chunking: z.looseObject(chunkingSchema.shape),
    fingerprints: z.looseObject({
      parser: z.string(),
      chunker: z.string(),
      analysis: z.string(),
      embedder: z.string().nullable(),
    }),
    wholeFingerprint: z.string().optional(),
  }),
  counts: z.looseObject({ searchable: count, chunks: count, failed: count }),
});

export const bodySchema = z.discriminatedUnion('kind', [
  z.looseObject({
    kind: z.literal('document'),
    documentId: z.string().min(1),
    sourceId: z.string(),
    contentHash: sha256.nullable(),
    bytes: count.nullable(),
    location: z.record(z.string(), z.union([z.string(), z.number()])),
    live: z
      .looseObject({
        title: z.string(),
        metadata: z.record(z.string(), metadataValue),
        making: z.string(),
        chunks: count,
      })
      .nullable(),
    failed: z
      .looseObject({ code: z.enum(failureCodes), message: z.string(), dismissed: z.boolean() })
      .nullable(),
  }),
  z.looseObject({
    kind: z.literal('chunk'),
    chunkId: z.string().min(1),
    position: count,
    start: count,
    end: count,
    headings: z.array(z.string()),
    text: z.string(),
    tokenCount: count,
    embeddingKey: z.string(),
    vector: z.string(),
    page: count.optional(),
    slide: count.optional(),
    sheet: z.string().optional(),
    tokenVectors: z.base64().optional(),
  }),
  z.looseObject({
    kind: z.literal('omitted'),
    documentId: z.string().min(1),
    why: z.enum(['damaged', 'unfinished']),
  }),
  z.looseObject({
    kind: z.literal('pushed'),
    sourceId: z.string(),
    documentId: z.string().min(1),
    version: count.nullable(),
    contentHash: sha256.nullable(),
  }),
  z.looseObject({
    kind: z.literal('golden'),
    queryId: z.string(),
    text: z.string(),
    judgements: z.record(z.string(), z.number()),
  }),
  z.looseObject({
    kind: z.literal('end'),
    documents: count,
    searchable: count,
    chunks: count,
    failed: count,
    omitted: count,
    goldenQueries: count,
    // Version 1 has none.
    pushed: count.default(0),
    sha256,
  }),
]);
