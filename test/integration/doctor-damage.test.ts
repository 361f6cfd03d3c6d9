import { chmod, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DoctorReport } from '@winnow/engine';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { writeFiles } from '../harness/documents.ts';
import {
  changedFiles,
  type Damage,
  damagesOfBoth,
  damagesOfElasticsearch,
  damagesOfEmbedded,
  model,
  plantedInBoth,
} from './damage/damages.ts';
import {
  annexCount,
  documentCount,
  elasticsearchPatient,
  embeddedPatient,
  type Patient,
} from './damage/patient.ts';
import type { Tampering } from './damage/tampering.ts';

/** Each finding as `DOCUMENT: KIND`, in order. */
const found = ({ findings }: DoctorReport) =>
  findings.map(({ kind, documentId }) => `${documentId}: ${kind}`).sort();

const clean = { findings: [], total: 0, young: 0 };
const sheet = (at: number) => `sheets/${String(at).padStart(2, '0')}.md`;

const annex = Array.from({ length: annexCount }, (_, at) => `annex/${documentCount - annexCount + at}.md`);

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
      const named = list.flatMap((each, at) => each.found.map((kind) => `${idOf(at)}: ${kind}`));
      const nameless = list.flatMap(({ foundNameless = [] }) => foundNameless.map((kind) => `null: ${kind}`));
      return [...named, ...nameless].sort();
    }

    async function mend(report: DoctorReport): Promise<void> {
      expect(await patient.repair(report)).toMatchObject({
        kind: 'repair',
        state: 'completed',
        reason: null,
      });
      expect(await patient.examine()).toMatchObject(clean);
    }

    test('that is intact has no findings, and nothing that a run could mend', async () => {
      const report = await patient.examine();
      expect(report).toMatchObject({ ...clean, covered: true });
      expect(report.checked).toEqual({
        source: documentCount,
        manifest: documentCount,
        index: documentCount,
      });
      expect(await patient.repair(report)).toBeNull();
    });

    test('damaged in every way at once: each is found and named, and mended to the last bit', async () => {
      const own = await damage(damages, (at) => sheet(at + 1));
      const planted = await damage(plantedInBoth, (at) => `planted/${at}.md`);
      const expected = [...own, ...planted].sort();
      const report = await patient.examine();
      expect(found(report)).toEqual(expected);
      expect(report.total).toBe(expected.length);
      await mend(report);
      expect(await patient.exported()).toEqual(whole);
      for (const at of damages.keys()) expect(await patient.firstByText(`s${at + 1}x`)).toBe(sheet(at + 1));
    });

    test('with a chunk that no word finds any more: it is found, and mended', async () => {
      await patient.hand.loseTerms(sheet(1), 1);
      const report = await patient.examine();
      expect(found(report)).toEqual([`${sheet(1)}: wrong-vector`]);
      await mend(report);
    });

    test('with a chunk too many: it is found, and gone after one repair', async () => {
      await patient.hand.addChunk(sheet(1));
      const report = await patient.examine();
      expect(found(report)).toEqual([`${sheet(1)}: half`]);
      await mend(report);
      expect(await patient.exported()).toEqual(whole);
    });

    test('with chunks alone that belong to nobody: they go at once, without a run', async () => {
      await patient.hand.plantChunks(model, 'planted.md');
      const report = await patient.examine();
      expect(found(report)).toEqual(['planted.md: orphan']);
      expect(await patient.repair(report)).toBeNull();
      expect(await patient.examine()).toMatchObject(clean);
    });

    test('without its manifest: all documents are missing, their chunks belong to nobody, and all come back', async () => {
      await patient.hand.loseManifest();
      const report = await patient.examine();
      expect(report.counts).toMatchObject({ missing: documentCount, orphan: documentCount });
      expect(report.total).toBe(2 * documentCount);
      await mend(report);
      expect(await patient.exported()).toEqual(whole);
    });

    test('without a chunk: all documents are lost, and come back', async () => {
      await patient.hand.loseIndex();
      const report = await patient.examine();
      expect(report.counts.lost).toBe(documentCount);
      expect(report.total).toBe(documentCount);
      await mend(report);
      expect(await patient.exported()).toEqual(whole);
    });

    test('whose source has moved on: what it lags behind is named, and caught up with', async () => {
      const expected = await damage(changedFiles, (at) => sheet(at + 1));
      await writeFiles(patient.source, { 'new.md': '# New\n\nNobody knows this page yet.\n' });
      const report = await patient.examine();
      expect(found(report)).toEqual([...expected, 'new.md: missing'].sort());
      await mend(report);
    });

    test('of which more is gone at the source than the deletion guard lets go: it stays, and stays a finding', async () => {
      await rm(join(patient.source, 'annex'), { recursive: true });
      const gone = annex.map((id) => `${id}: unlisted`);
      const report = await patient.examine();
      expect(found(report)).toEqual(gone);
      expect(await patient.repair(report)).toMatchObject({
        state: 'completed',
        deletions: { withheld: annexCount, limit: annexCount - 1 },
      });
      expect(found(await patient.examine())).toEqual(gone);
      expect(await patient.exported()).toEqual(whole);
    });

    test('with a folder at the source, or the source itself, that cannot be looked into: nothing in it is unlisted', async () => {
      await rm(join(patient.source, sheet(3)));
      const [shut = ''] = annex;
      await patient.hand.loseChunk(shut, 0);
      await chmod(join(patient.source, 'annex'), 0);
      const report = await unprivileged(patient.examine);
      expect(report).toMatchObject({ covered: false, uncovered: [{ prefix: 'annex/' }] });
      expect(report.checked.source).toBe(documentCount - annexCount - 1);
      expect(found(report)).toEqual([`${shut}: half`, `${sheet(3)}: unlisted`]);

      await rename(patient.source, `${patient.source}-away`);
      const blind = await patient.examine();
      await rename(`${patient.source}-away`, patient.source);
      expect(blind).toMatchObject({ covered: false, uncovered: [{ prefix: '' }], checked: { source: null } });
      expect(found(blind)).toEqual([`${shut}: half`]);
    });

    test('being written to: nothing of it is a finding, and what was damaged long ago is one', async () => {
      await patient.hand.ageEntries();
      await patient.hand.loseChunk(sheet(5), 1);
      const pages = Array.from({ length: 24 }, (_, at) => [`new/${at}.md`, `# New ${at}\n\nPage ${at}.\n`]);
      await writeFiles(patient.source, Object.fromEntries(pages));
      await writeFiles(patient.source, { [sheet(6)]: '# Anew\n\nWritten anew.\n' });
      await rm(join(patient.source, sheet(7)));
      const run = patient.follow(await patient.engine.runs.start(patient.name));
      const findings = new Set<string>();
      let looks = 0;
      for (const ended = isSettled(run); !ended(); looks += 1) {
        for (const finding of found(await patient.examine())) findings.add(finding);
      }
      expect(await run).toMatchObject({ state: 'completed', documents: { new: 24, changed: 1, deleted: 1 } });
      expect(looks).toBeGreaterThan(1);
      expect([...findings]).toEqual([`${sheet(5)}: half`]);
    });

    test('is repaired once where two ask for it at once, and not by a report of another generation', async () => {
      await patient.hand.loseChunk(sheet(8), 1);
      const report = await patient.examine();
      const other = { ...report, physicalName: `${report.physicalName}x` as typeof report.physicalName };
      await expect(patient.repair(other)).rejects.toMatchObject({ code: 'failed_precondition' });

      const both = await Promise.allSettled([patient.repair(report), patient.repair(report)]);
      expect(both.find(({ status }) => status === 'fulfilled')).toMatchObject({
        value: { state: 'completed' },
      });
      expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
        reason: { code: 'failed_precondition' },
      });
      expect(await patient.examine()).toMatchObject(clean);
    });

    test('that is being repaired keeps that run where another one is asked for', async () => {
      for (const at of [9, 10, 11, 12, 13, 14]) await patient.hand.loseChunks(sheet(at));
      const { engine, name } = patient;
      const repair = await engine.doctor.repair(name, await patient.examine(), AbortSignal.timeout(30_000));
      await engine.runs.start(name).catch(() => null);
      const ended = repair === null ? null : await patient.follow(repair);
      expect(ended).toMatchObject({ kind: 'repair', state: 'completed', reason: null });
      expect(await patient.examine()).toMatchObject(clean);
    });
  });
}

function isSettled(promise: Promise<unknown>): () => boolean {
  let settled = false;
  const settle = () => {
    settled = true;
  };
  promise.then(settle, settle);
  return () => settled;
}

/** Without the rights of root, for whom no folder is closed. */
async function unprivileged<Result>(run: () => Promise<Result>): Promise<Result> {
  if (process.geteuid?.() !== 0) return await run();
  process.seteuid?.(65_534);
  try {
    return await run();
  } finally {
    process.seteuid?.(0);
  }
}
