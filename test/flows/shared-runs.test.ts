import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { YCodeCell } from '@jupyter/ydoc';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { RoomClient } from '../fuzz/room-client.ts';
import { sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { startOurServer } from '../servers/our-server.ts';

const RUNS = '/api/in-the-loop/v1/runs';
const PATIENCE = { timeout: 25_000, interval: 25 };
const SHARED = { args: ['--collaboration', 'stock'] };

let server: JupyterServerProcess;
let clients: RoomClient[] = [];
beforeEach(async () => {
  vi.spyOn(console, 'warn').mockReturnValue(); // @jupyter/ydoc reads types before they are in a document
  server = await startOurServer(SHARED);
});
afterEach(async () => {
  for (const client of clients) client.close();
  clients = [];
  await server.close();
});

function writeNotebook(...sources: string[]): void {
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
  writeFileSync(join(server.folders.root, 'a.ipynb'), JSON.stringify(notebook));
}

async function open(name = 'ada'): Promise<RoomClient> {
  const client = new RoomClient(name, 'a.ipynb');
  clients.push(client);
  await client.connect(server);
  return client;
}

interface Batch {
  readonly runs: readonly { readonly id: string }[];
}
const run = async (cells: readonly string[] | 'all', more: object = {}): Promise<Batch> =>
  (
    await sendOk(server, { method: 'POST', path: RUNS, body: { path: 'a.ipynb', cells, ...more } })
  ).json<Batch>();

const cell = ({ model }: RoomClient, index: number): YCodeCell => model.cells[index] as YCodeCell;
const textOf = (client: RoomClient, index: number): string =>
  cell(client, index)
    .getOutputs()
    .map((output) => {
      const { text, data, ename } = output as {
        text?: string;
        data?: Record<string, string>;
        ename?: string;
      };
      return text ?? data?.['text/plain'] ?? ename ?? '';
    })
    .join('|');
const shows = (client: RoomClient, index: number, text: string | RegExp): Promise<unknown> =>
  vi.waitFor(() => expect(textOf(client, index)).toMatch(text), PATIENCE);
const isIdle = (client: RoomClient, index: number): Promise<unknown> =>
  vi.waitFor(
    () =>
      expect(cell(client, index)).toMatchObject({
        executionState: 'idle',
        execution_count: expect.any(Number) as number,
      }),
    PATIENCE,
  );

describe('a cell of a shared notebook that the server runs', () => {
  test('is seen by all while it runs, also by one who comes in the middle (I2)', async () => {
    writeNotebook(
      'import time\nfor i in range(4):\n    print(i)\n    time.sleep(0.3)',
      'answer = 42\nanswer',
    );
    const [ada, ben] = [await open(), await open('ben')];
    // What somebody has typed, and no file has.
    cell(ada, 1).setSource('answer = 43\nanswer');
    await vi.waitFor(() => expect(cell(ben, 1).getSource()).toContain('43'), PATIENCE);
    await run('all');
    await shows(ada, 0, /^0\n/);
    expect(cell(ada, 0)).toMatchObject({ executionState: 'running', execution_count: null });
    expect(cell(ada, 1).executionState).toBe('running');
    const late = await open('late');
    expect(textOf(late, 0)).toMatch(/^0\n/);
    for (const client of [ada, ben, late]) {
      await shows(client, 0, /^0\n1\n2\n3\n$/);
      await shows(client, 1, '43');
      await isIdle(client, 1);
      expect(cell(client, 0)).toMatchObject({ executionState: 'idle', execution_count: 1 });
    }
  });

  test('shows carriage returns, clearing, updates of other cells, and errors as JupyterLab does', async () => {
    writeNotebook(
      'for i in range(100): print(f"\\r{i} %", end="")',
      'from IPython.display import *\nshown = display("old", display_id=True); print("after")',
      'shown.update("new")',
      'print("gone"); clear_output(); print("stays")',
      '1/0',
      'print("never")',
    );
    const [ada, ben] = [await open(), await open('ben')];
    await run('all');
    for (const client of [ada, ben]) {
      await shows(client, 4, /^ZeroDivisionError$/);
      expect(textOf(client, 0)).toBe('99 %');
      expect(textOf(client, 1)).toBe("'new'|after\n");
      expect(textOf(client, 3)).toBe('stays\n');
      await vi.waitFor(() => expect(cell(client, 5).executionState).toBe('idle'), PATIENCE);
      expect(textOf(client, 5)).toBe('');
    }
  });

  test('that asks for something is answered by whoever sees it, once', async () => {
    writeNotebook('print("hello", input("who?"))');
    const [ada, ben] = [await open(), await open('ben')];
    const { runs } = await run('all');
    await vi.waitFor(
      () => expect(cell(ben, 0).ymodel.get('in_the_loop_run')).toMatchObject({ prompt: { prompt: 'who?' } }),
      PATIENCE,
    );
    // jupyter-collaboration's client has no place for the question, so the cell says where it can be answered.
    await shows(ada, 0, /^This cell waits for an answer, .* Answer it at \/in-the-loop\/runs\/.*\/input, /);
    await sendOk(server, { method: 'POST', path: `${RUNS}/${runs[0]?.id}/input`, body: { value: 'Ada' } });
    await shows(ada, 0, 'who? Ada\n|hello Ada\n');
    await isIdle(ben, 0);
    expect(cell(ben, 0).ymodel.has('in_the_loop_run')).toBe(false);
  });

  test('that is deleted puts its outputs nowhere, and one that is moved takes them along', async () => {
    writeNotebook(
      'import time\nfor i in range(6):\n    print(i)\n    time.sleep(0.2)',
      'time.sleep(0.5)\nprint("b")',
      '',
    );
    const [ada, ben] = [await open(), await open('ben')];
    await run('all');
    await shows(ada, 0, /^0\n/);
    ada.model.moveCell(0, 2);
    ben.model.deleteCell(ben.model.cells.findIndex(({ id }) => id === 'cell-1'));
    await vi.waitFor(
      () => expect(ada.model.cells.map(({ id }) => id)).toEqual(['cell-2', 'cell-0']),
      PATIENCE,
    );
    for (const client of [ada, ben]) {
      await shows(client, 1, /^0\n1\n2\n3\n4\n5\n$/);
      await isIdle(client, 1);
      expect(client.model.cells).toHaveLength(2);
    }
  });

  test('loses and doubles nothing where the server is killed in the middle (I1, I2)', async () => {
    writeNotebook(
      'import time\nfor i in range(30):\n    print(i)\n    time.sleep(0.1)\n"end"',
      'print("next")',
    );
    const [ada, ben] = [await open(), await open('ben')];
    await run('all');
    await shows(ada, 0, /5\n/);
    await server.end('SIGKILL');
    server = await startOurServer({ ...SHARED, folders: server.folders });
    for (const client of [ada, ben]) {
      client.disconnect();
      await client.connect(server);
    }
    const all = Array.from({ length: 30 }, (_, line) => `${line}\n`).join('');
    for (const client of [ada, ben]) {
      await vi.waitFor(() => expect(textOf(client, 1)).toBe('next\n'), PATIENCE);
      expect(textOf(client, 0)).toBe(`${all}|'end'`);
      await isIdle(client, 1);
    }
  });

  test('shows that its run is over where the kernel has ended with the server (I1)', async () => {
    writeNotebook('import time\nprint("begun")\ntime.sleep(100)');
    const ada = await open();
    await run('all');
    await shows(ada, 0, 'begun\n');
    await sendOk(server, { path: '/api/kernels' }).then(async (answer) => {
      const [kernel] = answer.json<{ id: string }[]>();
      await sendOk(server, { method: 'DELETE', path: `/api/kernels/${kernel?.id}` });
    });
    await vi.waitFor(() => expect(cell(ada, 0).executionState).toBe('idle'), PATIENCE);
    expect(textOf(ada, 0)).toMatch(/^begun\n/);
  });

  test('keeps the state small that is kept of what it prints', async () => {
    writeNotebook('import time\nfor i in range(200):\n    print("line", i)\n    time.sleep(0.005)');
    const ada = await open();
    let updates = 0;
    ada.model.ydoc.on('update', () => updates++);
    await run('all');
    await isIdle(ada, 0);
    expect(textOf(ada, 0).split('\n')).toHaveLength(201);
    expect(updates).toBeLessThan(60);
    expect(sizeOf(server.folders.state)).toBeLessThan(1_000_000);
  });
});

describe('a notebook that is shared for a part of a run', () => {
  const NUMBERS = Array.from({ length: 30 }, (_, line) => `${line}\n`).join('');
  const COUNT = 'import time\nfor i in range(30):\n    print(i)\n    time.sleep(0.1)';
  interface FileCell {
    readonly id: string;
    readonly source: readonly string[];
    readonly outputs: readonly { readonly text: readonly string[] }[];
    readonly execution_count: number | null;
  }
  const fileCells = (): FileCell[] =>
    (JSON.parse(readFileSync(join(server.folders.root, 'a.ipynb'), 'utf8')) as { cells: FileCell[] }).cells;
  const printedInFile = (index: number): string =>
    (fileCells()[index]?.outputs ?? []).map(({ text }) => text.join('')).join('|');
  const fileShows = (index: number, text: string): Promise<unknown> =>
    vi.waitFor(() => expect(printedInFile(index)).toBe(text), PATIENCE);

  test('gets the rest into its file when all have gone, and shows all to who comes back (I2)', async () => {
    await server.close();
    server = await startOurServer({ args: [...SHARED.args, '--document-idle', '0.2'] });
    writeNotebook(COUNT, 'print("never")');
    const ada = await open();
    ada.model.deleteCell(1);
    await run(['cell-0']);
    await shows(ada, 0, /^0\n1\n/);
    ada.disconnect();
    await fileShows(0, NUMBERS);
    expect(fileCells()).toHaveLength(1);
    await ada.connect(server);
    await shows(ada, 0, new RegExp(`^${NUMBERS}$`));
    await isIdle(ada, 0);
    expect(ada.model.cells).toHaveLength(1);
  });

  test('keeps the last state of its widgets in its file', async () => {
    await server.close();
    server = await startOurServer({ args: [...SHARED.args, '--document-idle', '0.2'] });
    writeNotebook('from ipywidgets import IntSlider\nslider = IntSlider(7)\nslider', 'slider.value = 8');
    const ada = await open();
    await run('all');
    await isIdle(ada, 1);
    const [output] = cell(ada, 0).getOutputs();
    const view = (output?.['data'] as Record<string, { model_id: string }> | undefined)?.[
      'application/vnd.jupyter.widget-view+json'
    ];
    ada.disconnect();
    await vi.waitFor(() => {
      const { metadata } = JSON.parse(readFileSync(join(server.folders.root, 'a.ipynb'), 'utf8')) as {
        metadata: { widgets?: Record<string, { state: Record<string, unknown> }> };
      };
      const { state } = metadata.widgets?.['application/vnd.jupyter.widget-state+json'] ?? {};
      expect(state?.[view?.model_id ?? '']).toMatchObject({
        model_name: 'IntSliderModel',
        state: { value: 8 },
      });
      expect(Object.keys(state ?? {})).toHaveLength(3);
    }, PATIENCE);
  });

  test('shows a run that was begun before, with what its file had already', async () => {
    writeNotebook(COUNT);
    await run('all');
    await vi.waitFor(() => expect(printedInFile(0)).toMatch(/^0\n/), PATIENCE);
    const ada = await open();
    await shows(ada, 0, new RegExp(`^${NUMBERS}$`));
    await fileShows(0, NUMBERS);
    const [one] = (await sendOk(server, { path: `${RUNS}?path=a.ipynb` })).json<{
      runs: { is_in_file: boolean }[];
    }>().runs;
    expect(one?.is_in_file).toBe(true);
  });

  test('keeps its outputs where a page saves that has not seen them (I6)', async () => {
    writeNotebook('print("one")', '');
    const stale = await sendOk(server, { path: '/api/contents/a.ipynb' });
    const ada = await open();
    await run(['cell-0']);
    await isIdle(ada, 0);
    await fileShows(0, 'one\n');
    const { content } = stale.json<{ content: { cells: { source: string }[] } }>();
    Object.assign(content.cells[1] ?? {}, { source: 'typed' });
    const body = { type: 'notebook', format: 'json', content };
    await sendOk(server, { method: 'PUT', path: '/api/contents/a.ipynb', body });
    await vi.waitFor(() => expect(cell(ada, 1).getSource()).toBe('typed'), PATIENCE);
    expect(textOf(ada, 0)).toBe('one\n');
    await fileShows(0, 'one\n');
  });
});

function sizeOf(directory: string): number {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
