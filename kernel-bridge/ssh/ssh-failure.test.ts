import { describe, expect, test } from 'vitest';
import { sshFailure } from './ssh-failure.ts';

const CHANGED = `@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @
@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!
The fingerprint for the ED25519 key sent by the remote host is
SHA256:TCpOq3ro5SfmBdqbaCeEAT8O8m41G9acAEhaAefffl4.
Please contact your system administrator.
Add correct host key in /home/me/.ssh/known_hosts to get rid of this message.
Offending ED25519 key in /state/known hosts:3
Host key for [login.example]:2222 has changed and you have requested strict checking.
Host key verification failed.`;

describe('what ssh says when it does not get there', () => {
  test('a host key that changed names the file, the line and the new fingerprint', () => {
    expect(sshFailure('login', CHANGED)).toMatchObject({
      code: 'PLACE_HOST_KEY_CHANGED',
      details: {
        host: '[login.example]:2222',
        fingerprint: 'SHA256:TCpOq3ro5SfmBdqbaCeEAT8O8m41G9acAEhaAefffl4',
        knownHosts: '/state/known hosts',
        line: '3',
      },
    });
  });

  test('an unknown host key names the host, which may be a jump host', () => {
    const said =
      'No ED25519 host key is known for [gate]:22 and you have requested strict checking.\r\nHost key verification failed.\r\n';
    expect(sshFailure('login', said)).toMatchObject({
      code: 'PLACE_HOST_KEY_UNKNOWN',
      details: { host: '[gate]:22' },
    });
  });

  test.each([
    ['ssh: connect to host h port 22: Connection refused', 'PLACE_UNREACHABLE', /port/],
    ['ssh: Could not resolve hostname h: Name or service not known', 'PLACE_UNREACHABLE', /spelling/],
    ['ssh: connect to host h port 22: Connection timed out', 'PLACE_UNREACHABLE', /VPN/],
    ['me@h: Permission denied (publickey,password).', 'PLACE_DENIED', /ssh-add/],
    ['Received disconnect from h port 22:2: Too many authentication failures', 'PLACE_DENIED', /ssh-add/],
    ['/home/me/.ssh/config: line 3: Bad configuration option: nonsense', 'PLACE_UNFIT', /config/],
    ['kex_exchange_identification: read: Connection reset by peer', 'PLACE_UNREACHABLE', /terminal/],
    ['', 'PLACE_UNREACHABLE', /terminal/],
  ])('%j is %s', (said, code, remedy) => {
    const error = sshFailure('h', `debug1: something\n${said}\n`);
    expect(error.code).toBe(code);
    expect(error.remedy).toMatch(remedy);
    expect(error.message).not.toContain('debug1');
  });
});
