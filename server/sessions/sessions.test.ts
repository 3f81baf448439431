import pino from 'pino';
import { beforeEach, describe, expect, test } from 'vitest';
import type { StoredEvent } from '../../event-log/event.ts';
import { KernelError } from '../../kernel-bridge/kernel.ts';
import { FailingEventLog } from '../../test/doubles/failing-event-log.ts';
import { HttpError } from '../http-error.ts';
import type { SessionKernels } from './session-kernels.ts';
import type { NewSession } from './session-request.ts';
import { Sessions } from './sessions.ts';

/** Kernels as sessions see them: ids that come and go. */
class Kernels implements SessionKernels {
  readonly ids = new Set<string>();
  readonly documents = new Map<string, object>();
  readonly renames: boolean[] = [];
  readonly started: Parameters<SessionKernels['start']>[0][] = [];
  failure: Error | null = null;
  /** Of what was launched, later. */
  startFailure: Error | null = null;
  /** Who follows those that were shut down. */
  readonly successors: (string | null)[] = [];
  starting: Promise<void> = Promise.resolve();

  has(id: string): boolean {
    return this.ids.has(id);
  }

  get(id: string): { model: { id: string } } {
    if (!this.has(id)) throw new HttpError(404, `Kernel does not exist: ${id}`);
    return { model: { id } };
  }

  async start(request: Parameters<SessionKernels['start']>[0]): Promise<{ id: string }> {
    await this.starting;
    if (this.failure) throw this.failure;
    const id = request.kernelId ?? `kernel-${this.started.length + 1}`;
    this.started.push(request);
    this.ids.add(id);
    return { id };
  }

  setDocument(id: string, document: object, isRename: boolean): void {
    this.get(id);
    this.documents.set(id, document);
    this.renames.push(isRename);
  }

  starts(): Promise<void> {
    return this.startFailure === null ? Promise.resolve() : Promise.reject(this.startFailure);
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- a failure must reject, not throw
  async shutdown(id: string, _actor: string, successor: string | null = null): Promise<void> {
    this.get(id);
    this.successors.push(successor);
    this.ids.delete(id);
  }
}

let kernels: Kernels;
let log: FailingEventLog;
let sessions: Sessions;
const logged: string[] = [];
beforeEach(() => {
  kernels = new Kernels();
  log = new FailingEventLog();
  logged.length = 0;
  const logger = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });
  sessions = new Sessions({ kernels, log, logger, rootDirectory: '/root', hasRun: null });
});

const wanted = (path: string, more: Partial<NewSession> = {}): NewSession => ({
  path,
  name: path.split('/').at(-1) ?? null,
  type: 'notebook',
  kernelName: 'python3',
  kernelId: null,
  ...more,
});
const create = (path: string, more: Partial<NewSession> = {}) => sessions.create(wanted(path, more), 'alice');

async function events(): Promise<StoredEvent[]> {
  const all: StoredEvent[] = [];
  for await (const event of log.read('sessions')) all.push(event);
  return all;
}
const types = async (): Promise<string[]> => (await events()).map(({ type }) => type);

