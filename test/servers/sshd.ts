import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const PROGRAMS = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/opt/homebrew/sbin/sshd'];
const START_LIMIT = 10_000;
/** In Linux' table of connections. */
const [ESTABLISHED, CLOSE_WAIT] = ['01', '08'];

/** OpenSSH's server on the loopback, with keys, a port and a configuration of its own, for this test's user alone. */
export interface SshdUnderTest {
  readonly port: number;
  readonly user: string;
  /** The private key that it lets in. */
  readonly identityFile: string;
  /** `SHA256:…` of its host key. */
  readonly fingerprint: string;
  /** As a line of a known_hosts file. */
  readonly hostKeyLine: string;
  readonly folder: string;
  /** The home folder there, which is in `folder`. */
  readonly home: string;
  /** Ends all connections, and takes no more until it is mended. Those at their other ends have noticed. */
  cut(): Promise<void>;
  mend(): Promise<void>;
  /** Ends all connections; new ones are taken. */
  endConnections(): void;
  /** From now on it is another machine, by its key. */
  changeHostKey(): Promise<void>;
  stop(): Promise<void>;
}

/** Why no ssh server can be started here; null where one can. The set-up of the tests installs it where it can. */
export function whyNoSshd(): string | null {
  return program() === null ? 'sshd is not installed (Debian: openssh-server)' : null;
}

export interface SshdOptions {
  /** Lines of its configuration, before the others: the first of a kind counts. */
  readonly lines?: readonly string[];
  /** Variables there, beside HOME and PATH. */
  readonly variables?: Readonly<Record<string, string>>;
}

export async function startSshd({ lines = [], variables = {} }: SshdOptions = {}): Promise<SshdUnderTest> {
  const folder = mkdtempSync(join(tmpdir(), 'itl-sshd-'));
  const file = (name: string): string => join(folder, name);
  const makeKey = (name: string): void => {
    rmSync(file(name), { force: true });
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', file(name)]);
  };
  makeKey('host_key');
  makeKey('user_key');
  writeFileSync(file('authorized_keys'), readFileSync(file('user_key.pub')));
  const port = await freePort();
  mkdirSync(file('home'));
  // Nothing of whoever runs the tests is found there or written to, and Node is there.
  const path = `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`;
  const environment = { HOME: file('home'), PATH: path, ...variables };
  const configuration = [
    ...lines,
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${file('host_key')}`,
    `AuthorizedKeysFile ${file('authorized_keys')}`,
    'PidFile none',
    'UsePAM no',
    'StrictModes no',
    `SetEnv ${Object.entries(environment)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ')}`,
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
  ];
  writeFileSync(file('sshd_config'), `${configuration.join('\n')}\n`);
  // Where it is started by root it gives up its rights here.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
  let daemon = await startDaemon(file('sshd_config'), port);
  const publicKey = (): string => readFileSync(file('host_key.pub'), 'utf8').trim();
  const stopDaemon = async (): Promise<void> => {
    endChildren(daemon);
    if (daemon.exitCode !== null || daemon.signalCode !== null) return;
    const ended = once(daemon, 'exit');
    daemon.kill('SIGKILL');
    await ended;
  };
  return {
    port,
    user: userInfo().username,
    identityFile: file('user_key'),
    get fingerprint() {
      return (
        execFileSync('ssh-keygen', ['-l', '-f', file('host_key.pub')], { encoding: 'utf8' }).split(' ')[1] ??
        ''
      );
    },
    get hostKeyLine() {
      return `[127.0.0.1]:${port} ${publicKey()}`;
    },
    folder,
    home: file('home'),
    cut: async () => {
      await stopDaemon();
      await untilLetGo(port);
    },
    mend: async () => {
      daemon = await startDaemon(file('sshd_config'), port);
    },
    endConnections: () => endChildren(daemon),
    changeHostKey: async () => {
      await stopDaemon();
      makeKey('host_key');
      daemon = await startDaemon(file('sshd_config'), port);
    },
    stop: async () => {
      await stopDaemon();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function program(): string | null {
  return PROGRAMS.find((path) => existsSync(path)) ?? null;
}

async function startDaemon(configuration: string, port: number): Promise<ChildProcess> {
  const daemon = spawn(program() ?? 'sshd', ['-D', '-e', '-f', configuration], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  daemon.stderr?.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4000)));
  const until = Date.now() + START_LIMIT;
  while (!(await answers(port))) {
    if (daemon.exitCode !== null || Date.now() > until) {
      daemon.kill('SIGKILL');
      throw new Error(`sshd does not start: ${said}`);
    }
    await sleep(20);
  }
  return daemon;
}

/** The processes of its connections, and what these run in the foreground loses its pipes with them. */
function endChildren(daemon: ChildProcess): void {
  for (const pid of childrenOf(daemon.pid ?? 0)) {
    // As root there is one with rights and one without for each connection.
    for (const one of [...childrenOf(pid).filter(isSshd), pid]) killQuietly(one);
  }
}

/** What is sent into a connection whose end nobody here has noticed yet is lost with it. */
async function untilLetGo(port: number): Promise<void> {
  const [table, address] = ['/proc/net/tcp', `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`];
  if (!existsSync(table)) return;
  const isHeld = (line: string): boolean => {
    const [, , remote, state = ''] = line.trim().split(/\s+/);
    return remote === address && [ESTABLISHED, CLOSE_WAIT].includes(state);
  };
  const until = Date.now() + START_LIMIT;
  while (readFileSync(table, 'utf8').split('\n').some(isHeld)) {
    if (Date.now() > until) throw new Error('a client of sshd does not notice that its connection ended');
    await sleep(20);
  }
}

function childrenOf(pid: number): number[] {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  return rows.flatMap((row) => {
    const [child, parent] = row.trim().split(/\s+/).map(Number);
    return parent === pid && child !== undefined ? [child] : [];
  });
}

function isSshd(pid: number): boolean {
  try {
    return execFileSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' }).includes('sshd');
  } catch {
    return false; // It is gone.
  }
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone.
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('data', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
