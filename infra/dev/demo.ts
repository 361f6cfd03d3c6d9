import { runCli } from '@winnow/cli';
import { startServices } from './services.ts';

// What `pnpm demo` runs. With --full it brings up real Redis and Elasticsearch first.
const words = process.argv.slice(2);
// `pnpm demo` runs in the folder of the repository; what it makes is for the folder somebody stands in.
if (process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);
if (words.includes('--full')) {
  const services = await startServices({ log: (line) => process.stderr.write(`${line}\n`) });
  try {
    const servers = { REDIS_URL: services.redisUrl, ELASTICSEARCH_URL: services.elasticsearchUrl };
    process.exitCode = await runCli(['demo', ...words.filter((word) => word !== '--full')], {
      ...process.env,
      ...servers,
    });
  } finally {
    await services.stop();
  }
} else {
  process.exitCode = await runCli(['demo', ...words], process.env);
}
