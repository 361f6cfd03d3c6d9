import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder that goes away with the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes files, given by relative path. */
export async function writeFiles(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

/** A handful of documents on different things, in English. */
export const handbook: Readonly<Record<string, string>> = {
  'operations/rollback.md':
    '# Rollback\n\nTo roll back a release, switch the alias to the previous build.\n\n## Limits\n\nA build is kept for one day after it was replaced.\n',
  'operations/backup.md':
    '# Backup\n\nSnapshots of the database are taken every night at two.\n\n## Restore\n\nA restore takes about ten minutes for each gigabyte.\n',
  'people/holidays.md':
    '# Holidays\n\nEverybody has thirty days of holiday a year.\n\n## Carrying over\n\nUp to five days may be carried over until the end of March.\n',
  'kitchen.txt':
    'The coffee machine is cleaned on Fridays.\r\n\r\nPlease empty the dishwasher when it is done.\r\n',
  'office.html':
    '<html><head><title>Office</title></head><body><nav>Home</nav><article><h1>Office</h1><p>The office in Basel is open from seven to nineteen on working days, and the reception closes at noon on the day before a public holiday.</p></article></body></html>',
};

/** Many documents, long enough that embedding them takes some seconds: the same ones at every call. */
export function manyDocuments(count: number): Readonly<Record<string, string>> {
  const subjects = [
    'pump',
    'valve',
    'turbine',
    'boiler',
    'filter',
    'sensor',
    'motor',
    'gearbox',
    'relay',
    'cooler',
  ];
  const actions = [
    'inspect',
    'replace',
    'clean',
    'calibrate',
    'grease',
    'isolate',
    'test',
    'drain',
    'balance',
    'align',
  ];
  const files: Record<string, string> = {};
  for (let document = 0; document < count; document += 1) {
    const sections = Array.from({ length: 4 }, (_, section) => {
      const subject = subjects[(document + section) % subjects.length];
      const sentences = actions.map(
        (action, at) =>
          `Step ${at + 1}: ${action} the ${subject} of unit ${document}, then write down reading ${document * 10 + at}.`,
      );
      return `## ${subject} ${section}\n\n${sentences.join(' ')}\n`;
    });
    files[`units/unit-${String(document).padStart(3, '0')}.md`] =
      `# Unit ${document}\n\n${sections.join('\n')}`;
  }
  return files;
}
