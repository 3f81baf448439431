// OpenSSH's server for the tests of kernels by ssh: found, or installed where that can be done without asking.
import { existsSync } from 'node:fs';
import { say, step } from './progress.mjs';
import { runQuietly } from './run-command.mjs';

const PROGRAMS = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/opt/homebrew/sbin/sshd'];
const REMEDY =
  'The tests of kernels by ssh need OpenSSH’s server (on Debian `sudo apt install openssh-server`).';

/** Where there is none and none can be installed, their tests say that they do not run. */
export async function installSshd() {
  if (PROGRAMS.some(existsSync)) return;
  // Where systemd runs, Debian starts what it installs: a server on port 22 is not for tests to bring about.
  const mayInstall = existsSync('/etc/debian_version') && !existsSync('/run/systemd/system');
  if (process.getuid?.() !== 0 || !mayInstall) {
    say(`NOT RUN: the tests of kernels by ssh. ${REMEDY}`);
    return;
  }
  await step('Installing OpenSSH for the tests of kernels by ssh', installFromDebian);
}

async function installFromDebian() {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await runQuietly('apt-get', ['update'], `${REMEDY} \`apt-get update\` failed:`, { env });
  const args = ['install', '-y', '--no-install-recommends', 'openssh-server', 'openssh-client'];
  await runQuietly('apt-get', args, `${REMEDY} \`apt-get install openssh-server\` failed:`, { env });
}
