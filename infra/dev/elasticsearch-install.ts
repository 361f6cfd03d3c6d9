import { mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installOnce } from './cache-folder.ts';
import { isOnPath, runCommand } from './run-command.ts';

export const elasticsearchVersion = '9.5.3';

const unpackGoal = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:unpack';

/**
 * Fetches the server's own distribution for integration tests from the Maven repository into the cache: the
 * real server with its core modules only, which are all that Winnow uses.
 *
 * @returns the unpacked distribution.
 * @throws Error that says what is missing and what to do.
 */
export async function installElasticsearch(): Promise<string> {
  if (!(await isOnPath('mvn'))) {
    throw new Error(
      "no 'mvn' on the PATH to fetch Elasticsearch with: install Maven, or start a Docker engine",
    );
  }
  return installOnce(`elasticsearch-${elasticsearchVersion}`, async (directory) => {
    const artifact = `org.elasticsearch.distribution.integ-test-zip:elasticsearch:${elasticsearchVersion}:zip`;
    // From a folder of its own: the goal leaves a marker where it is run.
    const scratch = await mkdtemp(join(tmpdir(), 'winnow-unpack-'));
    try {
      await runCommand(
        'mvn',
        ['-q', '-B', unpackGoal, `-Dartifact=${artifact}`, `-DoutputDirectory=${directory}`],
        { cwd: scratch },
      );
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
    const inner = join(directory, `elasticsearch-${elasticsearchVersion}`);
    for (const name of await readdir(inner)) await rename(join(inner, name), join(directory, name));
  });
}
