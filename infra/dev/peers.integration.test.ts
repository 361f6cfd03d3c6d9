import { afterEach, describe, expect, it } from 'vitest';
import { type Peers, startPeers } from './peers.ts';

let peers: Peers | null = null;
afterEach(() => peers?.stop());

const ask = async (name: string) => (await fetch(`${peers?.url}/${name}`)).json();

describe('startPeers', () => {
  it('starts a server when it is asked for, once, and ends it at the end', async () => {
    const events: string[] = [];
    const shop = async () => {
      events.push('started');
      return { url: 'http://shop', stop: async () => void events.push('stopped') };
    };
    peers = await startPeers({ required: false, starters: { shop } });
    expect(events).toEqual([]);
    expect(await Promise.all([ask('shop'), ask('shop')])).toEqual([
      { url: 'http://shop' },
      { url: 'http://shop' },
    ]);
    await peers.stop();
    peers = null;
    expect(events).toEqual(['started', 'stopped']);
  });

  it.each([true, false])('says what is missing, and whether that is a failure (%s)', async (required) => {
    const shop = () => Promise.reject(new Error('no shop on the PATH'));
    peers = await startPeers({ required, starters: { shop } });
    expect(await ask('shop')).toEqual({ missing: 'no shop on the PATH', required });
  });

  it('fails a test that asks for a server nobody knows', async () => {
    peers = await startPeers({ required: false, starters: {} });
    expect(await ask('constructor')).toMatchObject({ required: true });
  });
});
