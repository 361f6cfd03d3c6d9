import { startPythonServer } from './python-server.ts';
import type { RunningServer } from './running-server.ts';

const version = '5.2.1';

/**
 * Starts moto on 127.0.0.1: a server of another maker that speaks S3 over HTTP, multipart uploads, versions of ETags and
 * errors included. It keeps everything in memory, comes from the Python registry, and is no part of the product.
 *
 * @throws Error that says what is missing and what to do.
 */
export async function startMoto(): Promise<RunningServer> {
  return await startPythonServer({
    name: 'moto',
    version,
    packages: [`moto[s3]==${version}`, 'flask>=3,<4', 'flask-cors>=5', 'py-partiql-parser'],
    args: (port) => ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)],
    readyPath: '/moto-api/data.json',
  });
}
