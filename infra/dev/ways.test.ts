import { describe, expect, it } from 'vitest';
import { firstWay } from './ways.ts';

const fails = (message: string) => async (): Promise<string> => {
  throw new Error(message);
};
const succeeds = (value: string) => async () => value;
const yes = async () => true;
const no = async () => false;

describe('firstWay', () => {
  it('takes a container where an engine answers', async () => {
    const ways = { container: succeeds('container'), process: fails('not asked') };
    expect(await firstWay('Redis', ways, yes)).toBe('container');
  });

  it('takes a process where no engine answers, or where the engine cannot run the image', async () => {
    const ways = { container: fails('no such image'), process: succeeds('process') };
    expect(await firstWay('Redis', ways, no)).toBe('process');
    expect(await firstWay('Redis', ways, yes)).toBe('process');
  });

  it('says for each way what is missing, and names the variable that avoids both', async () => {
    const ways = { container: fails('no such image'), process: fails('needs Java 21') };
    await expect(firstWay('Elasticsearch', ways, yes)).rejects.toThrow(
      /no such image.*needs Java 21.*ELASTICSEARCH_URL/s,
    );
    await expect(firstWay('Redis', ways, no)).rejects.toThrow(/no Docker engine answers.*REDIS_URL/s);
  });
});
