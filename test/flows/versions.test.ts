import { execFile } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { MAIN, startOurServer } from '../servers/our-server.ts';
import { serverEnvironment } from '../servers/server-folders.ts';

let server: JupyterServerProcess;
beforeEach(async () => {
  server = await startOurServer();
});
afterEach(() => server.close());

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function command(...args: string[]): Promise<Outcome> {
  const { folders } = server;
  const options = { env: serverEnvironment(folders), cwd: folders.root };
  return new Promise((resolve) =>
    execFile(process.execPath, [MAIN, ...args, '--state', folders.state], options, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    ),
  );
}

/** The numbers of the versions, oldest first. */
async function versionsOf(file: string): Promise<string[]> {
  const { stdout, stderr } = await command('versions', file);
  expect(stderr).toBe('');
  return stdout
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(' ')[0] ?? '');
}

const notebook = (...sources: string[]) => ({
  cells: sources.map((source, place) => ({
    ...{ cell_type: 'code', id: `cell-${place}`, source, metadata: {}, outputs: [], execution_count: null },
  })),
  metadata: {},
  nbformat: 4,
  nbformat_minor: 5,
});

const save = (...sources: string[]) =>
  sendOk(server, {
    method: 'PUT',
    path: '/api/contents/a.ipynb',
    body: { type: 'notebook', format: 'json', content: notebook(...sources) },
  });

const onDisk = (name = 'a.ipynb'): string => readFileSync(join(server.folders.root, name), 'utf8');

test('I6: each version is listed and can be put back, while the server runs and after it was killed', async () => {
  writeFileSync(join(server.folders.root, 'a.ipynb'), JSON.stringify(notebook('theirs')));
  const texts = [onDisk()];
  for (const sources of [['1'], ['1', '2'], ['1!', '2', '3']]) {
    await save(...sources);
    texts.push(onDisk());
  }
  const { stdout } = await command('versions', 'a.ipynb');
  expect(stdout.split('\n').map((line) => line.trim().split(/ {2,}/).slice(-2))).toMatchObject([
    ['cells', 'changed'],
    [expect.any(String), '1'],
    ['1', '1'],
    ['2', '1'],
    ['3', '2'],
    [''],
  ]);
  const [theirs = '', first = '', , third = ''] = await versionsOf('a.ipynb');
  const restored = await command('restore', 'a.ipynb', first);
  expect(restored).toMatchObject({
    code: 0,
    stdout: `a.ipynb is now version ${first}. What it was before is kept as version ${third}.\n`,
  });
  expect(onDisk()).toBe(texts[1]);
  expect((await command('restore', 'a.ipynb', third)).code).toBe(0);
  const again = await command('restore', 'a.ipynb', (await versionsOf('a.ipynb')).at(-1) ?? '');
  expect(again.stdout).toContain('nothing has changed');

  await save('just before the kill');
  const last = onDisk();
  await save('and the last');
  await server.end('SIGKILL');
  const count = (await versionsOf('a.ipynb')).length;
  expect(count).toBe(8);
  expect((await command('restore', 'a.ipynb', theirs)).code).toBe(0);
  expect(onDisk()).toBe(texts[0]);
  const beforeKill = (await versionsOf('a.ipynb')).at(-3) ?? '';
  expect((await command('restore', 'a.ipynb', beforeKill, '--to', 'b.ipynb')).stdout).toBe(
    `b.ipynb is now version ${beforeKill} of a.ipynb. It was not there before.\n`,
  );
  expect(onDisk('b.ipynb')).toBe(last);
  server = await startOurServer({ folders: server.folders });
  expect(await versionsOf('a.ipynb')).toHaveLength(count + 1);
});

test('I6: versions follow a renamed file, and a deleted one comes back', async () => {
  await save('1');
  const first = onDisk();
  await save('2');
  await sendOk(server, { method: 'PATCH', path: '/api/contents/a.ipynb', body: { path: 'b.ipynb' } });
  const [version = ''] = await versionsOf('b.ipynb');
  rmSync(join(server.folders.root, 'b.ipynb'));
  expect((await command('restore', 'b.ipynb', version)).stdout).toContain('It was not there before');
  expect(onDisk('b.ipynb')).toBe(first);
});

test('what cannot be done is explained', async () => {
  await save('1');
  for (const [args, sentence] of [
    [['versions', 'never.ipynb'], /never\.ipynb has no versions/],
    [['restore', 'a.ipynb', '999'], /a\.ipynb has no version 999/],
    [['restore', 'a.ipynb', 'x'], /a number that/],
    [['versions', '/etc/hosts'], /not in the folder/],
    [['versions'], /of which file/],
    [['log', '--list', '--to', 'x'], /--to belongs/],
  ] as const) {
    const { code, stderr } = await command(...args);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  }
});
