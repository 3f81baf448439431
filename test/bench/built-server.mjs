import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

const TOKEN = 'bench';
const PREFIX = join(import.meta.dirname, '..', '..', '.venv');
const MAIN = join(import.meta.dirname, '..', '..', 'dist', 'server', 'main.js');

/**
 * Our server as it was built, with nothing of this machine's settings; resolves once it is ready. Its folders `root`,
 * `state` and `home` lie in the one given.
 * @param port 0: whichever is free
 * @param more further arguments
 */
export async function startBuiltServer(folder, port = 0, more = []) {
  const of = (name) => join(folder, name);
  for (const name of ['root', 'state', 'home']) mkdirSync(of(name), { recursive: true });
  const child = spawn(
    process.execPath,
    [
      ...[MAIN, '--no-browser', '--root', of('root'), '--port', String(port), '--token', TOKEN],
      ...['--state', of('state'), '--prefix', PREFIX, '--log-level', 'error', ...more],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, HOME: of('home') } },
  );
  const origin = await new Promise((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      const found = /is ready at (http:\/\/[^/]+)/.exec(String(chunk));
      if (found) resolve(found[1]);
    });
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
  const ask = async (method, path, body) => {
    const answer = await fetch(`${origin}${path}`, {
      method,
      headers: { authorization: `token ${TOKEN}` },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? null : answer.json();
  };
  /** Ends it with its kernels. */
  const end = () =>
    new Promise((resolve) => {
      child.once('exit', resolve);
      ask('POST', '/api/shutdown').catch(() => child.kill('SIGKILL'));
    });
  return { child, origin, token: TOKEN, ask, end };
}
