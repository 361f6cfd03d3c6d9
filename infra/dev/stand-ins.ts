import { cp, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { elasticsearchImage } from './elasticsearch.ts';
import { installElasticsearch } from './elasticsearch-install.ts';
import { findJdk } from './jdk.ts';
import { redisImage } from './redis.ts';
import { runCommand } from './run-command.ts';

const debianImage = 'debian:bookworm-slim';
const nodeImage = 'node:24-bookworm-slim';

/**
 * Builds images that stand in for the official ones on a machine that reaches package registries but no
 * image registry: the same names, users, folders, variables and entry points, as far as Winnow uses them.
 * Those that exist are kept.
 *
 * @param env with DOCKER_HOST set to the engine.
 */
export async function buildStandIns(env: NodeJS.ProcessEnv, log: (line: string) => void): Promise<void> {
  const build = async (image: string, fill: (context: string) => Promise<void>) => {
    if (await exists(image, env)) return;
    log(`building ${image}`);
    const context = await mkdtemp(join(tmpdir(), 'winnow-image-'));
    try {
      await fill(context);
    } finally {
      await rm(context, { recursive: true, force: true });
    }
  };
  const buildFrom = (image: string, name: string, files: (context: string) => Promise<void>) =>
    build(image, async (context) => {
      await cp(join(import.meta.dirname, 'stand-ins'), context, { recursive: true });
      await files(context);
      const dockerfile = join(context, `${name}.Dockerfile`);
      await runCommand('docker', ['build', '-t', image, '-f', dockerfile, context], {
        env: { ...env, DOCKER_BUILDKIT: '0' },
      });
    });

  await build(debianImage, (context) => importDebian(context, env));
  await buildFrom(redisImage, 'redis', async () => {});
  await buildFrom(nodeImage, 'node', async (context) => {
    await cp(process.execPath, join(context, 'node'));
    await cp(await npmFolder(), join(context, 'npm'), { recursive: true, dereference: true });
  });
  await buildFrom(elasticsearchImage, 'elasticsearch', async (context) => {
    await cp(await installElasticsearch(), join(context, 'distribution'), { recursive: true });
    await cp(await realpath(await findJdk()), join(context, 'jdk'), { recursive: true, dereference: true });
  });
}

async function exists(image: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  return runCommand('docker', ['image', 'inspect', image], { env }).then(
    () => true,
    () => false,
  );
}

/** The certificates that this machine trusts go along, so that build steps reach what the machine reaches. */
async function importDebian(context: string, env: NodeJS.ProcessEnv): Promise<void> {
  const certificates = '/etc/ssl/certs/ca-certificates.crt';
  const root = join(context, 'root');
  await runCommand('debootstrap', ['--variant=minbase', '--include=ca-certificates', 'bookworm', root]);
  await cp(certificates, join(root, certificates), { dereference: true });
  await rm(join(root, 'var/cache/apt/archives'), { recursive: true, force: true });
  const archive = join(context, 'root.tar');
  await runCommand('tar', ['--one-file-system', '-C', root, '-cf', archive, '.']);
  const trust = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE'].flatMap((name) => [
    '--change',
    `ENV ${name}=${certificates}`,
  ]);
  await runCommand('docker', ['import', '--change', 'CMD ["bash"]', ...trust, archive, debianImage], { env });
}

/** npm's own folder, wherever it is installed: the image's Node comes without it. */
async function npmFolder(): Promise<string> {
  const program = (await runCommand('sh', ['-c', 'command -v npm'])).trim();
  return dirname(dirname(await realpath(program)));
}
