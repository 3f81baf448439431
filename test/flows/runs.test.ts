import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { HttpAnswer } from '../servers/http.ts';
import { send, sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { startOurServer } from '../servers/our-server.ts';

const RUNS = '/api/in-the-loop/v1/runs';
const PATIENCE = { timeout: 25_000, interval: 50 };

interface Run {
  readonly id: string;
  readonly cell_id: string;
  readonly status: string;
  readonly kernel_id: string;
  readonly execution_count: number | null;
  readonly prompt: { readonly prompt: string; readonly is_password: boolean } | null;
  readonly outputs?: readonly { readonly text?: string; readonly ename?: string }[];
}
interface Batch {
  readonly is_over: boolean;
  readonly reason: string | null;
  readonly runs: readonly Run[];
}

let server: JupyterServerProcess;
beforeEach(async () => {
  server = await startOurServer();
});
afterEach(() => server.close());

function writeNotebook(name: string, sources: readonly string[]): void {
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
  writeFileSync(join(server.folders.root, name), JSON.stringify(notebook));
}
const ask = (body: object): Promise<HttpAnswer> => send(server, { method: 'POST', path: RUNS, body });
const get = async (path: string): Promise<HttpAnswer> => sendOk(server, { path: `${RUNS}${path}` });
const batch = async (id: string): Promise<Batch> => (await get(`?request_id=${id}`)).json<Batch>();
const statuses = async (id: string): Promise<string[]> => (await batch(id)).runs.map(({ status }) => status);
const isOver = (id: string): Promise<Batch> =>
  vi.waitUntil(async () => {
    const now = await batch(id);
    return now.is_over ? now : false;
  }, PATIENCE);
const text = async ({ id }: Run): Promise<string> =>
  (await get(`/${id}`))
    .json<Run>()
    .outputs?.map((output) => output.text ?? output.ename)
    .join('') ?? '';

describe('running a notebook on the server', () => {
  test('cells run in order, with no browser, and their outputs can be read', async () => {
    writeNotebook('a.ipynb', ['x = 1', '', 'x += 1\nprint(x)', 'print("end")\nx']);
    const asked = await ask({ path: 'a.ipynb', request_id: 'one' });
    expect(asked.status).toBe(202);
    expect((await isOver('one')).runs).toMatchObject([
      { cell_id: 'cell-0', status: 'done', execution_count: 1 },
      { cell_id: 'cell-2', status: 'done', execution_count: 2 },
      { cell_id: 'cell-3', status: 'done', execution_count: 3 },
    ]);
    const { runs } = await batch('one');
    expect(await text(runs[1] as Run)).toBe('2\n');
    const again = await ask({ path: 'a.ipynb', request_id: 'one' });
    expect([again.status, again.json()]).toEqual([202, await batch('one')]);
    expect(await statuses('one')).toEqual(['done', 'done', 'done']);
    const listed = (await get('?path=a.ipynb&limit=2')).json<{ runs: Run[]; next: string }>();
    expect(listed.runs.map(({ cell_id: cell }) => cell)).toEqual(['cell-3', 'cell-2']);
    const rest = (await get(`?path=a.ipynb&limit=2&before=${listed.next}`)).json<{
      runs: Run[];
      next: null;
    }>();
    expect([rest.runs.map(({ cell_id: cell }) => cell), rest.next]).toEqual([['cell-0'], null]);
  });

  test('an error stops what is behind it, unless it is to go on', async () => {
    writeNotebook('a.ipynb', ['1/0', 'print(1)']);
    await ask({ path: 'a.ipynb', request_id: 'stops' });
    const stopped = await isOver('stops');
    expect(stopped.runs.map(({ status }) => status)).toEqual(['failed', 'aborted']);
    expect(stopped.reason).toContain('cell-0');
    await ask({ path: 'a.ipynb', request_id: 'on', stop_on_error: false });
    expect((await isOver('on')).runs.map(({ status }) => status)).toEqual(['failed', 'done']);
  });

  test('a question is answered from anywhere', async () => {
    writeNotebook('a.ipynb', ['print("Hello", input("Who? "))']);
    await ask({ path: 'a.ipynb', request_id: 'one' });
    const [run] = await vi.waitUntil(async () => {
      const { runs } = await batch('one');
      return runs[0]?.prompt ? runs : false;
    }, PATIENCE);
    expect(run?.prompt).toMatchObject({ prompt: 'Who? ', is_password: false });
    const answered = await send(server, {
      method: 'POST',
      path: `${RUNS}/${run?.id}/input`,
      body: { value: 'Ada' },
    });
    expect(answered.json()).toMatchObject({ prompt: null });
    const late = await send(server, {
      method: 'POST',
      path: `${RUNS}/${run?.id}/input`,
      body: { value: 'Bob' },
    });
    expect([late.status, late.json()]).toMatchObject([409, { code: 'no_open_prompt' }]);
    const { runs } = await isOver('one');
    expect(await text(runs[0] as Run)).toBe('Who?  Ada\nHello Ada\n');
  });

  test('what is cancelled is interrupted, or never sent', async () => {
    writeNotebook('a.ipynb', ['import time\nprint("begun", flush=True)\ntime.sleep(60)', 'print(1)']);
    await ask({ path: 'a.ipynb', request_id: 'one' });
    await vi.waitUntil(async () => {
      const { runs } = await batch('one');
      return (await text(runs[0] as Run)) === 'begun\n';
    }, PATIENCE);
    await sendOk(server, { method: 'DELETE', path: `${RUNS}?request_id=one` });
    expect((await isOver('one')).runs.map(({ status }) => status)).toEqual(['interrupted', 'cancelled']);
  });

  test('I4: what was asked goes on when the server is killed in the middle, and nothing runs twice', async () => {
    writeNotebook('a.ipynb', [
      'log = []',
      'import time\nfor i in range(4):\n    log.append(i)\n    print(i, flush=True)\n    time.sleep(0.5)',
      'log.append("end")\nprint(log)',
    ]);
    await ask({ path: 'a.ipynb', request_id: 'one' });
    await vi.waitUntil(async () => {
      const { runs } = await batch('one');
      return (await text(runs[1] as Run)).startsWith('0\n');
    }, PATIENCE);
    await server.end('SIGKILL');
    server = await startOurServer({ folders: server.folders });
    const { runs } = await isOver('one');
    expect(runs.map(({ status }) => status)).toEqual(['done', 'done', 'done']);
    expect(await text(runs[1] as Run)).toBe('0\n1\n2\n3\n');
    expect(await text(runs[2] as Run)).toBe("[0, 1, 2, 3, 'end']\n");
    const again = await ask({ path: 'a.ipynb', request_id: 'one' });
    expect(again.json<Batch>().runs).toEqual(runs);
  });

  test('I1: a question that nobody answered is answered after the server was killed', async () => {
    writeNotebook('a.ipynb', ['print("Hello", input("Who? "))']);
    await ask({ path: 'a.ipynb', request_id: 'one' });
    const asked = async (): Promise<Run | false> => {
      const { runs } = await batch('one');
      return runs[0]?.prompt ? runs[0] : false;
    };
    const { id } = await vi.waitUntil(asked, PATIENCE);
    await server.end('SIGKILL');
    server = await startOurServer({ folders: server.folders });
    expect(await asked()).toMatchObject({ id, prompt: { prompt: 'Who? ' } });
    await sendOk(server, { method: 'POST', path: `${RUNS}/${id}/input`, body: { value: 'Ada' } });
    const { runs } = await isOver('one');
    expect(await text(runs[0] as Run)).toBe('Who?  Ada\nHello Ada\n');
  });

  test('what cannot be run is refused with a code and a remedy', async () => {
    writeNotebook('a.ipynb', ['print(1)']);
    const rows: [object, number, object][] = [
      [{}, 400, { code: 'invalid_request' }],
      [{ path: 'none.ipynb' }, 404, { code: 'notebook_not_found' }],
      [{ path: 'a.ipynb', cells: ['none'] }, 404, { code: 'cell_not_found', cell_id: 'none' }],
      [
        { path: 'a.ipynb', source_hashes: { 'cell-0': 'other' } },
        409,
        { code: 'source_changed', cell_id: 'cell-0' },
      ],
      [{ path: 'a.ipynb', kernel: { name: 'none' } }, 400, { code: 'kernel_spec_unknown' }],
      [{ path: 'a.ipynb', kernel: { id: 'none' } }, 404, { code: 'kernel_not_found' }],
    ];
    for (const [body, status, expected] of rows) {
      const answer = await ask(body);
      expect([answer.status, answer.json()]).toMatchObject([status, expected]);
      expect(answer.json<{ remedy: string }>().remedy).not.toBe('');
    }
    const missing = await send(server, { path: `${RUNS}/none` });
    expect([missing.status, missing.json()]).toMatchObject([404, { code: 'run_not_found' }]);
    expect((await sendOk(server, { path: '/api/kernels' })).json()).toEqual([]);
  });
});
