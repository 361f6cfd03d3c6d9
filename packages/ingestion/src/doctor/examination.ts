import type { Corpus, GenerationRef, Uncovered } from '@winnow/core';
import { addUncovered } from '../planning/deletion-guard.ts';
import { createDocumentIdSet, type DocumentIdSet } from '../planning/document-id-set.ts';
import type { IngestPorts } from '../ports.ts';
import type { DoctorReport, ExamineOptions, Finding, FindingKind } from './finding.ts';
import type { SecondResult } from './look-again.ts';

/** What an examination is made with. */
export interface Examination {
  readonly ports: IngestPorts;
  readonly corpus: Corpus;
  readonly ref: GenerationRef;
  readonly startedAt: Date;
  readonly graceMs: number;
  readonly found: Found;
  readonly signal: AbortSignal;
}

/** What was found so far. */
export interface Found {
  add(result: SecondResult): void;
  /** Places that the second look found to be lost. */
  lost(): readonly Uncovered[];
  report(): Pick<DoctorReport, 'counts' | 'total' | 'findings' | 'young' | 'damaged'>;
}

const defaultMaxFindings = 10_000;

export function createFound({ maxFindings = defaultMaxFindings, onFinding }: ExamineOptions): Found {
  const findings: Finding[] = [];
  const damaged: DocumentIdSet = createDocumentIdSet();
  const counts: Record<FindingKind, number> = {
    missing: 0,
    stale: 0,
    unlisted: 0,
    unfinished: 0,
    lost: 0,
    half: 0,
    'wrong-vector': 0,
    orphan: 0,
  };
  let total = 0;
  let youngCount = 0;
  let lostSoFar: readonly Uncovered[] = [];
  return {
    add({ findings: more, young, lost = [] }) {
      youngCount += young;
      lostSoFar = addUncovered(lostSoFar, lost);
      for (const finding of more) {
        counts[finding.kind] += 1;
        total += 1;
        if (findings.length < maxFindings) findings.push(finding);
        // Of an orphan nothing is to be made anew.
        if (finding.kind !== 'orphan' && finding.documentId !== null) damaged.add(finding.documentId);
        onFinding?.(finding);
      }
    },
    lost: () => lostSoFar,
    report: () => ({ counts, total, findings, young: youngCount, damaged }),
  };
}
