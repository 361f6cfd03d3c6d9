import { randomUUID } from 'node:crypto';
import type { ContainerRuntimeClient, StartedTestContainer } from 'testcontainers';
import type { KeptServer } from './keeper.ts';
import type { ContainerSpec } from './keeper-protocol.ts';

const label = 'winnow.keeper';

/** A container under the keeper's care. */
export interface KeptContainer extends KeptServer {
  /** Starts it again after it ended, with its data. */
  again(): Promise<void>;
}

/**
 * Runs a server in a container of the engine that testcontainers finds (DOCKER_HOST or the default socket).
 *
 * @param onEnd told each time the container's process has gone.
 * @throws the engine's error: no such image, port taken, engine gone. Then no container is left.
 */
export async function runContainer(
  spec: ContainerSpec,
  onEnd: (how: string) => void,
): Promise<KeptContainer> {
  // This keeper removes the container itself; the library's own reaper would be one more image to pull.
  process.env.TESTCONTAINERS_RYUK_DISABLED ??= 'true';
  const { getContainerRuntimeClient } = await import('testcontainers');
  const client = await getContainerRuntimeClient();
  const started = await start(spec, client);
  const container = client.container.getById(started.getId());
  const watch = () => {
    container.wait().then(
      ({ StatusCode }: { StatusCode: number }) => onEnd(`exit code ${StatusCode}`),
      () => onEnd('removed'),
    );
  };
  const pidOf = async () => (await container.inspect()).State.Pid;
  watch();
  let pid = await pidOf();
  let removal: Promise<void> | null = null;
  return {
    get pid() {
      return pid;
    },
    host: started.getHost(),
    signal: async (name) => {
      await container.kill({ signal: name }).catch(unlessGone);
    },
    again: async () => {
      await container.start();
      watch();
      pid = await pidOf();
    },
    destroy: () => {
      removal ??= container.remove({ force: true, v: true }).then(() => {});
      return removal;
    },
  };
}

/** The engine's words for a container that is not running (409) or not there (404). */
function unlessGone(error: unknown): void {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : 0;
  if (status !== 409 && status !== 404) throw error;
}

async function start(spec: ContainerSpec, client: ContainerRuntimeClient): Promise<StartedTestContainer> {
  const { GenericContainer } = await import('testcontainers');
  const id = randomUUID();
  try {
    return await new GenericContainer(spec.image)
      .withLabels({ [label]: id })
      .withCommand([...spec.command])
      .withEnvironment({ ...spec.env })
      .withExposedPorts({ container: spec.containerPort, host: spec.hostPort })
      .start();
  } catch (error) {
    const half = await client.container.fetchByLabel(label, id, {
      status: ['created', 'running', 'exited', 'dead'],
    });
    await half?.remove({ force: true, v: true });
    throw error;
  }
}
