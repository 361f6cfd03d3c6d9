import type { RunReport } from '@winnow/engine';
import { Presets, SingleBar } from 'cli-progress';
import { countOf, formatCount, formatSeconds } from './figures.ts';
import { createPace } from './pace.ts';
import { areNotesWanted, printNote } from './print.ts';
import { clearLine, createStatusLine } from './status-line.ts';
import { waitLabel } from './wait-text.ts';

/** How far something is, on standard error: a bar in a terminal, else a line every few seconds. */
export interface Progress<Update> {
  update(update: Update): void;
  stop(): void;
}

export interface RunProgressBar extends Progress<RunReport> {
  /** Says something on standard error, above the bar where there is one. */
  note(line: string): void;
}

/** What a bar, or the line in its place, shows. */
interface Share {
  readonly label: string;
  readonly done: number;
  readonly total: number;
  readonly unit: string;
  /** What is known besides. */
  readonly more: string;
}

/**
 * Documents of a run, with chunks and tokens a second, the time that is left and what it waits for. Until there is
 * something to do, how many documents were listed.
 */
export function createRunProgress(label: string): RunProgressBar {
  const bar = createShareBar();
  const line = createStatusLine();
  return {
    update(report) {
      const { progress, waiting } = report;
      if (progress.total === 0) {
        const state = waiting === null ? '' : ` · waiting: ${waitLabel(waiting.reason)}`;
        return line.show(`${label}: ${countOf(progress.listed, 'document')} looked at${state}`);
      }
      line.stop();
      const { done, total } = progress;
      bar.update({ label, done, total, unit: 'documents', more: `${workOf(report)}${stateOf(report)}` });
    },
    note(text) {
      line.stop();
      if (process.stderr.isTTY && areNotesWanted()) process.stderr.write(clearLine);
      printNote(text);
    },
    stop() {
      line.stop();
      bar.stop();
    },
  };
}

function workOf({ chunks, progress }: RunReport): string {
  const work = `${formatCount(chunks.embedded + chunks.reused)} chunks`;
  return `${work}, ${formatCount(Math.round(progress.tokensPerSecond))} tokens/s`;
}

function stateOf({ waiting, progress }: RunReport): string {
  return waiting === null ? etaOf(progress.etaSeconds) : ` · waiting: ${waitLabel(waiting.reason)}`;
}

/** Nothing is said of a time that nobody knows yet. */
function etaOf(seconds: number | null): string {
  return seconds === null || !Number.isFinite(seconds) ? '' : ` · ETA ${formatSeconds(seconds)}`;
}

export interface DownloadUpdate {
  readonly model: string;
  readonly file: string;
  readonly receivedBytes: number;
  /** null while the size is not known. */
  readonly totalBytes: number | null;
}

/** Bytes of a model that is being fetched, one bar a file. */
export function createDownloadProgress(): Progress<DownloadUpdate> {
  const bar = createShareBar();
  let current = '';
  let pace = createPace();
  return {
    update({ model, file, receivedBytes, totalBytes }) {
      const label = `${model}/${file}`;
      if (label !== current) {
        bar.stop();
        pace = createPace();
        current = label;
      }
      const { perSecond, seconds } = pace(receivedBytes, totalBytes);
      const more = `${perSecond === null ? '' : `${megabytes(perSecond)} MB/s`}${etaOf(seconds)}`;
      const [done, total] = [megabytes(receivedBytes), megabytes(totalBytes ?? receivedBytes)];
      bar.update({ label, done, total, unit: 'MB', more });
    },
    stop() {
      bar.stop();
      current = '';
    },
  };
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 100_000) / 10;
}

/** Queries of an evaluation. */
export function createQueryProgress(): Progress<{ readonly done: number; readonly total: number }> {
  const bar = createShareBar();
  const pace = createPace();
  return {
    update({ done, total }) {
      const { perSecond, seconds } = pace(done, total);
      const more = `${perSecond === null ? '' : `${perSecond.toFixed(1)}/s`}${etaOf(seconds)}`;
      bar.update({ label: 'queries', done, total, unit: '', more });
    },
    stop: () => bar.stop(),
  };
}

function createShareBar(): Progress<Share> {
  if (!process.stderr.isTTY) {
    const line = createStatusLine();
    return { update: (share) => line.show(textOf(share)), stop: () => line.stop() };
  }
  let bar: SingleBar | null = null;
  return {
    update(share) {
      if (!areNotesWanted()) return;
      if (bar === null) {
        bar = createBar();
        bar.start(share.total, share.done, share);
      }
      bar.setTotal(share.total);
      bar.update(share.done, share);
    },
    stop() {
      bar?.stop();
      bar = null;
    },
  };
}

/** `notes: 12/40 documents · 31 chunks, 1,200 tokens/s · ETA 8 s`. */
function textOf({ label, done, total, unit, more }: Share): string {
  const count = `${formatCount(done)}/${formatCount(total)}${unit === '' ? '' : ` ${unit}`}`;
  return `${label}: ${count}${more === '' ? '' : ` · ${more}`}`;
}

function createBar(): SingleBar {
  return new SingleBar(
    {
      format: '{label} [{bar}] {value}/{total} {unit} · {more}',
      hideCursor: true,
      clearOnComplete: true,
      stream: process.stderr,
      fps: 4,
    },
    Presets.rect,
  );
}
