import type { TestProject } from 'vitest/node';
import type {} from '../../packages/testkit/src/services.ts';
import { type Peers, startPeers } from './peers.ts';
import { type Services, startServices } from './services.ts';
import { findSmallLlm } from './small-llm.ts';

let services: Services | null = null;
let peers: Peers | null = null;

/**
 * Runs once before the integration tests: brings the servers up, gets the small language model, and tells the
 * tests where these are.
 */
export async function setup(project: TestProject): Promise<void> {
  services = await startServices({ log: (line) => console.log(line), isBrief: true });
  project.provide('smallLlm', await findSmallLlm());
  project.provide('redisUrl', services.redisUrl);
  project.provide('elasticsearchUrl', services.elasticsearchUrl);
  peers = await startPeers({ required: process.env.CI === 'true' });
  project.provide('peersUrl', peers.url);
}

/** Runs once after the integration tests. */
export async function teardown(): Promise<void> {
  await peers?.stop();
  await services?.stop();
}