describe('creating a session', () => {
  test('starts a kernel for the document, and answers the path exactly as it was sent', async () => {
    const path = '/odd//folder/6fd5-random ';
    const session = await create(path, { name: 'a.ipynb' });
    expect(session).toEqual({
      id: expect.any(String) as unknown,
      path,
      name: 'a.ipynb',
      type: 'notebook',
      kernel: { id: 'kernel-1' },
      notebook: { path, name: 'a.ipynb' },
    });
    expect(kernels.started).toEqual([
      {
        actor: 'alice',
        name: 'python3',
        kernelId: null,
        path,
        host: null,
        document: { path, name: 'a.ipynb' },
      },
    ]);
    expect(await sessions.list()).toEqual([session]);
    expect(await sessions.get(session.id)).toEqual(session);
    expect(await events()).toMatchObject([{ type: 'session-created', actor: 'alice', data: { path } }]);
  });

  test('answers the session of that path where there is one, also to two who ask at once', async () => {
    const [one, two] = await Promise.all([create('a.ipynb'), create('a.ipynb')]);
    expect(two).toEqual(one);
    expect(await create('a.ipynb')).toEqual(one);
    expect(kernels.started).toHaveLength(1);
    expect(await sessions.list()).toHaveLength(1);
  });

  test('runs on the kernel that it names, if that runs', async () => {
    kernels.ids.add('there');
    expect(await create('a.ipynb', { kernelId: 'there' })).toMatchObject({ kernel: { id: 'there' } });
    expect(kernels.started).toEqual([]);
    expect(kernels.documents.get('there')).toEqual({ path: 'a.ipynb', name: 'a.ipynb' });
    expect(await create('b.ipynb', { kernelId: 'new' })).toMatchObject({ kernel: { id: 'new' } });
    expect(kernels.started).toHaveLength(1);
  });

  test('only a notebook has the old notebook member', async () => {
    expect(await create('c', { type: 'console', name: null })).not.toHaveProperty('notebook');
  });

  test('a kernel that does not start leaves no session, and the next try is a new one', async () => {
    kernels.failure = new KernelError('KERNEL_LAUNCH_FAILED', 'no');
    await expect(create('a.ipynb')).rejects.toThrow('no');
    expect(await sessions.list()).toEqual([]);
    kernels.failure = null;
    await create('a.ipynb');
    expect(await types()).toEqual(['session-created']);
  });

  test.each(['../a.ipynb', 'a/../../b', '/../c'])(
    'refuses %s, which is outside of the root',
    async (path) => {
      await expect(create(path)).rejects.toMatchObject({ status: 500 });
      expect(kernels.started).toEqual([]);
    },
  );

  test('works where it cannot be recorded', async () => {
    log.refusal = 'EVENT_LOG_DISK_FULL';
    const session = await create('a.ipynb');
    expect(await sessions.get(session.id)).toEqual(session);
    expect(logged.join('')).toContain('could not be recorded');
  });
});

