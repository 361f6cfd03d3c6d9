import type { DoctorReport, Engine, Finding } from '@winnow/engine';
import { z } from 'zod';
import type { Server } from '../build-server.ts';
import { corpusName } from '../corpus-name.ts';
import { errorBody } from '../error-reply.ts';
import { signalOf } from '../requests-under-way.ts';
import type { ScanSlots } from '../scan-slots.ts';
import { uncoveredBody } from '../uncovered-body.ts';

/** Findings of one answer; `total` counts them all. */
const maxFindings = 1_000;

const findingBody = z.looseObject({
  kind: z.string().describe('missing, stale, unlisted, unfinished, lost, half, wrong-vector or orphan.'),
  documentId: z.string().nullable().describe('Null for chunks whose document nobody knows.'),
  detail: z.string(),
});

const doctorBody = z.looseObject({
  corpus: z.string(),
  checked: z.object({
    source: z.number().nullable().describe('Null where no source could be looked at.'),
    manifest: z.number(),
    index: z.number(),
  }),
  covered: z.boolean(),
  uncovered: uncoveredBody,
  total: z.number(),
  findings: z.array(findingBody).describe(`The first ${maxFindings}.`),
  repairRun: z.string().nullable().describe('The run that mends what was found; workers do it.'),
});

export function registerDoctor(server: Server, engine: Engine, slots: ScanSlots): void {
  server.post(
    '/v1/doctor',
    {
      schema: {
        operationId: 'examineCorpus',
        tags: ['corpora'],
        description:
          'Compares source, manifest and index, and names every difference; with `repair` a run is started that mends ' +
          'them. Reads all three lists: a client that leaves ends it, and only a few are made at a time.',
        body: z.strictObject({ corpus: corpusName, repair: z.boolean().default(false) }),
        response: { 200: doctorBody, '4xx': errorBody, '5xx': errorBody },
      },
    },
    async (request) => {
      const { corpus, repair } = request.body;
      const signal = signalOf(request);
      return await slots.within(async () => {
        const report = await engine.doctor.examine(corpus, {}, signal);
        const isHealing = repair && report.total > 0;
        const run = isHealing ? await engine.doctor.repair(corpus, report, signal) : null;
        return replyOf(report, run?.run ?? null);
      });
    },
  );
}

function replyOf({ damaged: _, findings, ...rest }: DoctorReport, repairRun: string | null) {
  return { ...rest, findings: findings.slice(0, maxFindings).map(findingOf), repairRun };
}

function findingOf({ message, ...finding }: Finding) {
  return { ...finding, detail: message };
}
