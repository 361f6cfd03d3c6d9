import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Certificate } from './self-signed-certificate.ts';

/** What a client of PostgreSQL sends before anything else where it wants TLS: its length and a number of its own. */
const sslRequest = Buffer.from('0000000804d2162f', 'hex');

/** Stands before a PostgreSQL that speaks no TLS, and lets in whoever does. */
export interface PostgresTlsFront {
  /** As `postgres://127.0.0.1:PORT`. */
  readonly url: string;
  readonly port: number;
  /** Has a certificate from the next connection on; those that are there are cut. */
  present(certificate: Certificate): void;
  close(): Promise<void>;
}

/**
 * @param serverUrl of the server behind it, as `postgres://127.0.0.1:PORT`.
 * @see https://www.postgresql.org/docs/16/protocol-flow.html#PROTOCOL-FLOW-SSL
 */
export async function startPostgresTlsFront(
  serverUrl: string,
  certificate: Certificate,
): Promise<PostgresTlsFront> {
  const { hostname, port: serverPort } = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let presented = certificate;
  const kept = <One extends Socket>(socket: One): One => {
    sockets.add(socket);
    // Whoever does not trust the certificate breaks off.
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    return socket;
  };
  const server = createServer((client) => {
    kept(client).once('data', (first) => {
      if (!first.equals(sslRequest)) {
        client.end(refusal('no pg_hba.conf entry for this host, no encryption'));
        return;
      }
      client.pause();
      client.write('S');
      const { key, certificate: cert } = presented;
      const clear = kept(new TLSSocket(client, { isServer: true, key, cert }));
      const onward = kept(connect(Number(serverPort), hostname));
      clear.pipe(onward).pipe(clear);
      clear.once('close', () => onward.destroy());
      onward.once('close', () => clear.destroy());
    });
  });
  const cutAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `postgres://127.0.0.1:${port}`,
    port,
    present(next) {
      presented = next;
      cutAll();
    },
    async close() {
      server.close();
      cutAll();
      await once(server, 'close');
    },
  };
}

/** As a server says it that has no rule for who connects. */
function refusal(message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0C28000\0M${message}\0\0`);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(4 + fields.length);
  return Buffer.concat([Buffer.from('E'), length, fields]);
}
