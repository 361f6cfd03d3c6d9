import type { TestProject } from 'vitest/node';
import type {} from '../../packages/testkit/src/services.ts';
import { type Services, startServices } from './services.ts';

let services: Services | null = null;

/** Runs once before the integration tests: brings the servers up and hands their addresses to the tests. */
export async function setup(project: TestProject): Promise<void> {
  services = await startServices({ log: (line) => console.log(line) });
  project.provide('redisUrl', services.redisUrl);
  project.provide('elasticsearchUrl', services.elasticsearchUrl);
}

/** Runs once after the integration tests. */
export async function teardown(): Promise<void> {
  await services?.stop();
}
