import type { Gate, VerificationReport } from '@winnow/core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { elasticsearchPatient, embeddedPatient, type Patient } from './damage/patient.ts';
import type { Tampering } from './damage/tampering.ts';

const sheet = 'sheets/03.md';

/** What is done to an index by hand, the gate that has to see it, and what it says. */
const damages: readonly {
  readonly name: string;
  readonly do: (hand: Tampering) => Promise<void>;
  readonly gate: string;
  readonly says: string;
}[] = [
  { name: 'a vector that is gone', do: (hand) => hand.loseVector(sheet, 0), gate: 'vectors', says: sheet },
  { name: 'lost terms', do: (hand) => hand.loseTerms(sheet, 0), gate: 'vectors', says: sheet },
  { name: 'a lost chunk', do: (hand) => hand.loseChunk(sheet, 0), gate: 'coverage', says: sheet },
  { name: 'a document without chunks', do: (hand) => hand.loseChunks(sheet), gate: 'coverage', says: sheet },
  { name: 'a chunk too many', do: (hand) => hand.addChunk(sheet), gate: 'coverage', says: sheet },
];

describeVerification('SQLite', embeddedPatient);
describeVerification('Elasticsearch', elasticsearchPatient);

function describeVerification<Hand extends Tampering>(
  house: string,
  open: () => Promise<Patient<Hand>>,
): void {
  describe(`verification of an index in ${house} that was damaged by hand`, () => {
    let patient: Patient<Hand>;
    beforeAll(async () => {
      patient = await open();
    });
    afterEach(() => patient.heal());
    afterAll(() => patient?.close());

    async function verified(): Promise<VerificationReport> {
      return (await patient.engine.quality.verify(patient.name, {}, AbortSignal.timeout(60_000))).report;
    }
    const failedOf = ({ gates }: VerificationReport): readonly Gate[] =>
      gates.filter(({ passed }) => !passed);

    test('passes while nothing is damaged', async () => {
      expect(failedOf(await verified())).toEqual([]);
    });

    test.each(damages)('sees $name', async ({ do: harm, gate, says }) => {
      await harm(patient.hand);
      const report = await verified();
      expect(report.passed).toBe(false);
      const seen = failedOf(report).find(({ name }) => name === gate);
      expect(seen?.detail).toContain(says);
    });
  });
}
