import {
  clusterRequestSchema,
  duplicatesRequestSchema,
  type Engine,
  similarRequestSchema,
} from '@winnow/engine';
import { z } from 'zod';
import type { Server } from '../build-server.ts';
import { corpusName } from '../corpus-name.ts';
import { errorBody } from '../error-reply.ts';
import { signalOf } from '../requests-under-way.ts';
import type { ScanSlots } from '../scan-slots.ts';

/** Groups of one answer; `total` counts them all. */
const maxGroups = 1_000;

const generation = z.number().describe('The one that was looked at.');

const similarBody = z.object({
  hits: z.array(z.object({ documentId: z.string(), title: z.string(), score: z.number() })),
  generation,
});

const duplicatesBody = z.object({
  groups: z
    .array(
      z.object({
        original: z.string(),
        duplicates: z.array(
          z.object({
            documentId: z.string(),
            jaccard: z.number(),
            cosine: z.number().nullable().describe('Null where vectors are lost.'),
          }),
        ),
      }),
    )
    .describe(`The ${maxGroups} largest.`),
  total: z.number().describe('Groups in all.'),
  documents: z.number(),
  duplicates: z.number(),
  generation,
});

const clustersBody = z.object({
  clusters: z.array(
    z.object({
      label: z.string(),
      size: z.number(),
      documents: z.array(z.string()).readonly().describe('Those nearest to its middle.'),
    }),
  ),
  assignments: z.record(z.string(), z.number()).describe('Place in `clusters` of each document.'),
  silhouette: z.number().nullable().describe('How well they are parted, −1…1; null where `k` was given.'),
  sampled: z.number().describe('Documents that topics were made of; the others were put to the nearest.'),
  generation,
});

export function registerDiscovery(server: Server, engine: Engine, slots: ScanSlots): void {
  server.post(
    '/v1/similar',
    {
      schema: {
        operationId: 'similar',
        tags: ['queries'],
        description:
          'Documents like some and unlike others, by the vectors that are stored. No model is called.',
        body: similarRequestSchema.safeExtend({ corpus: corpusName }),
        response: { 200: similarBody, '4xx': errorBody, '5xx': errorBody },
      },
    },
    async (request) => {
      const { corpus, ...wanted } = request.body;
      const { hits, ...rest } = await engine.discovery.similar(corpus, wanted, signalOf(request));
      return { ...rest, hits: [...hits] };
    },
  );

  server.post(
    '/v1/duplicates',
    {
      schema: {
        operationId: 'findDuplicates',
        tags: ['corpora'],
        description:
          'Near-duplicates as they stand now. Reads the whole corpus: a client that leaves ends it, and only a few are ' +
          'made at a time.',
        body: duplicatesRequestSchema.safeExtend({ corpus: corpusName }),
        response: { 200: duplicatesBody, '4xx': errorBody, '5xx': errorBody },
      },
    },
    async (request) => {
      const { corpus, ...least } = request.body;
      const signal = signalOf(request);
      const report = await slots.within(() => engine.discovery.duplicates(corpus, least, { signal }));
      const groups = report.groups.slice(0, maxGroups).map(({ original, duplicates }) => ({
        original,
        duplicates: duplicates.map((duplicate) => ({ ...duplicate })),
      }));
      return { ...report, groups, total: report.groups.length };
    },
  );

  server.post(
    '/v1/clusters',
    {
      schema: {
        operationId: 'findClusters',
        tags: ['corpora'],
        description:
          'Documents by topic, from the vectors that are stored. Reads the whole corpus: a client that leaves ends it, and ' +
          'only a few are made at a time.',
        body: clusterRequestSchema.safeExtend({ corpus: corpusName }),
        response: { 200: clustersBody, '4xx': errorBody, '5xx': errorBody },
      },
    },
    async (request) => {
      const { corpus, ...wanted } = request.body;
      const signal = signalOf(request);
      const report = await slots.within(() => engine.discovery.clusters(corpus, wanted, { signal }));
      return {
        ...report,
        clusters: report.clusters.map((cluster) => ({ ...cluster })),
        assignments: { ...report.assignments },
      };
    },
  );
}
