import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

// What a server takes that has nothing to do, beside an attack on one that has: it tells a machine without time from a service.
const server = createServer((_request, reply) => reply.end());
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit());
