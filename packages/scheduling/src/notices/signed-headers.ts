import { createHmac } from 'node:crypto';

const encodedSecret = 'whsec_';

/**
 * Headers of a message as the Standard Webhooks specification has them, so that its libraries check them: the id, the
 * time it was sent at in seconds, and the HMAC-SHA256 of `ID.TIME.BODY`.
 * @param secret `whsec_` and base64, or any other text, whose bytes are the key; null: the message is not signed.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signedHeaders(
  { id, body, sentAt }: { readonly id: string; readonly body: string; readonly sentAt: Date },
  secret: string | null,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(sentAt.getTime() / 1_000));
  const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp };
  if (secret === null) return headers;
  const signature = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { ...headers, 'webhook-signature': `v1,${signature}` };
}

function keyOf(secret: string): Buffer {
  if (!secret.startsWith(encodedSecret)) return Buffer.from(secret);
  return Buffer.from(secret.slice(encodedSecret.length), 'base64');
}