describe('changing a session', () => {
  test('renames it: path, name, type, each by itself, and the kernel learns of it', async () => {
    const { id } = await create('6fd5-random', { name: 'x' });
    expect(await sessions.change(id, { path: 'a.ipynb' }, 'bob')).toMatchObject({
      path: 'a.ipynb',
      name: 'x',
    });
    expect(await sessions.change(id, { name: 'a.ipynb' }, 'bob')).toMatchObject({
      path: 'a.ipynb',
      name: 'a.ipynb',
    });
    expect(kernels.documents.get('kernel-1')).toEqual({ path: 'a.ipynb', name: 'a.ipynb' });
    expect(await sessions.change(id, { type: 'file' }, 'bob')).toMatchObject({ type: 'file' });
    expect(await sessions.change(id, { name: null }, 'bob')).toMatchObject({ name: null });
    expect((await types()).slice(1)).toEqual(Array(4).fill('session-changed'));
    expect((await events()).at(-1)).toMatchObject({ actor: 'bob' });
  });

  test('that changes nothing is recorded nowhere', async () => {
    const { id } = await create('a.ipynb');
    await sessions.change(id, {}, 'bob');
    await sessions.change(id, { path: 'a.ipynb' }, 'bob');
    expect(await types()).toEqual(['session-created']);
  });

  test("to a kernel's name starts that kernel and ends the one before", async () => {
    const { id } = await create('a.ipynb');
    const changed = await sessions.change(id, { kernel: { name: 'deno' } }, 'bob');
    expect(changed).toMatchObject({ id, path: 'a.ipynb', kernel: { id: 'kernel-2' } });
    expect(kernels.started[1]).toMatchObject({ actor: 'bob', name: 'deno', path: 'a.ipynb' });
    expect([...kernels.ids]).toEqual(['kernel-2']);
    expect(await sessions.list()).toEqual([changed]);
  });

  test("to a running kernel's id uses that one; to an unknown one is 400 and changes nothing", async () => {
    kernels.ids.add('there');
    const before = await create('a.ipynb');
    await expect(
      sessions.change(before.id, { kernel: { id: 'none' }, path: 'b' }, 'bob'),
    ).rejects.toMatchObject({
      status: 400,
    });
    expect(await sessions.list()).toEqual([before]);
    const changed = await sessions.change(before.id, { kernel: { id: 'there' } }, 'bob');
    expect(changed.kernel).toEqual({ id: 'there' });
    expect([...kernels.ids]).toEqual(['there']);
    expect(await sessions.change(before.id, { kernel: { id: 'there' } }, 'bob')).toEqual(changed);
    expect([...kernels.ids]).toEqual(['there']);
  });

  test('to a kernel that does not start leaves it on the one it has', async () => {
    const before = await create('a.ipynb');
    kernels.failure = new KernelError('KERNEL_SPEC_UNKNOWN', 'none');
    await expect(sessions.change(before.id, { kernel: { name: 'none' } }, 'bob')).rejects.toThrow('none');
    expect(await sessions.list()).toEqual([before]);
    expect([...kernels.ids]).toEqual(['kernel-1']);
  });

  test('to one that was launched elsewhere and ends before it answers leaves it on the one it has, and lets the other go', async () => {
    const { id } = await create('n.ipynb');
    kernels.startFailure = new KernelError('KERNEL_LAUNCH_FAILED', 'the job was refused');
    const moving = sessions.change(id, { kernel: { name: 'cluster.python3' } }, 'bob');
    await expect(moving).rejects.toThrow('the job was refused');
    expect((await sessions.get(id)).kernel.id).toBe('kernel-1');
    expect([...kernels.ids]).toEqual(['kernel-1']);
    expect(sessions.notebookSession('kernel-1')?.path).toBe('n.ipynb');
  });

  test('tells the kernel before which one follows, for the cells that it had not done', async () => {
    const { id } = await create('n.ipynb');
    await sessions.change(id, { kernel: { name: 'cluster.python3' } }, 'bob');
    expect(kernels.successors).toEqual(['kernel-2']);
  });

  test('a rename while its new kernel starts is not undone', async () => {
    const { id } = await create('a.ipynb');
    let start = (): void => undefined;
    kernels.starting = new Promise((resolve) => (start = resolve));
    const changing = sessions.change(id, { kernel: { name: 'deno' } }, 'bob');
    await sessions.renamed('a.ipynb', 'b.ipynb', 'bob');
    start();
    expect(await changing).toMatchObject({ path: 'b.ipynb', name: 'b.ipynb', kernel: { id: 'kernel-2' } });
    expect(kernels.documents.get('kernel-2')).toEqual({ path: 'b.ipynb', name: 'b.ipynb' });
  });

  test('a session that is deleted while its new kernel starts stays deleted, and leaves no kernel', async () => {
    const { id } = await create('a.ipynb');
    let start = (): void => undefined;
    kernels.starting = new Promise((resolve) => (start = resolve));
    const changing = expect(sessions.change(id, { kernel: { name: 'deno' } }, 'bob')).rejects.toMatchObject({
      status: 404,
    });
    // What the change does first must have begun.
    await Promise.resolve();
    await sessions.delete(id, 'bob');
    start();
    await changing;
    expect(await sessions.list()).toEqual([]);
    expect([...kernels.ids]).toEqual([]);
  });

  test('an unknown one is 404, worded as Jupyter does', async () => {
    await expect(sessions.change('none', {}, 'bob')).rejects.toThrow("Session not found: session_id='none'");
    await expect(sessions.get('none')).rejects.toMatchObject({ status: 404 });
    await expect(sessions.delete('none', 'bob')).rejects.toMatchObject({ status: 404 });
  });
});

