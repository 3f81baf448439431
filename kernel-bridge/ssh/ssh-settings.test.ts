import { describe, expect, test } from 'vitest';
import { MalformedError } from '../hosted/codec/malformed-error.ts';
import { destinationArguments, sshConfig } from './ssh-config.ts';
import { readSshSettings } from './ssh-settings.ts';

const GOOD = {
  host: 'login.example',
  user: 'me',
  port: 2222,
  identityFile: '~/.ssh/a key',
  jump: 'you@gate.example:22, [2001:db8::1]:2200',
  python: '~/envs/a b/bin/python',
  kernelspecFolders: ['/opt/kernels'],
  workingDirectory: '/data',
  mode: 'auto',
};

describe('settings of ssh', () => {
  test('what a person may say is taken, and becomes arguments that stand for themselves', () => {
    const settings = readSshSettings(GOOD);
    expect(settings).toEqual(GOOD);
    expect(destinationArguments(settings, '/c')).toEqual([
      ...['-F', '/c', '-T', '-l', 'me', '-p', '2222', '-i', '~/.ssh/a key'],
      ...['-J', 'you@gate.example:22,[2001:db8::1]:2200'],
    ]);
    expect(destinationArguments(readSshSettings({ host: 'h', mode: 'direct' }), '/c')).toEqual([
      '-F',
      '/c',
      '-T',
    ]);
  });

  test.each([
    { host: '-oProxyCommand=touch /tmp/x' },
    { host: '' },
    { host: 'a b' },
    { host: 'a;id' },
    { host: 'a\nb' },
    { host: '$(id)' },
    { host: '%h' },
    { user: '-l' },
    { user: 'a b' },
    { user: '`id`' },
    { port: 0 },
    { port: 65_536 },
    { port: 2.5 },
    { port: '22' },
    { jump: '-oProxyCommand=id' },
    { jump: 'gate;id' },
    { jump: 'gate,' },
    { jump: 'a@-b' },
    { jump: '$(id)@gate' },
    { identityFile: 'a\nb' },
    { python: 'a\0b' },
    { kernelspecFolders: ['a\nb'] },
    { workingDirectory: '' },
    { mode: 'other' },
  ])('[H1] %j is refused', (wrong) => {
    expect(() => readSshSettings({ ...GOOD, ...wrong })).toThrow(MalformedError);
  });

  test('our configuration comes first, and then the person’s', () => {
    const lines = sshConfig('/state/known hosts', ['~/.ssh/config']).split('\n');
    const at = (start: string): number => lines.findIndex((line) => line.startsWith(start));
    for (const ours of [
      'BatchMode yes',
      'StrictHostKeyChecking yes',
      'GlobalKnownHostsFile "/state/known hosts"',
    ])
      expect(at(ours)).toBeGreaterThan(0);
    expect(at('Include "~/.ssh/config"')).toBeGreaterThan(at('ControlMaster no'));
    expect(() => sshConfig('/a"\nProxyCommand id', [])).toThrow(TypeError);
  });
});
