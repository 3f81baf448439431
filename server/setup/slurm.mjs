// Slurm for the tests of kernels as jobs of a cluster: found, or installed where that can be done without asking.
import { existsSync } from 'node:fs';
import { say, step } from './progress.mjs';
import { runQuietly } from './run-command.mjs';

const PROGRAMS = ['/usr/sbin/munged', '/usr/sbin/slurmctld', '/usr/sbin/slurmd', '/usr/bin/sbatch'];
const PACKAGES = ['munge', 'slurmctld', 'slurmd', 'slurm-client'];
const REMEDY = `The tests of kernels as Slurm jobs need Slurm, and root (on Debian \`apt install ${PACKAGES.join(' ')}\`).`;

/** Where there is none and none can be installed, their tests say that they do not run. */
export async function installSlurm() {
  if (PROGRAMS.every(existsSync)) return;
  // Where systemd runs, Debian starts what it installs: a cluster of one's own is not for tests to bring about.
  const mayInstall = existsSync('/etc/debian_version') && !existsSync('/run/systemd/system');
  if (process.getuid?.() !== 0 || !mayInstall) {
    say(`NOT RUN: the tests of kernels as Slurm jobs. ${REMEDY}`);
    return;
  }
  await step('Installing Slurm for the tests of kernels as its jobs', installFromDebian);
}

async function installFromDebian() {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await runQuietly('apt-get', ['update'], `${REMEDY} \`apt-get update\` failed:`, { env });
  const args = ['install', '-y', '--no-install-recommends', ...PACKAGES];
  await runQuietly('apt-get', args, `${REMEDY} \`apt-get install\` failed:`, { env });
}
