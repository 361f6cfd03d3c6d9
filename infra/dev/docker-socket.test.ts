import { describe, expect, it } from 'vitest';
import { engineAddress } from './docker-socket.ts';

describe('engineAddress', () => {
  it('prefers DOCKER_HOST over a socket that exists', () => {
    expect(engineAddress({ DOCKER_HOST: 'unix:///a/b.sock' }, () => true)).toEqual({
      socketPath: '/a/b.sock',
    });
    expect(engineAddress({ DOCKER_HOST: 'tcp://build:2376' }, () => true)).toEqual({
      hostname: 'build',
      port: '2376',
    });
  });

  it('finds no engine behind a protocol it does not speak, or where there is no socket', () => {
    expect(engineAddress({ DOCKER_HOST: 'ssh://me@build' }, () => true)).toBeNull();
    expect(engineAddress({}, () => false)).toBeNull();
  });

  it('takes the socket of an engine run by the user where there is none of the system', () => {
    const path = '/run/user/1000/docker.sock';
    expect(engineAddress({ XDG_RUNTIME_DIR: '/run/user/1000' }, (p) => p === path)).toEqual({
      socketPath: path,
    });
  });
});
