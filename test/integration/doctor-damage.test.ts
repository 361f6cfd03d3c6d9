import type { DoctorReport } from '@winnow/engine';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  changedFiles,
  type Damage,
  damagesOfBoth,
  damagesOfElasticsearch,
  damagesOfEmbedded,
  plantedInBoth,
} from './damage/damages.ts';
import { documentCount, elasticsearchPatient, embeddedPatient, type Patient } from './damage/patient.ts';
import type { Tampering } from './damage/tampering.ts';

/** Each finding as `DOCUMENT: KIND`, in order. */
const found = ({ findings }: DoctorReport) =>
  findings.map(({ kind, documentId }) => `${documentId}: ${kind}`).sort();

const sheet = (at: number) => `sheets/${String(at).padStart(2, '0')}.md`;

describeDamage('an index in SQLite', embeddedPatient, [...damagesOfBoth, ...damagesOfEmbedded]);
describeDamage('an index in Elasticsearch', elasticsearchPatient, [
  ...damagesOfBoth,
  ...damagesOfElasticsearch,
]);

function describeDamage<Hand extends Tampering>(
  house: string,
  open: () => Promise<Patient<Hand>>,
  damages: readonly Damage<Hand>[],
): void {
  describe(house, () => {
    let patient: Patient<Hand>;
    let whole: readonly string[];
    beforeAll(async () => {
      patient = await open();
      whole = await patient.exported();
    });
    afterEach(() => patient.heal());
    afterAll(() => patient?.close());

    /** Damages one document after the other. @returns what is to be found. */
    async function damage(
      list: readonly Damage<Hand>[],
      idOf: (at: number) => string,
    ): Promise<readonly string[]> {
      for (const [at, { do: harm }] of list.entries()) await harm(patient.hand, idOf(at), patient.source);
      return list.flatMap((each, at) => each.found.map((kind) => `${idOf(at)}: ${kind}`)).sort();
    }

    async function mend(report: DoctorReport): Promise<void> {
      expect(await patient.repair(report)).toMatchObject({
        kind: 'repair',
        state: 'completed',
        reason: null,
      });
      expect(await patient.examine()).toMatchObject({ findings: [], total: 0, young: 0 });
    }

    test('that is intact has no findings, and nothing that a run could mend', async () => {
      const report = await patient.examine();
      expect(report).toMatchObject({ findings: [], total: 0, young: 0, covered: true });
      expect(report.checked).toEqual({ source: documentCount, manifest: documentCount, index: documentCount });
      expect(await patient.repair(report)).toBeNull();
    });

    test('damaged in every way at once: each is found and named, and mended to the last bit', async () => {
      const expected = await damage(damages, (at) => sheet(at + 1));
      const report = await patient.examine();
      expect(found(report)).toEqual(expected);
      expect(report.total).toBe(expected.length);
      await mend(report);
      expect(await patient.exported()).toEqual(whole);
    });

    test('with a chunk too many: it is found, and gone after one repair', async () => {
      await patient.hand.addChunk(sheet(1));
      const report = await patient.examine();
      expect(found(report)).toEqual([`${sheet(1)}: half`]);
      await mend(report);
      expect(await patient.exported()).toEqual(whole);
    });

    test('with things of documents that nobody has: they are named, and let go', async () => {
      const expected = await damage(plantedInBoth, (at) => `planted/${at}.md`);
      const report = await patient.examine();
      expect(found(report)).toEqual(expected);
      await mend(report);
      expect(await patient.exported()).toEqual(whole);
    });

    test('whose source has moved on: what it lags behind is named, and caught up with', async () => {
      const expected = await damage(changedFiles, (at) => sheet(at + 1));
      const report = await patient.examine();
      expect(found(report)).toEqual(expected);
      await mend(report);
    });
  });
}
