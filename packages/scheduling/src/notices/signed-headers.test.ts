import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { signedHeaders } from './signed-headers.ts';

const message = { id: 'msg_1', body: '{"type":"run.completed"}' };

describe('signedHeaders', () => {
  test.each([
    ['a secret of the specification', `whsec_${randomBytes(24).toString('base64')}`, undefined],
    ['any other text', 'correct horse battery staple', { format: 'raw' as const }],
  ])('are taken by a receiver that keeps to the specification: %s', (_, secret, options) => {
    const receiver = new Webhook(secret, options);
    fc.assert(
      fc.property(fc.json(), fc.uuid(), (body, id) => {
        const headers = signedHeaders({ id, body, sentAt: new Date() }, secret);
        receiver.verify(body, headers);
        expect(() => receiver.verify(`${body} `, headers)).toThrow('No matching signature');
        expect(() => receiver.verify(body, { ...headers, 'webhook-id': `${id}0` })).toThrow(
          'No matching signature',
        );
      }),
      { numRuns: 50 },
    );
  });

  test('are not taken long after they were sent', () => {
    const headers = signedHeaders({ ...message, sentAt: new Date(Date.now() - 600_000) }, 'secret');
    const receiver = new Webhook('secret', { format: 'raw' });
    expect(() => receiver.verify(message.body, headers)).toThrow('too old');
  });

  test('without a secret there is no signature', () => {
    expect(Object.keys(signedHeaders({ ...message, sentAt: new Date() }, null))).toEqual([
      'webhook-id',
      'webhook-timestamp',
    ]);
  });
});
