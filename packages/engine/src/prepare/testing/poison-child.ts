import { parse } from '@winnow/parsing';
import { servePrepare } from '../serve-prepare.ts';

/** Parses like the real one, but for documents that say how they are to bring the process down. */
servePrepare(async (raw) => {
  const text = new TextDecoder().decode(raw.content);
  if (text === 'loop') for (;;);
  if (text === 'crash') process.abort();
  if (text === 'exit') process.exit(3);
  if (text === 'kill') process.kill(process.pid, 'SIGKILL');
  if (text === 'objects')
    for (const held: unknown[] = []; ; ) held.push({ at: held.length, text: String(held.length) });
  if (text === 'buffers') for (const held: unknown[] = []; ; ) held.push(Buffer.alloc(4 * 1024 * 1024, 1));
  if (text === 'write') await import('node:fs').then((fs) => fs.writeFileSync('/tmp/winnow-poison', ''));
  if (text === 'reader is gone') await import(`${import.meta.url}.gone`);
  return await parse(raw);
});
