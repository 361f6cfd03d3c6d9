import type { RunReport } from '@winnow/engine';
import { Presets, SingleBar } from 'cli-progress';

/** A bar on standard error; without a terminal nothing is drawn. */
export interface Progress<Update> {
  update(update: Update): void;
  stop(): void;
}

/** Documents of a run, with chunks and tokens a second and the time that is left. */
export function createRunProgress(label: string): Progress<RunReport> {
  const bar = createBar(`${label} [{bar}] {value}/{total} documents · {work} · ETA {eta}`);
  let started = false;
  return {
    update(report) {
      const { progress } = report;
      if (progress.total === 0) return;
      const fields = {
        work: `${report.chunks.embedded + report.chunks.reused} chunks, ${Math.round(progress.tokensPerSecond)} tokens/s`,
        eta: progress.etaSeconds === null ? '…' : `${Math.ceil(progress.etaSeconds)} s`,
      };
      if (!started) bar.start(progress.total, progress.done, fields);
      started = true;
      bar.setTotal(progress.total);
      bar.update(progress.done, fields);
    },
    stop() {
      if (started) bar.stop();
    },
  };
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
