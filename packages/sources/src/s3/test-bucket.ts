import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';

/** Answers a request itself, and says so; false: the server does. */
export type Interception = (request: IncomingMessage, response: ServerResponse) => boolean;

/** A bucket on a real server, behind a door that counts what passes and can answer in its place. */
export async function openBucket(serverUrl: string, bucket: string) {
  const passed: string[] = [];
  let intercept: Interception = () => false;
  const door = createServer((incoming, response) => {
    passed.push(`${incoming.method} ${incoming.url?.includes('list-type=2') === true ? 'list' : 'object'}`);
    if (intercept(incoming, response)) return;
    const onward = request(
      new URL(incoming.url ?? '/', serverUrl),
      { method: incoming.method, headers: incoming.headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(door.address() as AddressInfo).port}`;
  const client = new S3Client({ endpoint: serverUrl, region: 'us-east-1', forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  return {
    endpoint,
    passed,
    intercept: (next: Interception) => {
      intercept = next;
    },
    put: (Key: string, Body: string | Uint8Array, more: object = {}) =>
      client.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ...more })),
    remove: (Key: string) => client.send(new DeleteObjectCommand({ Bucket: bucket, Key })),
    async putInParts(Key: string, parts: readonly Uint8Array[]) {
      const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key }));
      const Parts: { ETag: string | undefined; PartNumber: number }[] = [];
      for (const [at, Body] of parts.entries()) {
        const PartNumber = at + 1;
        const given = { Bucket: bucket, Key, UploadId, PartNumber, Body };
        Parts.push({ PartNumber, ETag: (await client.send(new UploadPartCommand(given))).ETag });
      }
      const whole = { Bucket: bucket, Key, UploadId, MultipartUpload: { Parts } };
      return await client.send(new CompleteMultipartUploadCommand(whole));
    },
    async close() {
      client.destroy();
      door.closeAllConnections();
      await new Promise((resolve) => door.close(resolve));
    },
  };
}
