import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const SOURCE = join(import.meta.dirname, '..', 'kube-apiserver');
/** It takes minutes to build: a person's machine keeps it over clones and versions of this project. */
const CACHE = join(homedir(), '.cache', 'in-the-loop-tests');

/** Why no API server can be started here; null where one can. */
export function whyNoApiServer(): string | null {
  if (programOnPath('etcd') === null) return 'etcd is not installed (Debian: etcd-server)';
  if (programOnPath('openssl') === null) return 'openssl is not installed';
  if (existsSync(cachedProgram()) || programOnPath('go') !== null) return null;
  return 'Go, which builds kube-apiserver, is not installed (https://go.dev/dl, 1.25 or newer)';
}

/** The path of a kube-apiserver, which is built first if there is none: about 10 minutes and 4 GB of Go's caches, once. */
export async function apiServerProgram(): Promise<string> {
  const program = cachedProgram();
  if (existsSync(program)) return program;
  mkdirSync(CACHE, { recursive: true });
  const version = versionOf();
  const names = ['gitVersion=v' + version, 'gitMajor=1', `gitMinor=${version.split('.')[1] ?? ''}`];
  const flags = ['-s', '-w', ...names.flatMap((name) => ['-X', `k8s.io/component-base/version.${name}`])];
  const fresh = `${program}.${process.pid}`;
  const args = ['build', '-buildvcs=false', '-trimpath', '-ldflags', flags.join(' '), '-o', fresh, '.'];
  const env = { ...process.env, CGO_ENABLED: '0' };
  await run('nice', ['go', ...args], { cwd: SOURCE, env, maxBuffer: 64 * 1024 * 1024 });
  renameSync(fresh, program);
  return program;
}

/** The path of a program, null where there is none. */
function programOnPath(name: string): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/go/bin'];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}

function cachedProgram(): string {
  return join(CACHE, `kube-apiserver-${versionOf()}`);
}

/** `1.35.4`, as its module file says. */
function versionOf(): string {
  const [, version] = /k8s\.io\/kubernetes v(\S+)/.exec(readFileSync(join(SOURCE, 'go.mod'), 'utf8')) ?? [];
  if (version === undefined) throw new Error('go.mod names no version of Kubernetes');
  return version;
}
