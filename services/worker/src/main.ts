import { AppError } from '@winnow/core';
import { exitCodeOfError, lastWords } from '@winnow/runtime';
import { runWorker } from './run-worker.ts';

try {
  await runWorker(process.env);
} catch (thrown) {
  const error = AppError.from(thrown);
  process.stderr.write(lastWords('winnow worker', error));
  process.exitCode = exitCodeOfError(error);
}
