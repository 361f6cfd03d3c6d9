import { engineHost, startEngine, stopEngine } from './dockerd.ts';
import { buildStandIns } from './stand-ins.ts';

/**
 * A Docker engine of its own, for running the production shape where none is installed:
 * `node infra/dev/docker-engine.ts start` prints DOCKER_HOST, `… stop` ends it.
 */
const [command] = process.argv.slice(2);
if (command === 'start') {
  await startEngine();
  await buildStandIns({ ...process.env, DOCKER_HOST: engineHost() }, (line) => console.error(line));
  console.log(`DOCKER_HOST=${engineHost()}`);
} else if (command === 'stop') {
  await stopEngine();
} else {
  console.error('usage: node infra/dev/docker-engine.ts start|stop');
  process.exitCode = 2;
}
