import { describe, expect, test } from 'vitest';
import { readSshSettings } from '../../../kernel-bridge/ssh/ssh-settings.ts';
import { sshSchema } from './ssh.ts';

describe('settings of a place by ssh', () => {
  test('what is taken here the supervisor takes, too', () => {
    const settings = sshSchema.parse({
      host: ' login.example ',
      user: 'me',
      port: 22,
      identityFile: '~/.ssh/id',
      jump: 'a@gate, gate2:2222',
      python: '~/env',
      kernelspecFolders: ['/opt/kernels'],
      workingDirectory: '~/work',
    });
    expect(settings).toMatchObject({ host: 'login.example', mode: 'auto' });
    expect(readSshSettings(JSON.parse(JSON.stringify(settings)))).toEqual(settings);
  });

  test.each([
    { host: '-oProxyCommand=id' },
    { host: 'a b' },
    {},
    { host: 'h', user: '-x' },
    { host: 'h', port: 0 },
    { host: 'h', jump: 'gate,-J' },
    { host: 'h', workingDirectory: 'relative' },
    { host: 'h', python: 'a\nb' },
    { host: 'h', ProxyCommand: 'id' },
  ])('%j is refused', (settings) => {
    expect(sshSchema.safeParse(settings).success).toBe(false);
  });
});
