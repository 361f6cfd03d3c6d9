import { expect, test } from 'vitest';
import { jsonAnswer, type PassingRequest } from '../../../infra/dev/http-proxy.ts';
import { withRefusedItems } from './refused-items.ts';

test('some operations of a bulk request are refused, the others reach the server, and every item has its place', async () => {
  const lines = [
    { index: { _id: 'a' } },
    { text: 'a' },
    { delete: { _id: 'b' } },
    { create: { _id: 'c' } },
    { text: 'c' },
    { index: { _id: 'd' } },
    { text: 'd' },
  ].map((line) => JSON.stringify(line));
  const request: PassingRequest = {
    method: 'POST',
    path: '/index/_bulk',
    headers: {},
    body: Buffer.from(`${lines.join('\n')}\n`),
  };
  const asked: string[] = [];
  const refusals = [true, false, true].values();
  const answer = await withRefusedItems(
    request,
    async ({ body }) => {
      asked.push(...body.toString().trimEnd().split('\n'));
      const items = [{ index: { _id: 'a', status: 201 } }, { create: { _id: 'c', status: 201 } }];
      return jsonAnswer(200, { errors: false, items });
    },
    () => refusals.next().value ?? false,
  );
  expect(asked).toEqual([lines[0], lines[1], lines[3], lines[4]]);
  expect(JSON.parse(answer.body.toString())).toMatchObject({
    errors: true,
    items: [
      { index: { _id: 'a', status: 201 } },
      { delete: { status: 429, error: { type: 'es_rejected_execution_exception' } } },
      { create: { _id: 'c', status: 201 } },
      { index: { status: 429 } },
    ],
  });
});
