import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { getPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { standBackIn } from './stand-back.ts';

const entry = JSON.stringify(new URL('./stand-back.ts', import.meta.url).href);

describe.runIf(process.platform === 'linux')('standBack', () => {
  it.each([
    { work: 'of-requests', by: 5 },
    { work: 'background', by: 10 },
  ])('has a thread $work stand back by $by, and who started it stay where it is', async ({ work, by }) => {
    const before = getPriority();
    const body = `const os = require('node:os'); const { parentPort } = require('node:worker_threads');
      import(${entry}).then(({ standBack }) => {
        standBack('${work}');
        parentPort.postMessage(os.getPriority(0));
      });`;
    const worker = new Worker(body, { eval: true });
    const [priority] = await once(worker, 'message');
    expect(priority).toBe(Math.min(19, before + by));
    expect(getPriority()).toBe(before);
    await worker.terminate();
  });
});

describe('standBackIn', () => {
  it('has a process stand back, whatever it starts from then on too', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const before = getPriority();
    standBackIn(child.pid ?? 0);
    expect(getPriority(child.pid)).toBe(Math.min(19, before + 10));
    child.kill();
    await once(child, 'exit');
  });

  it('takes a process that has ended', async () => {
    const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
    await once(child, 'exit');
    expect(() => standBackIn(child.pid ?? 0)).not.toThrow();
  });
});
