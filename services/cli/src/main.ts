import { runCli } from './run-cli.ts';

// Setting the code, instead of exiting, lets pipes take all that was printed.
process.exitCode = await runCli(process.argv.slice(2), process.env);
