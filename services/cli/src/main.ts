#!/usr/bin/env -S node --disable-warning=ExperimentalWarning
// By name it could not be imported where it is not there yet.
import * as module from 'node:module';
import { unfitNode } from './unfit-node.ts';

const { env } = process;
// `pnpm winnow` runs in the folder of the repository; paths are those of the folder somebody stands in.
if (env.npm_lifecycle_event === 'winnow' && env.INIT_CWD) process.chdir(env.INIT_CWD);

const unfit = unfitNode(process.versions.node);
if (unfit !== null) {
  process.stderr.write(`winnow: ${unfit}\n`);
  // Of bad input; what knows the codes is not loaded yet, and could not be.
  process.exit(2);
}

// Before anything else is loaded: a second start takes two thirds of the time of the first.
module.enableCompileCache();
const { runCli } = await import('./run-cli.ts');
const { endWith } = await import('@winnow/runtime');

// A reader that has seen enough, such as head, closes the pipe: an end, not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  endWith('winnow', error);
});
// What nobody reads there any more is no trouble: the result is still wanted.
process.stderr.on('error', () => {});
process.on('uncaughtException', (error) => endWith('winnow', error));

// Setting the code, instead of exiting, lets pipes take all that was printed.
process.exitCode = await runCli(process.argv.slice(2), env);
