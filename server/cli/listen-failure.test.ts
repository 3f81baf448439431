import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import type { ServerSettings } from '../settings.ts';
import { listenFailure } from './listen-failure.ts';

const settings = { ip: 'machine.example', port: 80 } as ServerSettings;
const failure = (code: string, syscall: string): Error => Object.assign(new Error(code), { code, syscall });

it.each([
  ['EADDRINUSE', 'listen', /^Port 80 on machine\.example is taken.*--port NUMBER/],
  ['EACCES', 'listen', /^This user may not listen on port 80\..*--port NUMBER/],
  ['EADDRNOTAVAIL', 'listen', /^machine\.example is not an address of this machine\..*--ip ADDRESS/],
  ['ENOTFOUND', 'getaddrinfo', /^The host name machine\.example is not known\..*--ip ADDRESS/],
  ['EAI_AGAIN', 'getaddrinfo', /^The host name machine\.example cannot be looked up now\..*--ip ADDRESS/],
])('explains %s of %s with its remedy', (code, syscall, explanation) => {
  expect(listenFailure(failure(code, syscall), settings)?.message).toMatch(explanation);
});

it.each([
  ['EACCES', 'open'],
  ['EIO', 'listen'],
])('leaves %s of %s to whoever knows more of it', (code, syscall) => {
  expect(listenFailure(failure(code, syscall), settings)).toBeUndefined();
});

it('knows the error that Node gives', async () => {
  const server = createServer();
  const error = await new Promise<Error>((resolve) => server.once('error', resolve).listen(0, '192.0.2.1'));
  expect(listenFailure(error, { ...settings, ip: '192.0.2.1' })?.message).toContain(
    '192.0.2.1 is not an address',
  );
});
