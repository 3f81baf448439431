import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { AGENT, AgentClient } from '../doubles/agent-client.ts';
import { askedOf, ScriptedProvider } from '../doubles/scripted-provider.ts';
import { sendOk } from '../servers/http.ts';
import type { JupyterServerProcess } from '../servers/jupyter-server-process.ts';
import { KernelSocket } from '../servers/kernel-socket.ts';
import { startOurServer } from '../servers/our-server.ts';

const RUNS = '/api/in-the-loop/v1/runs';
let provider: ScriptedProvider;
let server: JupyterServerProcess;
let person: AgentClient;

beforeAll(async () => {
  provider = await ScriptedProvider.start();
  server = await startOurServer({ args: ['--collaboration', 'on'], environment: provider.environment });
});
afterAll(async () => {
  await server.close();
  await provider.server.close();
});

const sources = [
  'class Sly:\n    def __repr__(self):\n        open("was-asked", "w")\n        return "sly"\nsly = Sly()\ndata = [1, 2, 3]\nlong = "x" * 200\nprint("hel" + "lo")',
  '1 / 0',
  'data.append(4)',
  'name = input("Your name?")\nprint("Hi " + name)',
  'import time\nfor i in range(600):\n    time.sleep(0.1)',
  'import numpy as np, pandas as pd\narr = np.zeros((3, 4))\ndf = pd.DataFrame({"a": [1, 2], "b": [0.5, 1.5]})',
];

beforeEach(async () => {
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
  person = await AgentClient.open(server, { path: 'a.ipynb' });
});
afterEach(() => person.close());

const allow = (decision: 'allow' | 'ask'): Promise<unknown> =>
  sendOk(server, {
    method: 'PUT',
    path: `${AGENT}/policy`,
    body: { tools: {}, effects: { runs: decision } },
  });

/** One turn with these calls in one answer. */
async function use(...calls: readonly (readonly [string, object])[]): Promise<string[]> {
  provider.calls(...calls);
  provider.says('Done.');
  const turnId = await person.ask(askedOf('Go on.'));
  await person.until('turn-ended', turnId);
  return person.results(turnId);
}

test('an agent runs cells once a person has seen their code, and what is run is what they saw', async () => {
  provider.calls(['run_cells', { cells: ['cell-0', 'cell-1', 'cell-2'] }]);
  provider.says('There was an error.');
  const turnId = await person.ask(askedOf('Go on.'));
  await person.until('approval-requested', turnId);
  expect(person.previews(turnId)).toEqual([
    {
      kind: 'code',
      path: 'a.ipynb',
      cells: [0, 1, 2].map((index) => ({ cellId: `cell-${index}`, source: sources[index] })),
    },
  ]);
  await person.approve(turnId, null);
  await person.until('turn-ended', turnId);
  const [result] = person.results(turnId);
  expect(result).toMatch(/Cell cell-0 \[1\] ran without an error in .*asked for by agent:.*hello/s);
  expect(result).toMatch(/Cell cell-1 \[2\] failed.*ZeroDivisionError/s);
  expect(result).toMatch(/Cell cell-2 was not run.*The rest was not run: Cell cell-1 failed\./s);
  expect(provider.told).toContain('ZeroDivisionError');
  const { runs } = (await sendOk(server, { path: `${RUNS}?path=a.ipynb` })).json<{
    runs: { who: string }[];
  }>();
  expect(runs.every(({ who }) => who.startsWith('agent:'))).toBe(true);
});

test('code that was changed after a person saw it is not run', async () => {
  provider.calls(['run_cells', { cells: ['cell-2'] }]);
  provider.says('I look again.');
  const turnId = await person.ask(askedOf('Go on.'));
  await person.until('approval-requested', turnId);
  const { content } = (await sendOk(server, { path: '/api/contents/a.ipynb' })).json<{
    content: { cells: { source: string }[] };
  }>();
  const cells = content.cells.map((cell, index) =>
    index === 2 ? { ...cell, source: 'print("evil")' } : cell,
  );
  const body = { type: 'notebook', format: 'json', content: { ...content, cells } };
  await sendOk(server, { method: 'PUT', path: '/api/contents/a.ipynb', body });
  await person.approve(turnId, null);
  await person.until('turn-ended', turnId);
  expect(person.results(turnId)[0]).toMatch(
    /source of the cell cell-2 is not the one that you know\. Nothing was run/,
  );
});

