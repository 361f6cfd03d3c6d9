import type { JobHandlers } from '@winnow/core';
import type { IngestJobs, IngestPorts } from './ports.ts';
import { createBackfillHandler } from './stages/backfill-run.ts';
import { createChunkHandler } from './stages/chunk-documents.ts';
import { createEmbedHandler } from './stages/embed-documents.ts';
import { createIndexHandler } from './stages/index-documents.ts';
import { createPlanHandler } from './stages/plan-run.ts';

/** What a worker does with every kind of ingest job. */
export function createIngestHandlers(ports: IngestPorts): JobHandlers<IngestJobs> {
  return {
    'run.plan': createPlanHandler(ports),
    'run.backfill': createBackfillHandler(ports),
    'documents.chunk': createChunkHandler(ports),
    'documents.embed': createEmbedHandler(ports),
    'documents.index': createIndexHandler(ports),
  };
}
