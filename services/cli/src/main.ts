import { enableCompileCache } from 'node:module';

// Before anything else is loaded: a second start takes two thirds of the time of the first.
enableCompileCache();
const { runCli } = await import('./run-cli.ts');
const { endWith } = await import('@winnow/runtime');

// A reader that has seen enough, such as head, closes the pipe: an end, not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  endWith('winnow', error);
});
process.on('uncaughtException', (error) => endWith('winnow', error));

// Setting the code, instead of exiting, lets pipes take all that was printed.
process.exitCode = await runCli(process.argv.slice(2), process.env);
