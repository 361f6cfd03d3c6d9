import { indexError } from './index-error.ts';

/** `flat_index_threshold` came with 9.4, vectors as base64 with 9.3; the client speaks to 9.x only. */
const needed = { major: 9, minor: 4 };

/**
 * @param info the answer of `GET /_nodes`.
 * @param address of the server, for the message.
 * @throws AppError `failed_precondition` that names what was found and what is needed, if any node differs.
 */
export function assertVersions(info: unknown, address: string): void {
  const versions = versionsOf(info);
  const unfit = versions.find((version) => !fits(version));
  if (versions.length > 0 && unfit === undefined) return;
  throw indexError(
    'failed_precondition',
    `the server at ${address} is Elasticsearch ${unfit ?? 'of unknown version'}; ` +
      `${needed.major}.x from ${needed.major}.${needed.minor} on is needed`,
  );
}

function fits(version: string): boolean {
  const [major = Number.NaN, minor = Number.NaN] = version.split('.').map(Number);
  return major === needed.major && minor >= needed.minor;
}

function versionsOf(info: unknown): string[] {
  const nodes = info instanceof Object && 'nodes' in info ? info.nodes : null;
  if (!(nodes instanceof Object)) return [];
  return Object.values(nodes).flatMap((node: unknown) =>
    node instanceof Object && 'version' in node && typeof node.version === 'string' ? [node.version] : [],
  );
}
