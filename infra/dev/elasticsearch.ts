import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { elasticsearchVersion, installElasticsearch } from './elasticsearch-install.ts';
import { createInstance, setPassword, unprivilegedUser } from './elasticsearch-instance.ts';
import { freePort } from './free-port.ts';
import { findJdk } from './jdk.ts';
import type { ContainerSpec, ProcessSpec } from './keeper-protocol.ts';
import { tailOf } from './log-tail.ts';
import { waitForElasticsearch } from './readiness.ts';
import { launchServer, type RunningServer } from './running-server.ts';
import { firstWay } from './ways.ts';

export const elasticsearchImage = `elasticsearch:${elasticsearchVersion}`;

// It starts in 15 s on a free machine; a busy one with two cores was seen to take 100 s.
const readyTimeoutMs = 300_000;

export interface ElasticsearchOptions {
  /** Chosen freely by default. */
  readonly port?: number;
  /** Switches security on, with this password for the user `elastic`; the URL then carries both. */
  readonly password?: string;
  /** Megabytes of heap. */
  readonly heapMb?: number;
  /**
   * Meant to run for minutes, as in tests: Java compiles only once and simply. Measured over the suite of the store: 7
   * seconds of processor time to start instead of 15, 86 instead of 145 for 286 tests; what runs for long is slower.
   */
  readonly isBrief?: boolean;
  /** More lines of `elasticsearch.yml`. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
}

/**
 * Starts a single-node Elasticsearch of one's own on 127.0.0.1, without TLS.
 *
 * @throws Error that names each way that was tried and what it lacked.
 */
export async function startElasticsearch(options: ElasticsearchOptions = {}): Promise<RunningServer> {
  const port = options.port ?? (await freePort());
  return firstWay('Elasticsearch', {
    container: () => launch(containerSpec(options, port), options, port),
    process: async () => {
      const spec = await processSpec(options, port);
      return launch(spec, options, port, spec.logFile);
    },
  });
}

/** The settings common to both ways. A full disk of the developer must not make indexes read-only. */
function commonSettings(options: ElasticsearchOptions): Record<string, string | number | boolean> {
  return {
    'discovery.type': 'single-node',
    'xpack.security.enabled': options.password !== undefined,
    ...(options.password !== undefined && { 'xpack.security.http.ssl.enabled': false }),
    'cluster.routing.allocation.disk.threshold_enabled': false,
    ...options.settings,
  };
}

function launch(
  spec: ProcessSpec | ContainerSpec,
  options: ElasticsearchOptions,
  port: number,
  logFile?: string,
): Promise<RunningServer> {
  const credentials =
    options.password === undefined ? '' : `elastic:${encodeURIComponent(options.password)}@`;
  return launchServer(spec, {
    port,
    urlOf: (host) => `http://${credentials}${host}:${port}`,
    waitUntilReady: waitForElasticsearch,
    readyTimeoutMs,
    tail: async () => (logFile === undefined ? '' : tailOf(logFile)),
  });
}

function containerSpec(options: ElasticsearchOptions, port: number): ContainerSpec {
  const settings = Object.entries(commonSettings(options)).map(([name, value]) => [name, String(value)]);
  return {
    type: 'container',
    image: elasticsearchImage,
    command: [],
    env: {
      ...Object.fromEntries(settings),
      ES_JAVA_OPTS: javaOptions(options),
      ...(options.password !== undefined && { ELASTIC_PASSWORD: options.password }),
    },
    containerPort: 9200,
    hostPort: port,
  };
}

async function processSpec(options: ElasticsearchOptions, port: number): Promise<ProcessSpec> {
  const javaHome = await findJdk();
  const distribution = await installElasticsearch();
  const user = await unprivilegedUser();
  const command = join(distribution, 'bin/elasticsearch');
  if (spawnSync('test', ['-x', command], { ...user }).status !== 0) {
    throw new Error(
      `the user Elasticsearch runs as cannot read ${distribution}: set WINNOW_CACHE_DIR to a folder it can read`,
    );
  }
  const directory = await createInstance(
    distribution,
    {
      'network.host': '127.0.0.1',
      'http.port': port,
      'transport.port': await freePort(),
      ...commonSettings(options),
    },
    user,
  );
  const env = {
    PATH: process.env.PATH ?? '',
    LANG: 'C.UTF-8',
    ES_JAVA_HOME: javaHome,
    ES_JAVA_OPTS: javaOptions(options),
    ES_PATH_CONF: join(directory, 'config'),
    ES_TMPDIR: join(directory, 'tmp'),
  };
  if (options.password !== undefined) await setPassword(distribution, options.password, env, user);
  return {
    type: 'process',
    command,
    args: [],
    env,
    user,
    directory,
    logFile: join(directory, 'logs', 'console.log'),
  };
}

function javaOptions({ heapMb = 512, isBrief = false }: ElasticsearchOptions): string {
  return `-Xms${heapMb}m -Xmx${heapMb}m${isBrief ? ' -XX:TieredStopAtLevel=1' : ''}`;
}
