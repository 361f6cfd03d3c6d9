import { AppError } from '@winnow/core';
import { endWith, exitCodeOfError, lastWords } from '@winnow/runtime';
import { runQuery } from './run-query.ts';

process.on('uncaughtException', (error) => endWith('winnow query', error));

try {
  await runQuery(process.env, { work: false });
} catch (thrown) {
  const error = AppError.from(thrown);
  process.stderr.write(lastWords('winnow query', error));
  process.exitCode = exitCodeOfError(error);
}
