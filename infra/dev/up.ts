import { startServices } from './services.ts';

/** Brings up Redis and Elasticsearch, prints their addresses as two shell assignments, stays until Ctrl-C. */
const services = await startServices({ log: (line) => console.error(line) });
console.log(`REDIS_URL=${services.redisUrl}\nELASTICSEARCH_URL=${services.elasticsearchUrl}`);

const untilStopped = setInterval(() => {}, 2 ** 30);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    clearInterval(untilStopped);
    void services.stop();
  });
}
