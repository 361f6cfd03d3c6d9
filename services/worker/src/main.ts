import { AppError } from '@winnow/core';
import { endWith, exitCodeOfError, lastWords } from '@winnow/runtime';
import { runWorker } from './run-worker.ts';

process.on('uncaughtException', (error) => endWith('winnow worker', error));

try {
  await runWorker(process.env);
} catch (thrown) {
  const error = AppError.from(thrown);
  process.stderr.write(lastWords('winnow worker', error));
  process.exitCode = exitCodeOfError(error);
}
