import { createHash } from 'node:crypto';
import { appendFile, readFile, rm } from 'node:fs/promises';
import { PlaceError } from '../places/place-error.ts';
import type { SshMachine } from './ssh-machine.ts';
import { effectiveConfig } from './effective-config.ts';
import type { SshSettings } from './ssh-settings.ts';
import { startSsh } from './ssh-process.ts';

/** A host key as a line of a known_hosts file has it. */
export interface HostKey {
  /** The host as ssh keys it: `[name]:port` where the port is another than 22. */
  readonly host: string;
  readonly keyType: string;
  /** Base64. */
  readonly key: string;
  /** `SHA256:…`, as administrators give it. */
  readonly fingerprint: string;
}

const LIMIT = 30_000;

/** @returns null for what is no such line */
export function parseHostKey(line: string): HostKey | null {
  const match = /^([A-Za-z0-9_.:[\]-]{1,300}) ([a-z0-9@.-]{3,80}) ([A-Za-z0-9+/]{20,4000}={0,2})$/.exec(
    line.trim(),
  );
  if (match === null) return null;
  const [, host = '', keyType = '', key = ''] = match;
  const digest = createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64');
  return { host, keyType, key, fingerprint: `SHA256:${digest.replace(/=+$/, '')}` };
}

/**
 * Asks the machine that was found unknown, which may be a jump host on the way, for its key, without signing in there.
 * @param host as `PLACE_HOST_KEY_UNKNOWN` names it
 * @returns null where no such machine answers by now
 */
export async function offeredHostKey(machine: SshMachine, host: string): Promise<HostKey | null> {
  const destination = await machine.destination();
  const { jumps } = await effectiveConfig(machine);
  for (const args of waysTo(machine.settings, destination, jumps)) {
    const file = `${await machine.newSocketPath()}.keys`;
    const options = [
      'StrictHostKeyChecking=accept-new',
      `UserKnownHostsFile=${file}`,
      'HashKnownHosts=no',
      'PreferredAuthentications=none',
      'ControlPath=none',
    ];
    const process = startSsh('ssh', [...options.flatMap((option) => ['-o', option]), ...args, 'true']);
    process.child.stdin.end();
    const limit = setTimeout(() => process.child.kill('SIGKILL'), LIMIT);
    await process.ended;
    clearTimeout(limit);
    const lines = await readFile(file, 'utf8').catch(() => '');
    await rm(file, { force: true });
    const found = lines.split('\n').flatMap((line) => parseHostKey(line) ?? []);
    const offered = found.find((key) => key.host === host);
    if (offered !== undefined) return offered;
  }
  return null;
}

/** From now on ssh trusts it for this place. It is asked for anew, so that what is written is what answers. @throws PlaceError */
export async function acceptHostKey(machine: SshMachine, host: string, fingerprint: string): Promise<void> {
  const offered = await offeredHostKey(machine, host);
  if (offered?.fingerprint !== fingerprint)
    throw new PlaceError(
      'PLACE_HOST_KEY_CHANGED',
      `${host} answers with another key than the one that was accepted.`,
      'Try again, and compare the fingerprint anew.',
      offered === null ? { host } : { host, fingerprint: offered.fingerprint },
    );
  const line = `${offered.host} ${offered.keyType} ${offered.key}\n`;
  await appendFile(machine.knownHosts, line, { mode: 0o600 });
}

/** To each machine on the way, the nearest first: each is keyed only when those before it are trusted. */
function* waysTo(
  settings: SshSettings,
  destination: readonly string[],
  jumps: readonly string[],
): Generator<string[]> {
  const config = destination.slice(0, 3);
  for (const [index, jump] of jumps.entries()) {
    const before = jumps.slice(0, index);
    const match = /^(?:([^@]+)@)?(\[.+\]|[^:]+)(?::(\d+))?$/.exec(jump.replace(/^ssh:\/\//, ''));
    if (match === null) continue;
    const [, user, name = '', port] = match;
    yield [
      ...config,
      ...(user === undefined ? [] : ['-l', user]),
      ...(port === undefined ? [] : ['-p', port]),
      ...(before.length === 0 ? [] : ['-J', before.join(',')]),
      '--',
      name.replace(/^\[|\]$/g, ''),
    ];
  }
  yield [...destination, '--', settings.host];
}