describe('two pages that open one notebook at the same moment, where pages share kernels', () => {
  const [ofAda, ofBen] = ['aaaaaaaa-0000-4000-8000-000000000000', 'bbbbbbbb-0000-4000-8000-000000000000'];
  const ran = new Set<string>();
  beforeEach(() => {
    ran.clear();
    const logger = pino({ level: 'silent' });
    const hasRun = (kernelId: string) => Promise.resolve(ran.has(kernelId));
    sessions = new Sessions({ kernels, log, logger, rootDirectory: '/root', hasRun });
  });
  const name = (id: string, path = 'n.ipynb') => sessions.change(id, { path }, 'alice');
  /** Under JupyterLab's stand-ins for the path. */
  const openBoth = () => Promise.all([create(ofAda), create(ofBen)]);

  test('have one kernel; the other one, on which nothing ran, goes', async () => {
    const [ada, ben] = await openBoth();
    const [adas, bens] = await Promise.all([name(ada.id), name(ben.id)]);
    expect(adas).toMatchObject({ id: ada.id, path: 'n.ipynb', kernel: { id: 'kernel-1' } });
    expect(bens).toMatchObject({ id: ben.id, path: 'n.ipynb', kernel: { id: 'kernel-1' } });
    expect([...kernels.ids]).toEqual(['kernel-1']);
    expect(await sessions.list()).toEqual([adas, bens]);
    expect(sessions.notebooksOn('kernel-1')).toBe(1);
  });

  test('have one kernel also where one of them asks by the path itself', async () => {
    const ada = await create(ofAda);
    const [named, bens] = await Promise.all([name(ada.id), create('n.ipynb')]);
    expect(bens).toEqual(named);
    expect([...kernels.ids]).toEqual(['kernel-1']);
  });

  test('get another kernel together, and lose it together', async () => {
    const [ada, ben] = await openBoth();
    await name(ada.id);
    await name(ben.id);
    await sessions.change(ben.id, { kernel: { name: 'deno' } }, 'bob');
    expect((await sessions.list()).map(({ kernel }) => kernel.id)).toEqual(['kernel-3', 'kernel-3']);
    expect([...kernels.ids]).toEqual(['kernel-3']);
    await sessions.delete(ada.id, 'alice');
    expect(await sessions.list()).toEqual([]);
  });

  test('keep what somebody has run on', async () => {
    const [ada, ben] = await openBoth();
    ran.add('kernel-2');
    await name(ada.id);
    expect(await name(ben.id)).toMatchObject({ kernel: { id: 'kernel-2' } });
    expect([...kernels.ids]).toEqual(['kernel-1', 'kernel-2']);
  });

  test('keep a kernel that a console uses, and one that was renamed to the notebook of the other', async () => {
    const [ada, ben] = await openBoth();
    await create('console', { type: 'console', kernelId: 'kernel-2' });
    await name(ada.id);
    await name(ben.id, 'other.ipynb');
    expect(await name(ben.id)).toMatchObject({ kernel: { id: 'kernel-2' } });
    expect([...kernels.ids]).toEqual(['kernel-1', 'kernel-2']);
  });
});

describe('the end of a session', () => {
  test('ends its kernel', async () => {
    const { id } = await create('a.ipynb');
    await sessions.delete(id, 'bob');
    expect([...kernels.ids]).toEqual([]);
    expect(await sessions.list()).toEqual([]);
    expect((await events()).at(-1)).toMatchObject({
      type: 'session-deleted',
      actor: 'bob',
      data: { sessionId: id },
    });
  });

  test('comes with that of its kernel, without a word; who asks for it is told why', async () => {
    const [one, two] = [await create('a.ipynb'), await create('b.ipynb')];
    kernels.ids.clear();
    await expect(sessions.get(one.id)).rejects.toThrow(/culled or died unexpectedly/);
    expect(await sessions.list()).toEqual([]);
    await expect(sessions.get(two.id)).rejects.toThrow('Session not found');
    expect((await types()).filter((type) => type === 'session-deleted')).toHaveLength(2);
    // The document can be opened anew.
    expect((await create('a.ipynb')).id).not.toBe(one.id);
  });

  test('of one whose kernel goes in the same moment is 410, and it is gone', async () => {
    const { id } = await create('a.ipynb');
    kernels.shutdown = () => Promise.reject(new HttpError(404, 'Kernel does not exist'));
    await expect(sessions.delete(id, 'bob')).rejects.toMatchObject({ status: 410 });
    expect(await sessions.list()).toEqual([]);
  });
});

