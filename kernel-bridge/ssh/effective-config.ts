import { startSsh } from './ssh-process.ts';
import { sshFailure } from './ssh-failure.ts';
import type { SshMachine } from './ssh-machine.ts';

/** What ssh makes of the settings and the person's configuration. */
export interface EffectiveConfig {
  readonly hostname: string;
  readonly port: string;
  readonly user: string;
  /** `ProxyJump`: hosts parted by commas. */
  readonly jumps: readonly string[];
  /** For people: what it goes through; null where it goes straight. */
  readonly via: string | null;
}

/** @throws PlaceError where the configuration cannot be read */
export async function effectiveConfig(machine: SshMachine): Promise<EffectiveConfig> {
  const { host } = machine.settings;
  const process = startSsh('ssh', ['-G', ...(await machine.destination()), '--', host]);
  process.child.stdin.end();
  let text = '';
  process.child.stdout.setEncoding('utf8').on('data', (piece: string) => (text += piece));
  if ((await process.ended) !== 0) throw sshFailure(host, process.said());
  const value = (name: string): string => new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1] ?? '';
  const jump = value('proxyjump');
  const jumps = jump === '' || jump === 'none' ? [] : jump.split(',').map((one) => one.trim());
  const command = value('proxycommand');
  const hasCommand = command !== '' && command !== 'none';
  return {
    hostname: value('hostname') || host,
    port: value('port'),
    user: value('user'),
    jumps,
    via: jumps.length > 0 ? jumps.join(', ') : hasCommand ? 'a ProxyCommand' : null,
  };
}
