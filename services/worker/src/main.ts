import { AppError } from '@winnow/core';
import { runWorker } from './run-worker.ts';

try {
  await runWorker(process.env);
} catch (thrown) {
  const error = AppError.from(thrown);
  process.stderr.write(`winnow worker: ${error.message}\n`);
  process.exitCode = error.code === 'internal' ? 1 : 2;
}
