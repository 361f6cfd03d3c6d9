import { type KeptContainer, runContainer } from './keeper-container.ts';
import { runProcess } from './keeper-process.ts';
import type { KeeperEvent, KeeperRequest } from './keeper-protocol.ts';

/**
 * A small process that outlives its parent by a moment. It runs one server and, when the channel to the
 * parent closes (asked to, or because the parent crashed or was killed), ends the server and removes what
 * it left. Signals of the terminal do not reach it: it runs in a session of its own.
 */

/** One server under the keeper's care. */
export interface KeptServer {
  readonly pid: number;
  /** The host name under which its port is reached. */
  readonly host: string;
  /** Does nothing where the server has ended. */
  signal(name: NodeJS.Signals): Promise<void>;
  /** Ends it at once and removes its data. Safe to call twice. */
  destroy(): Promise<void>;
}

let server: KeptServer | KeptContainer | null = null;
let working: Promise<void> = Promise.resolve();

process.on('message', (request: KeeperRequest) => {
  working = working
    .then(() => handle(request))
    .catch((error: unknown) => tell({ kind: 'failed', message: String(error) }));
});
process.on('disconnect', () => {
  void working.then(() => server?.destroy()).finally(() => process.exit(0));
});

async function handle(request: KeeperRequest): Promise<void> {
  if (request.kind === 'signal') {
    await server?.signal(request.signal);
    tell({ kind: 'signaled' });
    return;
  }
  const onEnd = (how: string) => tell({ kind: 'ended', how });
  if (request.spec.type === 'process') server = await runProcess(request.spec, onEnd);
  else if (server !== null && 'again' in server) await server.again();
  else server = await runContainer(request.spec, onEnd);
  tell({ kind: 'started', pid: server?.pid ?? 0, host: server?.host ?? '' });
}

function tell(event: KeeperEvent): void {
  if (process.connected) process.send?.(event);
}
