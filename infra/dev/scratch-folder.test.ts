import { expect, test } from 'vitest';
import { mountedAs } from './scratch-folder.ts';

const mounts = `/dev/vda / ext4 rw,relatime 0 0
tmpfs /dev/shm tmpfs rw,nosuid,nodev,noexec,size=65536k 0 0
tmpfs /run tmpfs rw 0 0
`;

test.each([
  ['a file system in memory', mounts, '/dev/shm', ['rw', 'nosuid', 'nodev', 'noexec', 'size=65536k']],
  ['the one mounted last', `${mounts}tmpfs /dev/shm tmpfs rw 0 0\n`, '/dev/shm', ['rw']],
  ['none on a disk', mounts, '/', null],
  ['none that is not mounted', mounts, '/dev', null],
  ['none where nothing is known of mounts', '', '/dev/shm', null],
])('%s is told from the table of mounts', (_, table, path, options) => {
  expect(mountedAs(table, path)).toEqual(options);
});
