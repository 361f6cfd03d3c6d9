import type { RunReport } from '@winnow/engine';
import { Presets, SingleBar } from 'cli-progress';
import { countOf, formatSeconds } from './figures.ts';
import { clearLine, createStatusLine } from './status-line.ts';
import { waitLabel } from './wait-text.ts';

/** A bar on standard error; without a terminal nothing is drawn. */
export interface Progress<Update> {
  update(update: Update): void;
  stop(): void;
}

export interface RunProgressBar extends Progress<RunReport> {
  /** Says something on standard error, above the bar where there is one. */
  note(line: string): void;
}

/**
 * Documents of a run, with chunks and tokens a second, the time that is left and what it waits for. Until there is
 * something to do, how many documents were listed.
 */
export function createRunProgress(label: string): RunProgressBar {
  const bar = createBar(`${label} [{bar}] {value}/{total} documents · {work}{state}`);
  const line = createStatusLine();
  let started = false;
  return {
    update(report) {
      const { progress, waiting } = report;
      if (progress.total === 0) {
        const state = waiting === null ? '' : ` · waiting: ${waitLabel(waiting.reason)}`;
        return line.show(`${label}: ${countOf(progress.listed, 'document')} looked at${state}`);
      }
      line.stop();
      const fields = { work: workOf(report), state: stateOf(report) };
      if (!started) bar.start(progress.total, progress.done, fields);
      started = true;
      bar.setTotal(progress.total);
      bar.update(progress.done, fields);
    },
    note(text) {
      line.stop();
      process.stderr.write(`${started && process.stderr.isTTY ? clearLine : ''}${text}\n`);
    },
    stop() {
      line.stop();
      if (started) bar.stop();
      started = false;
    },
  };
}

function workOf({ chunks, progress }: RunReport): string {
  return `${chunks.embedded + chunks.reused} chunks, ${Math.round(progress.tokensPerSecond)} tokens/s`;
}

function stateOf({ waiting, progress }: RunReport): string {
  if (waiting !== null) return ` · waiting: ${waitLabel(waiting.reason)}`;
  return ` · ETA ${progress.etaSeconds === null ? '…' : formatSeconds(progress.etaSeconds)}`;
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
  let bar: SingleBar | null = null;
  let current = '';
  return {
    update({ model, file, receivedBytes, totalBytes }) {
      const name = `${model}/${file}`;
      if (name !== current) {
        bar?.stop();
        bar = createBar(`${name} [{bar}] {value}/{total} MB`);
        bar.start(megabytes(totalBytes ?? receivedBytes), 0);
        current = name;
      }
      if (totalBytes !== null) bar?.setTotal(megabytes(totalBytes));
      bar?.update(megabytes(receivedBytes));
    },
    stop() {
      bar?.stop();
      bar = null;
      current = '';
    },
  };
}

function createBar(format: string): SingleBar {
  return new SingleBar(
    { format, hideCursor: true, clearOnComplete: true, stream: process.stderr, noTTYOutput: false, fps: 4 },
    Presets.rect,
  );
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 100_000) / 10;
}

/** Queries of an evaluation. */
export function createQueryProgress(): Progress<{ readonly done: number; readonly total: number }> {
  let bar: SingleBar | null = null;
  return {
    update({ done, total }) {
      if (bar === null) {
        bar = createBar('queries [{bar}] {value}/{total} · ETA {eta_formatted}');
        bar.start(total, done);
      }
      bar.update(done);
    },
    stop() {
      bar?.stop();
      bar = null;
    },
  };
}
