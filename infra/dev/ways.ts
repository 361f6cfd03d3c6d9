import { dockerAnswers } from './docker-socket.ts';

/** The ways to have a server, in the order in which they are tried. */
export interface Ways<T> {
  container(): Promise<T>;
  process(): Promise<T>;
}

/**
 * Starts a server in a container where a Docker engine answers, else (or where that fails) as a process.
 *
 * @param name of the server, for the message.
 * @throws Error with what was missing for each way, and the way around both.
 */
export async function firstWay<T>(name: string, ways: Ways<T>, hasDocker = dockerAnswers): Promise<T> {
  const failures: string[] = [];
  if (await hasDocker()) {
    try {
      return await ways.container();
    } catch (error) {
      failures.push(`in a container: ${messageOf(error)}`);
    }
  } else {
    failures.push('in a container: no Docker engine answers (DOCKER_HOST or the default socket)');
  }
  try {
    return await ways.process();
  } catch (error) {
    failures.push(`without a container: ${messageOf(error)}`);
  }
  const variable = name === 'Redis' ? 'REDIS_URL' : 'ELASTICSEARCH_URL';
  throw new Error(
    `${name} cannot be had here.\n${failures.map((f) => `  - ${f}`).join('\n')}\n  Or set ${variable} to one that runs.`,
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
