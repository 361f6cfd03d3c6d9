import { Redis } from 'ioredis';

/**
 * Says something to Redis itself, past all links.
 * @returns what it answers, as text.
 */
export async function commandRedis(
  { url }: { readonly url: string },
  command: string,
  ...words: readonly string[]
): Promise<string> {
  const client = new Redis(url);
  // What fails is told by the call.
  client.on('error', () => {});
  try {
    return String(await client.call(command, ...words));
  } finally {
    client.disconnect();
  }
}