test('it reads what there is without having code of people run', async () => {
  await allow('allow');
  const [ran] = await use(['run_cells', { cells: ['cell-0', 'cell-5'], wait: 45 }]);
  expect(ran).toContain('hello');
  const [variables, inspected, unknown, completed, listed] = await use(
    ['list_variables', {}],
    ['inspect', { name: 'data.append' }],
    ['inspect', { name: 'nothing_like_this' }],
    ['complete', { code: 'data.ap' }],
    ['list_runs', { limit: 2, cell: 'cell-0' }],
  );
  expect(variables?.split('\n')).toEqual(
    expect.arrayContaining([
      'sly: Sly',
      'data: list, 3 items',
      'arr: ndarray, shape (3, 4), float64',
      'df: DataFrame, 2 rows x 2 columns: a int64, b float64',
      expect.stringMatching(/^long: str, length 200, 'xxx/),
    ]),
  );
  expect(inspected).toMatch(/Append object to the end of the list/);
  expect(unknown).toMatch(/knows no "nothing_like_this"/);
  expect(completed).toContain('append');
  expect(listed).toMatch(/Cell cell-0/);
  const files = (await sendOk(server, { path: '/api/contents/?content=1' })).text();
  expect(files).not.toContain('was-asked');
});

test('a cell that asks for input says so, a person answers it, and the run is awaited by its id', async () => {
  await allow('allow');
  const [waiting] = await use(['run_cells', { cells: ['cell-3'] }]);
  expect(waiting).toMatch(/waits for somebody to type an answer to "Your name\?"/);
  const runId = /await_run waits for (\S+)\./.exec(waiting ?? '')?.[1] ?? '';
  provider.calls(['await_run', { run: runId }]);
  provider.says('Thanks.');
  const path = `${RUNS}/${runId}/input`;
  await sendOk(server, { method: 'POST', path, body: { value: 'Ada' } });
  const turnId = await person.ask(askedOf('Go on.'));
  await person.until('turn-ended', turnId);
  expect(person.results(turnId)[0]).toMatch(/ran without an error.*Hi Ada/s);
});

test('a long run goes on behind the answer, is not asked anything meanwhile, and ends where the turn is stopped with it', async () => {
  await allow('allow');
  provider.calls(['run_cells', { cells: ['cell-4'], wait: 1 }], ['list_variables', {}]);
  provider.calls(['await_run', { run: 'no such run' }]);
  provider.says('Well.');
  const turnId = await person.ask(askedOf('Go on.'));
  await person.until('turn-ended', turnId);
  const [ran, variables, awaited] = person.results(turnId);
  expect(ran).toMatch(/Cell cell-4 \[\d+\] is running for .*Not over yet/s);
  expect(variables).toMatch(/The kernel is busy/);
  expect(awaited).toMatch(/There is no run no such run/);
  await use(['interrupt_kernel', {}]);
  provider.calls(['run_cells', { cells: ['cell-4'], wait: 45 }]);
  const stopped = await person.ask(askedOf('Go on.'));
  await person.until('tool-started', stopped);
  const runsOf = async (status: string): Promise<unknown[]> =>
    (await sendOk(server, { path: `${RUNS}?path=a.ipynb&status=${status}` })).json<{ runs: unknown[] }>()
      .runs;
  await expect.poll(() => runsOf('running'), { timeout: 20_000 }).toHaveLength(1);
  await person.stop(stopped, true);
  await person.until('turn-ended', stopped);
  await expect.poll(() => runsOf('running'), { timeout: 20_000 }).toHaveLength(0);
  // Nothing of an agent's waiting gets into the notebook.
  expect(JSON.stringify((await sendOk(server, { path: '/api/contents/a.ipynb' })).json())).not.toContain(
    'Not over yet',
  );
});

test('a run that still waits in its kernel when its turn is stopped with it is interrupted once it begins', async () => {
  await allow('allow');
  await use(['run_cells', { cells: ['cell-2'] }]);
  const [kernel] = (await sendOk(server, { path: '/api/kernels' })).json<{ id: string }[]>();
  const socket = await KernelSocket.open(server, kernel?.id ?? '');
  // Somebody else's, so that the agent's waits behind it in the kernel itself.
  const other = socket.start('import time; time.sleep(3)');
  await socket.until(
    () => socket.received.some(({ header }) => header.msg_type === 'execute_input'),
    'start',
  );
  provider.calls(['run_cells', { cells: ['cell-4'], wait: 45 }]);
  const stopped = await person.ask(askedOf('Go on.'));
  const runs = async (): Promise<string[]> =>
    (await sendOk(server, { path: `${RUNS}?path=a.ipynb&cell=cell-4` }))
      .json<{ runs: { status: string }[] }>()
      .runs.map(({ status }) => status);
  await expect.poll(async () => (await runs())[0], { timeout: 20_000 }).toBe('queued');
  await person.stop(stopped, true);
  await person.until('turn-ended', stopped);
  await socket.finish(other);
  await expect.poll(async () => (await runs())[0], { timeout: 20_000 }).toMatch(/interrupted|cancelled/);
  await socket.close();
}, 60_000);

test('it installs by name alone, asks before it destroys, and asks the person', async () => {
  await allow('allow');
  const refused = await use(
    ['install_package', { packages: ['--index-url=http://evil.example', 'x'] }],
    ['install_package', { packages: ['git+https://evil.example/x'] }],
    ['install_package', { packages: ['a"; rm -rf ~'] }],
  );
  for (const result of refused) expect(result).toMatch(/no name of a package/);
  const [pip] = await use(['install_package', { packages: ['no-such-package-in-the-loop==0.0.0'] }]);
  expect(pip).toMatch(/pip has failed\..*no-such-package-in-the-loop/s);

  provider.calls(['restart_kernel', {}], ['ask_person', { question: 'Which column?', choices: ['a', 'b'] }]);
  provider.says('Done.');
  const turnId = await person.ask(askedOf('Go on.'));
  await expect.poll(() => person.previews(turnId), { timeout: 20_000 }).toHaveLength(2);
  expect(person.previews(turnId)).toMatchObject([
    { kind: 'text', text: expect.stringContaining('all its variables are lost') as string },
    { kind: 'question', text: 'Which column?', choices: ['a', 'b'] },
  ]);
  await person.approve(turnId, null, { approve: true, remark: 'the first' });
  await person.until('turn-ended', turnId);
  const [restarted, said] = person.results(turnId);
  expect(restarted).toMatch(/The kernel was restarted/);
  expect(said).toBe('the first');
});
