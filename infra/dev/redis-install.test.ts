import { expect, it } from 'vitest';
import { packagesToInstall } from './redis-install.ts';

it('takes the package and the missing libraries from a simulated installation, each once', () => {
  const simulated = [
    'The following NEW packages will be installed:',
    '  libjemalloc2 redis-server',
    'Inst libjemalloc2 (5.3.0-1 Debian:12/oldstable [amd64])',
    'Inst redis-server (5:7.0.15-1 Debian:12/oldstable [amd64])',
    'Conf libjemalloc2 (5.3.0-1 Debian:12/oldstable [amd64])',
    'Conf redis-server (5:7.0.15-1 Debian:12/oldstable [amd64])',
  ].join('\n');
  expect(packagesToInstall(simulated)).toEqual(['libjemalloc2', 'redis-server']);
});
