import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from './free-port.ts';

/** What a link does to what passes through it. */
export type LinkCondition =
  | { readonly kind: 'open' }
  /** Every byte arrives that much later, in each direction. */
  | { readonly kind: 'slow'; readonly latencyMs: number }
  | { readonly kind: 'narrow'; readonly bytesPerSecond: number }
  /** Connections stay, and can be made; nothing passes. What was held back passes when it is open again. */
  | { readonly kind: 'silent' }
  /** Connections are reset, and new ones are refused. */
  | { readonly kind: 'cut' };

/** Stands between a client and a server on this machine, and does what networks do. */
export interface TcpProxy {
  /** On 127.0.0.1. */
  readonly port: number;
  readonly condition: LinkCondition;
  set(condition: LinkCondition): Promise<void>;
  /** Resets every connection; new ones can be made at once. */
  reset(): void;
  /**
   * Leaves every connection half open: the server's end is gone, the client is not told and never hears a word again.
   * New ones can be made at once.
   */
  abandon(): void;
  close(): Promise<void>;
}

/** A connection through the proxy. */
interface Passage {
  /** Looks again at what the link does. */
  wake(): void;
  reset(): void;
  abandon(): void;
  /** Ends what it left half open, too. */
  destroy(): void;
}

/** A sender is held up while that much waits to be passed on. */
const maxHeldBytes = 1024 * 1024;

export async function startTcpProxy(target: {
  readonly host?: string;
  readonly port: number;
}): Promise<TcpProxy> {
  const passages = new Set<Passage>();
  const port = await freePort();
  let condition: LinkCondition = { kind: 'open' };
  let server: Server | null = await listen();

  async function listen(): Promise<Server> {
    const opened = createServer({ allowHalfOpen: true }, (client) => {
      const passage = openPassage(
        client,
        () => connect({ port: target.port, host: target.host ?? '127.0.0.1', allowHalfOpen: true }),
        () => condition,
        () => passages.delete(passage),
      );
      passages.add(passage);
    });
    opened.listen(port, '127.0.0.1');
    await once(opened, 'listening');
    return opened;
  }

  const reset = () => {
    for (const passage of [...passages]) passage.reset();
  };
  return {
    port,
    get condition() {
      return condition;
    },
    async set(next) {
      condition = next;
      if (next.kind === 'cut') {
        server?.close();
        server = null;
        reset();
      } else {
        server ??= await listen();
        for (const passage of passages) passage.wake();
      }
    },
    reset,
    abandon() {
      for (const passage of passages) passage.abandon();
    },
    async close() {
      for (const passage of [...passages]) passage.destroy();
      if (server === null) return;
      server.close();
      await once(server, 'close');
    },
  };
}

function openPassage(
  client: Socket,
  connectTo: () => Socket,
  condition: () => LinkCondition,
  onEnd: () => void,
): Passage {
  const upstream = connectTo();
  const lanes = [carry(client, upstream, condition), carry(upstream, client, condition)];
  let isAbandoned = false;
  const destroy = () => {
    client.destroy();
    upstream.destroy();
    onEnd();
  };
  client.setNoDelay(true);
  upstream.setNoDelay(true);
  client.on('error', () => {});
  upstream.on('error', () => {});
  // A server that ends its side is heard of through the lane; one that resets it resets the client.
  upstream.once('close', (hadError) => {
    if (isAbandoned) return;
    if (hadError) client.resetAndDestroy();
    onEnd();
  });
  client.once('close', destroy);
  return {
    wake() {
      for (const lane of lanes) lane.wake();
    },
    reset() {
      client.resetAndDestroy();
      destroy();
    },
    abandon() {
      isAbandoned = true;
      upstream.destroy();
    },
    destroy,
  };
}

/** One direction of a connection; what arrives is passed on in order, when the link lets it. */
function carry(from: Socket, to: Socket, condition: () => LinkCondition): { wake(): void } {
  const held: { readonly bytes: Buffer | null; readonly arrivedAt: number }[] = [];
  let heldBytes = 0;
  let freeAt = 0;
  let timer: NodeJS.Timeout | null = null;

  from.on('data', (bytes) => {
    held.push({ bytes, arrivedAt: performance.now() });
    heldBytes += bytes.length;
    if (heldBytes > maxHeldBytes) from.pause();
    pass();
  });
  from.once('end', () => {
    held.push({ bytes: null, arrivedAt: performance.now() });
    pass();
  });
  to.on('drain', pass);
  to.once('close', () => {
    if (timer !== null) clearTimeout(timer);
    held.length = 0;
  });
  return { wake: pass };

  function pass(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    for (;;) {
      const first = held[0];
      if (first === undefined || to.destroyed || to.writableNeedDrain) return;
      const waitMs = dueAt(first.arrivedAt) - performance.now();
      if (waitMs === Number.POSITIVE_INFINITY) return;
      if (waitMs > 0) {
        timer = setTimeout(pass, waitMs);
        return;
      }
      held.shift();
      if (first.bytes === null) to.end();
      else write(first.bytes);
    }
  }

  function dueAt(arrivedAt: number): number {
    const link = condition();
    switch (link.kind) {
      case 'open':
        return 0;
      case 'slow':
        return arrivedAt + link.latencyMs;
      case 'narrow':
        return freeAt;
      default:
        return Number.POSITIVE_INFINITY;
    }
  }

  function write(bytes: Buffer): void {
    const link = condition();
    if (link.kind === 'narrow') {
      freeAt = Math.max(freeAt, performance.now()) + (bytes.length / link.bytesPerSecond) * 1_000;
    }
    to.write(bytes);
    heldBytes -= bytes.length;
    if (from.isPaused() && heldBytes < maxHeldBytes / 2) from.resume();
  }
}
