import { describe, expect, it } from 'vitest';
import { splitCredentials } from './readiness.ts';

describe('splitCredentials', () => {
  it('moves user and password, decoded, from the URL into a header', () => {
    expect(splitCredentials('http://elastic:p%40ss@127.0.0.1:9200')).toEqual({
      address: 'http://127.0.0.1:9200/',
      headers: { authorization: `Basic ${Buffer.from('elastic:p@ss').toString('base64')}` },
    });
  });

  it('sends no header without them and keeps a path', () => {
    expect(splitCredentials('https://search:9200/es')).toEqual({
      address: 'https://search:9200/es/',
      headers: {},
    });
  });
});
