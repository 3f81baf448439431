import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseConnection } from './job-connection.ts';
import { JobFolder } from './job-folder.ts';
import { DIRECT_FILES, directScript, supervisedScript } from './job-script.ts';

let folder: JobFolder;
beforeEach(() => {
  folder = new JobFolder(mkdtempSync(join(tmpdir(), "it's a job-")));
});
afterEach(() => {
  rmSync(folder.path, { recursive: true });
});

/** Runs a script as a node does, with a kernel that is a line of shell; resolves with its exit code. */
async function run(kernel: string, setUp: readonly string[] = []): Promise<number> {
  writeFileSync(
    join(folder.path, DIRECT_FILES.secrets),
    '"key":"k","transport":"tcp","signature_scheme":"hmac-sha256","kernel_name":"x"}',
  );
  writeFileSync(join(folder.path, DIRECT_FILES.kernel), kernel);
  const script = directScript({ folder: folder.path, optionLines: [], setUp }, 'lo', 0);
  const child = spawn('bash', ['-s'], { stdio: ['pipe', 'ignore', 'ignore'] });
  child.stdin.end(script);
  const [code] = (await once(child, 'exit')) as [number];
  return code;
}

test('a job says where its kernel is reached before the kernel begins, and how that ended', async () => {
  expect(await run('cp "$1" "$(dirname "$1")/seen"; exit 7')).toBe(7);
  const first = { requeued: 0, number: 0 };
  expect(await folder.latestRun()).toEqual(first);
  expect(await folder.ended(first)).toEqual({ status: 7, endsJob: false });
  const seen = await folder.read('seen');
  expect(seen).toBe(await folder.read('connection-0-0.json'));
  const connection = parseConnection(seen ?? '');
  expect(connection).toMatchObject({ ip: '127.0.0.1', key: 'k', transport: 'tcp' });
  const { shell_port, iopub_port, stdin_port, control_port, hb_port } = connection;
  const ports = [shell_port, iopub_port, stdin_port, control_port, hb_port];
  expect(new Set(ports).size).toBe(5);
  for (const port of ports) expect(port >= 20_000 && port < 32_768).toBe(true);
});

test('a kernel that was killed is told by its signal', async () => {
  await run('kill -9 $$');
  expect(await folder.ended({ requeued: 0, number: 0 })).toEqual({ status: 137, endsJob: false });
});

test('lines of set-up come before the kernel, which has what they set', async () => {
  await run('echo "$SET" > "$(dirname "$1")/set"', ['export SET="by the module"']);
  expect(await folder.read('set')).toBe('by the module\n');
});

test('[J1] whatever a folder or an address is called, a script has the lines that it has', () => {
  const lines = (text: string): number => text.split('\n').length;
  const plain = { folder: '/f', optionLines: ['#SBATCH --x'], setUp: ['y'] };
  fc.assert(
    fc.property(fc.string(), (text) => {
      const word = text.replace(/[\0\n\r]/g, '');
      const odd = { ...plain, folder: `/${word}` };
      expect(lines(directScript(odd, word, 1))).toBe(lines(directScript(plain, 'lo', 1)));
      expect(lines(supervisedScript(odd, [word], word))).toBe(lines(supervisedScript(plain, ['a'], 'b')));
    }),
  );
});
