import { jumpsOf, type SshSettings } from './ssh-settings.ts';

/** Seconds: a link that says nothing for three of them is dead. */
const ALIVE_INTERVAL = 5;

/**
 * What our ssh is told. It comes first, so that it wins over the person's own, which follows and decides all else; and it
 * is a file, because the ssh that goes through a jump host is told the same file, and no options.
 * @param knownHosts the file of the host keys that people accepted here
 * @param included the person's configuration, and the system's
 */
export function sshConfig(knownHosts: string, included: readonly string[]): string {
  return [
    '# Written by In the Loop. What you change here is lost; ~/.ssh/config is read after it.',
    // Of OpenSSH 8.7; those before it know neither these words nor what they would change.
    'IgnoreUnknown ForkAfterAuthentication,SessionType,StdinNull',
    // Nobody is there to be asked. A question would hang for ever.
    'BatchMode yes',
    'NumberOfPasswordPrompts 0',
    'StrictHostKeyChecking yes',
    // Ours beside those of the person, whose file and its name are theirs to choose, and theirs to write.
    `GlobalKnownHostsFile ${quoted(knownHosts)} /etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2`,
    'UpdateHostKeys no',
    'ConnectTimeout 15',
    `ServerAliveInterval ${ALIVE_INTERVAL}`,
    'ServerAliveCountMax 3',
    'LogLevel INFO',
    'VisualHostKey no',
    // Kernels outlive the connection: what is lent to it is not theirs.
    'ForwardAgent no',
    'ForwardX11 no',
    'ClearAllForwardings yes',
    'PermitLocalCommand no',
    'RemoteCommand none',
    'RequestTTY no',
    'SessionType default',
    'StdinNull no',
    'ForkAfterAuthentication no',
    // A jump host may be reached by a connection that the person has open; none that we leave open.
    'ControlMaster no',
    'ControlPersist no',
    ...included.flatMap((file) => ['Host *', `Include ${quoted(file)}`]),
    '',
  ].join('\n');
}

/** `ssh`'s arguments before the host, by which it is the machine of these settings. */
export function destinationArguments(settings: SshSettings, configFile: string): string[] {
  return [
    ...['-F', configFile, '-T'],
    ...(settings.user === undefined ? [] : ['-l', settings.user]),
    ...(settings.port === undefined ? [] : ['-p', String(settings.port)]),
    ...(settings.identityFile === undefined ? [] : ['-i', settings.identityFile]),
    ...(settings.jump === undefined ? [] : ['-J', jumpsOf(settings.jump).join(',')]),
  ];
}

/** The configuration's own quotes have no escape within. */
function quoted(path: string): string {
  if (/["\n]/.test(path)) throw new TypeError(`a configuration of ssh cannot name ${path}`);
  return `"${path}"`;
}
