import { AppError } from '@winnow/core';
import { runQuery } from './run-query.ts';

try {
  await runQuery(process.env, { work: false });
} catch (thrown) {
  const error = AppError.from(thrown);
  process.stderr.write(`winnow query: ${error.message}\n`);
  process.exitCode = error.code === 'internal' ? 1 : 2;
}
