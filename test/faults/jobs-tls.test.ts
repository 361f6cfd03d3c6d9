import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { silentLogger } from '@winnow/core';
import { createBullJobs } from '@winnow/jobs';
import { type Certificate, eventually, selfSignedCertificate } from '@winnow/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freePort } from '../../infra/dev/free-port.ts';
import { startSentinel } from '../../infra/dev/redis-sentinel.ts';
import { faultJobs } from './fault-jobs.ts';
import { attachBench, openRedis } from './jobs-bench.ts';

describe('jobs in a Redis that speaks TLS', () => {
  it('run, where its certificate is trusted', async () => {
    const own = selfSignedCertificate();
    const { url } = await openTlsRedis(own);
    trust(own);
    const { system, ran } = await attachBench(url);
    await system.queue.check(AbortSignal.timeout(10_000));
    await system.queue.enqueue([{ name: 'task', payload: { item: 'a' } }]);
    await eventually(() => expect(ran).toEqual(['a']));
  });

  it('are refused where its certificate is not trusted, and check says how it can be', async () => {
    const { url } = await openTlsRedis(selfSignedCertificate());
    const system = createBullJobs(faultJobs, { redisUrl: url, prefix: 'fault', log: silentLogger });
    onTestFinished(() => system.queue.close());
    await expect(system.queue.check(AbortSignal.timeout(60_000))).rejects.toMatchObject({
      code: 'failed_precondition',
      message: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
    });
  });

  it('run where sentinels that speak TLS, with a password of their own, name the master', async () => {
    const own = selfSignedCertificate();
    const { tlsPort, files } = await openTlsRedis(own);
    const sentinelPort = await freePort();
    const sentinel = await startSentinel({
      masterName: 'main',
      masterPort: tlsPort,
      settings: [
        ...Object.entries(tlsSettings(sentinelPort, files)).map(([name, value]) => `${name} ${value}`),
        'tls-replication yes',
        'requirepass sesame',
      ],
    });
    onTestFinished(() => sentinel.stop());
    trust(own);
    const { system, ran } = await attachBench(
      `rediss+sentinel://127.0.0.1:${sentinelPort}/main?sentinelPassword=sesame`,
    );
    await system.queue.check(AbortSignal.timeout(10_000));
    await system.queue.enqueue([{ name: 'task', payload: { item: 'a' } }]);
    await eventually(() => expect(ran).toEqual(['a']));
  });
});

interface Files {
  readonly key: string;
  readonly certificate: string;
}

/** A Redis with a port for TLS beside its plain one. */
async function openTlsRedis(own: Certificate): Promise<{ url: string; tlsPort: number; files: Files }> {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-tls-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const files = { key: join(folder, 'key.pem'), certificate: join(folder, 'certificate.pem') };
  await writeFile(files.key, own.key);
  await writeFile(files.certificate, own.certificate);
  const tlsPort = await freePort();
  await openRedis({ asProcess: true, settings: tlsSettings(tlsPort, files) });
  return { url: `rediss://127.0.0.1:${tlsPort}`, tlsPort, files };
}

function tlsSettings(port: number, { key, certificate }: Files): Record<string, string> {
  return {
    'tls-port': String(port),
    'tls-cert-file': certificate,
    'tls-key-file': key,
    'tls-ca-cert-file': certificate,
    'tls-auth-clients': 'no',
  };
}

/** As NODE_EXTRA_CA_CERTS does, until the test ends. */
function trust({ certificate }: Certificate): void {
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, certificate]);
  onTestFinished(() => setDefaultCACertificates(before));
}