describe('when files are renamed, their sessions follow', () => {
  test('the file itself, with its name where that was its own', async () => {
    const notebook = await create('folder/a.ipynb');
    const chosen = await create('folder/b.ipynb', { name: 'Console 1', type: 'console' });
    await sessions.renamed('folder/a.ipynb', 'folder/c.ipynb', 'bob');
    await sessions.renamed('folder/b.ipynb', 'd.ipynb', 'bob');
    expect(await sessions.get(notebook.id)).toMatchObject({ path: 'folder/c.ipynb', name: 'c.ipynb' });
    expect(await sessions.get(chosen.id)).toMatchObject({ path: 'd.ipynb', name: 'Console 1' });
    expect(kernels.documents.get('kernel-1')).toEqual({ path: 'folder/c.ipynb', name: 'c.ipynb' });
  });

  test('all in a folder, at any depth, and none beside it', async () => {
    const paths = ['a/1.ipynb', 'a/b/2.ipynb', 'ab/3.ipynb', 'a.ipynb'];
    for (const path of paths) await create(path);
    await sessions.renamed('a', 'x/y', 'bob');
    expect((await sessions.list()).map(({ path }) => path)).toEqual([
      'x/y/1.ipynb',
      'x/y/b/2.ipynb',
      'ab/3.ipynb',
      'a.ipynb',
    ]);
    expect((await types()).filter((type) => type === 'session-changed')).toHaveLength(2);
  });

  test('also that of a kernel that has just ended', async () => {
    await create('a.ipynb');
    kernels.ids.clear();
    await sessions.renamed('a.ipynb', 'b.ipynb', 'bob');
    expect(await sessions.list()).toEqual([]);
  });
});

describe('I4: another server', () => {
  const next = (): Sessions =>
    new Sessions({ kernels, log, logger: pino({ level: 'silent' }), rootDirectory: '/root', hasRun: null });

  test('finds the sessions that were there, as they were', async () => {
    const [one, two, three] = [await create('a.ipynb'), await create('b.ipynb'), await create('c.ipynb')];
    await sessions.change(one.id, { path: 'd.ipynb' }, 'alice');
    await sessions.delete(two.id, 'alice');
    const after = next();
    await after.restore();
    expect(await after.list()).toEqual([await sessions.get(one.id), await sessions.get(three.id)]);
    expect(after.documentOf('kernel-1')).toMatchObject({ path: 'd.ipynb' });
    expect(after.documentOf('kernel-2')).toBeNull();
  });

  test('drops those whose kernel is gone', async () => {
    await create('a.ipynb');
    kernels.ids.clear();
    const after = next();
    await after.restore();
    expect(await after.list()).toEqual([]);
    expect((await types()).at(-1)).toBe('session-deleted');
  });

  test('makes a long record short, and loses no session of it', async () => {
    const { id } = await create('a.ipynb');
    for (let each = 0; each < 250; each++) await sessions.change(id, { path: `${each}.ipynb` }, 'alice');
    const after = next();
    await after.restore();
    expect(await types()).toEqual(['session-created']);
    const again = next();
    await again.restore();
    expect(await again.list()).toEqual(await after.list());
  });
});

describe('the document of a kernel', () => {
  const placeholder = '6fd58cd5-ee94-4b41-86b8-5a5a5a5a5a5a';

  test('is renamed when Lab names it, and when its file is renamed; under another name it is another', async () => {
    const { id } = await create(placeholder, { name: 'a.ipynb' });
    await sessions.change(id, { path: 'a.ipynb' }, 'alice');
    await sessions.renamed('a.ipynb', 'b.ipynb', 'alice');
    await sessions.change(id, { path: 'saved-as.ipynb' }, 'alice');
    expect(kernels.renames).toEqual([false, true, true, false]);
  });

  test('stays the notebook when a console joins it', async () => {
    await create('a.ipynb');
    await create('console-1', { type: 'console', kernelId: 'kernel-1' });
    expect(kernels.documents.get('kernel-1')).toEqual({ path: 'a.ipynb', name: 'a.ipynb' });
  });
});
