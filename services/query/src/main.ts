import { AppError } from '@winnow/core';
import { exitCodeOfError, lastWords } from '@winnow/runtime';
import { runQuery } from './run-query.ts';

try {
  await runQuery(process.env, { work: false });
} catch (thrown) {
  const error = AppError.from(thrown);
  process.stderr.write(lastWords('winnow query', error));
  process.exitCode = exitCodeOfError(error);
}
