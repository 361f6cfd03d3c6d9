import type { Corpus, GenerationRef } from '@winnow/core';
import { createDocumentIdSet, type DocumentIdSet } from '../planning/document-id-set.ts';
import type { IngestPorts } from '../ports.ts';
import type { DoctorReport, ExamineOptions, Finding, FindingKind } from './finding.ts';

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
  add(findings: readonly Finding[], young: number): void;
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
  return {
    add(more, young) {
      youngCount += young;
      for (const finding of more) {
        counts[finding.kind] += 1;
        total += 1;
        if (findings.length < maxFindings) findings.push(finding);
        // Of an orphan nothing is to be made anew.
        if (finding.kind !== 'orphan' && finding.documentId !== null) damaged.add(finding.documentId);
        onFinding?.(finding);
      }
    },
    report: () => ({ counts, total, findings, young: youngCount, damaged }),
  };
}
