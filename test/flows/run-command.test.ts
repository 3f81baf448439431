import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { sendOk } from '../servers/http.ts';
import { MAIN, startOurServer } from '../servers/our-server.ts';
import type { ServerFolders } from '../servers/server-folders.ts';
import {
  killLeftBehind,
  makeServerFolders,
  removeServerFolders,
  serverEnvironment,
} from '../servers/server-folders.ts';
import { PREFIX } from '../servers/stock-server.ts';

let folders: ServerFolders;
beforeEach(() => {
  folders = makeServerFolders();
});
afterEach(() => {
  killLeftBehind(folders);
  removeServerFolders(folders);
});

interface Cell {
  readonly outputs: readonly { readonly text?: readonly string[]; readonly ename?: string }[];
  readonly execution_count: number | null;
}

function writeNotebook(sources: readonly string[]): void {
  const cells = sources.map((source, index) => ({
    id: `cell-${index}`,
    cell_type: 'code',
    source,
    metadata: {},
    outputs: [],
    execution_count: null,
  }));
  const kernelspec = { name: 'python3', display_name: 'Python 3', language: 'python' };
  const notebook = { nbformat: 4, nbformat_minor: 5, metadata: { kernelspec }, cells };
  writeFileSync(join(folders.root, 'a.ipynb'), JSON.stringify(notebook));
}

/** What the cells of the file show. */
function shown(): string[] {
  const { cells } = JSON.parse(readFileSync(join(folders.root, 'a.ipynb'), 'utf8')) as { cells: Cell[] };
  return cells.map(({ outputs }) => outputs.map(({ text, ename }) => text?.join('') ?? ename).join(''));
}

class RunCommand {
  readonly #child;
  printed = '';
  readonly ended: Promise<number | null>;

  constructor(...args: string[]) {
    const all = [MAIN, 'run', ...args, '--root', folders.root, '--state', folders.state, '--prefix', PREFIX];
    const env = serverEnvironment(folders);
    this.#child = spawn(process.execPath, all, {
      cwd: folders.root,
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child.stderr.on('data', (chunk: Buffer) => (this.printed += chunk.toString()));
    this.ended = once(this.#child, 'exit').then(([code]) => code as number | null);
  }

  interrupt(): void {
    this.#child.kill('SIGINT');
  }

  says(text: string): Promise<unknown> {
    return vi.waitUntil(() => this.printed.includes(text), { timeout: 25_000, interval: 20 });
  }
}

describe('in-the-loop run', () => {
  test('runs a notebook by a server of its own, which ends with its kernel, and writes the outputs', async () => {
    writeNotebook(['x = 1', 'print(x + 1)', '1/0', 'print("never")']);
    const command = new RunCommand('a.ipynb');
    expect([await command.ended, command.printed]).toEqual([1, expect.stringContaining('2 of 4 cells done')]);
    expect(command.printed).toContain('[3/4] cell-2 failed');
    expect(command.printed).toContain('ZeroDivisionError: division by zero');
    expect(shown()).toEqual(['', '2\n', 'ZeroDivisionError', '']);
    const going = new RunCommand('a.ipynb', '--allow-errors');
    expect(await going.ended).toBe(1);
    expect(shown()).toEqual(['', '2\n', 'ZeroDivisionError', 'never\n']);
  });

  test('runs it through the server that is there, and leaves that as it was', async () => {
    writeNotebook(['print("one")']);
    const server = await startOurServer({ folders });
    const command = new RunCommand('a.ipynb');
    expect([await command.ended, command.printed]).toEqual([0, expect.stringContaining('1 of 1 cells done')]);
    expect(shown()).toEqual(['one\n']);
    expect((await sendOk(server, { path: '/api/kernels' })).json()).toEqual([]);
    await server.end('SIGTERM');
  });

  test('cancels at the first Ctrl-C, and leaves it running at the second', async () => {
    writeNotebook([
      'import time\nfor i in range(300):\n    try:\n        time.sleep(0.1)\n    except KeyboardInterrupt:\n        print("no", flush=True)',
      'print(1)',
    ]);
    const server = await startOurServer({ folders });
    const command = new RunCommand('a.ipynb');
    await vi.waitUntil(
      async () => {
        const answer = await sendOk(server, { path: '/api/in-the-loop/v1/runs?status=running' });
        return answer.json<{ runs: unknown[] }>().runs.length > 0;
      },
      { timeout: 25_000, interval: 50 },
    );
    command.interrupt();
    await command.says('Cancelling');
    command.interrupt();
    expect([await command.ended, command.printed]).toEqual([1, expect.stringContaining('It goes on')]);
    const answer = await sendOk(server, { path: '/api/in-the-loop/v1/runs' });
    const statuses = answer.json<{ runs: { status: string }[] }>().runs.map(({ status }) => status);
    expect(statuses.sort()).toEqual(['cancelled', 'running']);
    await server.end('SIGTERM');
  });

  test('I4: goes on when the server is killed in the middle, and comes back', async () => {
    writeNotebook([
      'import time\nfor i in range(4):\n    print(i, flush=True)\n    time.sleep(0.5)',
      'print("end")',
    ]);
    const killed = await startOurServer({ folders });
    const command = new RunCommand('a.ipynb');
    await vi.waitUntil(
      async () => {
        const answer = await sendOk(killed, { path: '/api/in-the-loop/v1/runs?status=running' });
        return answer.json<{ runs: unknown[] }>().runs.length > 0;
      },
      { timeout: 25_000, interval: 50 },
    );
    await killed.end('SIGKILL');
    await command.says('does not answer');
    const server = await startOurServer({ folders });
    expect([await command.ended, command.printed]).toEqual([0, expect.stringContaining('2 of 2 cells done')]);
    expect(shown()).toEqual(['0\n1\n2\n3\n', 'end\n']);
    await server.end('SIGTERM');
  });

  test.each([
    [['none.ipynb'], 1, 'There is no notebook none.ipynb.'],
    [[], 2, 'Say which notebook'],
    [['a.ipynb', '--kernel', 'none'], 1, 'There is no kernelspec none.'],
  ])('explains why it does not run %j', async (args, code, why) => {
    writeNotebook(['print(1)']);
    const command = new RunCommand(...args);
    expect([await command.ended, command.printed]).toEqual([code, expect.stringContaining(why)]);
  });
});
