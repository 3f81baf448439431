import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { loadPyodide } from 'pyodide';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HostSays, KernelSays, KernelStart } from '../host-protocol.ts';
import type { HostedMessage } from '../hosted-message.ts';
import { runPyodideKernel } from './pyodide-kernel.ts';
import type { LoadOptions, Pyodide, PyodideEngine } from './pyodide.ts';

// The real Pyodide, once for all tests of this file: they share its variables. The Python side is tested by what it says.
const PROJECT = pathToFileURL(join(import.meta.dirname, '..', '..', '..', '/')).href;
const MEGABYTE = 1024 * 1024;

interface Said {
  readonly channel: string;
  readonly type: string;
  readonly parent: string | undefined;
  readonly content: Record<string, unknown>;
  readonly buffers: readonly Uint8Array[];
}

const engine: PyodideEngine = {
  loadPyodide: (options: LoadOptions) =>
    loadPyodide({ ...options, indexURL: fileURLToPath(options.indexURL) } as Parameters<
      typeof loadPyodide
    >[0]) as unknown as Promise<Pyodide>,
  importModule: (url) => import(/* @vite-ignore */ url),
  read: async (url) => new Uint8Array(await readFile(new URL(url))),
};
const start: KernelStart = {
  kernelId: 'k',
  sessionPath: 'folder/a.ipynb',
  environment: { GIVEN: 'yes' },
  interruptBuffer: new SharedArrayBuffer(1),
  inputBuffer: new SharedArrayBuffer(1024),
  pauseBuffer: null,
  python: {
    distributionUrl: `${PROJECT}node_modules/pyodide/`,
    archiveUrl: `${PROJECT}dist/pyodide/python-314.zip`,
    snapshotUrl: `${PROJECT}dist/pyodide/snapshot-314.bin`,
    packagesUrl: null,
    indexUrls: [],
    memory: 200 * MEGABYTE,
  },
};

let hear: (said: HostSays) => void;
let heard: Said[] = [];
/** What a test does at the moment when the kernel says something. */
let onSaid: (said: Said) => void = () => undefined;
const other: KernelSays[] = [];
const idle = new Map<string, () => void>();
let requests = 0;

beforeAll(async () => {
  const kernel = await runPyodideKernel({ post: listen }, start, engine);
  if (!kernel) throw new Error(JSON.stringify(other));
  hear = kernel;
});

beforeEach(() => {
  heard = [];
  onSaid = () => undefined;
});

function listen(says: KernelSays): void {
  if (says.type !== 'message') {
    other.push(says);
    return;
  }
  const said = read(says.message);
  heard.push(said);
  onSaid(said);
  if (said.content['execution_state'] === 'idle' && said.parent) idle.get(said.parent)?.();
}

function read(message: HostedMessage): Said {
  const { msg_type: type } = JSON.parse(message.header) as { msg_type: string };
  const { msg_id: parent } = JSON.parse(message.parentHeader) as { msg_id?: string };
  const content = JSON.parse(message.content) as Record<string, unknown>;
  return { channel: message.channel, type, parent, content, buffers: message.buffers };
}

/** Sends a request; resolves with its id when the kernel is idle again. */
function ask(
  type: string,
  content: object,
  { channel = 'shell', buffers = [] }: { channel?: HostedMessage['channel']; buffers?: Uint8Array[] } = {},
): Promise<string> {
  const id = `request-${(requests += 1)}`;
  const header = JSON.stringify({ msg_id: id, msg_type: type, session: 's', username: '', version: '5.4' });
  const done = new Promise<string>((resolve) => idle.set(id, () => resolve(id)));
  const parts = { parentHeader: '{}', metadata: '{}', content: JSON.stringify(content), buffers };
  hear({ type: 'message', message: { channel, header, ...parts } });
  return done;
}

const run = (code: string, more: object = {}) =>
  ask('execute_request', { code, silent: false, store_history: true, allow_stdin: true, ...more });

const of = (type: string) => heard.filter((said) => said.type === type);
const contentOf = (type: string) => of(type)[0]?.content;
const printed = () =>
  of('stream')
    .map((said) => said.content['text'])
    .join('');

function interrupt(): void {
  new Uint8Array(start.interruptBuffer as SharedArrayBuffer)[0] = 2;
  // As a message, which is heard between tasks alone.
  setTimeout(() => hear({ type: 'interrupt' }), 0);
}

function answerInput(value: string): void {
  const bytes = new TextEncoder().encode(JSON.stringify({ value }));
  const buffer = start.inputBuffer as SharedArrayBuffer;
  new Uint8Array(buffer).set(bytes, 8);
  Atomics.store(new Int32Array(buffer), 0, bytes.length + 1);
}

describe('starting', () => {
  it('tells how far it is, that it is ready, and nothing else before', () => {
    expect(other.map((says) => says.type)).toEqual(['progress', 'progress', 'ready']);
  });

  it('says what it is', async () => {
    await ask('kernel_info_request', {});
    const language = expect.objectContaining({
      name: 'python',
      version: '3.14.2',
      file_extension: '.py',
    }) as unknown;
    expect(contentOf('kernel_info_reply')).toMatchObject({ status: 'ok', language_info: language });
  });

  it('leaves no names of its own among the user’s', async () => {
    await run('sorted(name for name in globals() if not name.startswith("_"))');
    const shown = contentOf('execute_result')?.['data'];
    expect(shown).toEqual({ 'text/plain': "['In', 'Out', 'exit', 'get_ipython', 'open', 'quit']" });
  });

  it('knows its notebook and its environment', async () => {
    await run('import os\n[os.environ[name] for name in ("JPY_SESSION_NAME", "GIVEN")]');
    expect(contentOf('execute_result')?.['data']).toEqual({ 'text/plain': "['folder/a.ipynb', 'yes']" });
  });

  it('draws other random numbers than others that started from the same snapshot', async () => {
    await run('import random\nrandom.random()');
    const first = contentOf('execute_result');
    heard = [];
    const again = await runPyodideKernel({ post: listen }, start, engine);
    const shared = hear;
    hear = again as typeof hear;
    await run('import random\nrandom.random()');
    hear = shared;
    expect(contentOf('execute_result')?.['data']).not.toEqual(first?.['data']);
  });
});

describe('cells', () => {
  it('are answered in the order of the messaging specification, all for their request', async () => {
    const id = await run('print("one")\n1 + 1');
    const types = ['status', 'execute_input', 'stream', 'execute_result', 'execute_reply', 'status'];
    expect(heard.map((said) => said.type)).toEqual(types);
    expect(new Set(heard.map((said) => said.parent))).toEqual(new Set([id]));
    expect(contentOf('execute_result')).toMatchObject({ data: { 'text/plain': '2' } });
    expect(contentOf('execute_reply')).toMatchObject({ status: 'ok', payload: [], user_expressions: {} });
  });

  it('leave no trace when they are silent', async () => {
    await run('silently = 3', { silent: true });
    expect(heard.map((said) => said.type)).toEqual(['status', 'execute_reply', 'status']);
    heard = [];
    await run('', { user_expressions: { value: 'silently', wrong: 'nothing' } });
    const expressions = contentOf('execute_reply')?.['user_expressions'];
    expect(expressions).toMatchObject({ value: { data: { 'text/plain': '3' } }, wrong: { status: 'error' } });
  });

  it('fail with a traceback, and take along those that were sent with them', async () => {
    const all = [run('1/0'), run('never = 1'), run('print("kept")', { stop_on_error: false })];
    await Promise.all(all);
    expect(contentOf('error')).toMatchObject({ ename: 'ZeroDivisionError', evalue: 'division by zero' });
    expect(of('execute_reply').map((said) => said.content['status'])).toEqual([
      'error',
      'aborted',
      'aborted',
    ]);
    await run('"never" in globals()');
    expect(contentOf('execute_result')?.['data']).toEqual({ 'text/plain': 'False' });
  });

  it('may await', async () => {
    await run('import asyncio\nawait asyncio.sleep(0.001)\n"slept"');
    expect(contentOf('execute_result')?.['data']).toEqual({ 'text/plain': "'slept'" });
  });

  it('show, update and clear what they show', async () => {
    await run(
      'from IPython.display import HTML, clear_output, display\nshown = display(HTML("<b>a</b>"), display_id=True)\n' +
        'shown.update(HTML("b"))\nclear_output(wait=True)',
    );
    const [display, update] = [contentOf('display_data'), contentOf('update_display_data')];
    expect(display).toMatchObject({ data: { 'text/html': '<b>a</b>' } });
    expect(update?.['transient']).toEqual(display?.['transient']);
    expect(contentOf('clear_output')).toEqual({ wait: true });
  });

  it('keep output of a task for the cell that began it', async () => {
    const first = await run(
      'async def later():\n    await asyncio.sleep(0.001)\n    print("from a task")\ntask = asyncio.ensure_future(later())',
    );
    await run('await task');
    expect(of('stream').map((said) => said.parent)).toEqual([first]);
  });
});

describe('text', () => {
  it('of ten thousand prints comes complete, in a few messages', async () => {
    await run('for number in range(10_000): print(number)');
    expect(printed()).toBe(Array.from({ length: 10_000 }, (_, number) => `${number}\n`).join(''));
    expect(of('stream').length).toBeLessThan(50);
  });

  it('is published when it is flushed, before what is said after it, and where libraries write it', async () => {
    await run(
      'import os, sys\nprint("a", flush=True)\nprint("b", end="", flush=True)\nos.write(1, b"below\\n")\nprint("c", file=sys.stderr)',
    );
    const texts = of('stream').map((said) => [said.content['name'], said.content['text']]);
    expect(texts).toEqual(
      expect.arrayContaining([
        ['stdout', 'a\n'],
        ['stdout', 'b'],
        ['stdout', 'below\n'],
        ['stderr', 'c\n'],
      ]),
    );
  });

  it('that was printed before a long computation is shown meanwhile', async () => {
    // Ends only when the text that nobody flushed was heard.
    onSaid = (said) => {
      if (String(said.content['text']).includes('second')) interrupt();
    };
    await run('print("first")\nprint("second")\nwhile True: pass');
    expect(contentOf('error')).toMatchObject({ ename: 'KeyboardInterrupt' });
  });
});

describe('interrupts', () => {
  it.each([
    ['a loop', 'print("begun", flush=True)\nwhile True: pass'],
    ['time.sleep', 'import time\nprint("begun")\ntime.sleep(1000)'],
    ['an await', 'print("begun", flush=True)\nawait asyncio.sleep(1000)'],
  ])('end %s', async (_what, code) => {
    onSaid = (said) => {
      if (said.type === 'stream') interrupt();
    };
    await run(code);
    expect(contentOf('error')).toMatchObject({ ename: 'KeyboardInterrupt' });
  });

  it('end an input()', async () => {
    onSaid = (said) => {
      if (said.type === 'input_request') interrupt();
    };
    await run('input()');
    expect(contentOf('error')).toMatchObject({ ename: 'KeyboardInterrupt' });
  });

  it('harm nothing when nothing runs', async () => {
    new Uint8Array(start.interruptBuffer as SharedArrayBuffer)[0] = 2;
    hear({ type: 'interrupt' });
    await run('sum(range(100_000))');
    expect(contentOf('execute_reply')).toMatchObject({ status: 'ok' });
  });
});

describe('input()', () => {
  it('asks whoever sent the cell and waits', async () => {
    onSaid = (said) => {
      if (said.type === 'input_request') answerInput(said.content['password'] ? 'secret' : 'Ädä');
    };
    await run('import getpass\ninput("Who? "), getpass.getpass()');
    expect(of('input_request').map((said) => [said.channel, said.content['prompt']])).toEqual([
      ['stdin', 'Who? '],
      ['stdin', 'Password: '],
    ]);
    expect(contentOf('execute_result')?.['data']).toEqual({ 'text/plain': "('Ädä', 'secret')" });
  });

  it('is refused where nobody can answer', async () => {
    await run('input()', { allow_stdin: false });
    expect(contentOf('error')).toMatchObject({ ename: 'StdinNotImplementedError' });
  });
});

describe('questions', () => {
  it('are answered about names, code and what was run', async () => {
    await run('remembered = "text"\nremembered');
    await ask('complete_request', { code: 'remembered.start', cursor_pos: 16 });
    expect(contentOf('complete_reply')).toMatchObject({
      status: 'ok',
      matches: ['.startswith'],
      cursor_end: 16,
    });
    const completed = async (code: string): Promise<unknown> => {
      await ask('complete_request', { code, cursor_pos: code.length });
      return of('complete_reply').at(-1)?.content['matches'];
    };
    // What the cell itself imports, of modules that are loaded; none is imported, nor a name of the user's made.
    for (const imports of ['import json; json', 'import json as j\nj', 'import os, json\nif x:\n  json'])
      expect(await completed(`${imports}.dump`)).toEqual(['.dump', '.dumps']);
    expect(await completed('from os import path as p\np.expandu')).toEqual(['.expanduser']);
    expect(await completed('import os.path\nos.getcw')).toEqual(['.getcwd', '.getcwdb']);
    expect(await completed('from nowhere import \nimport nothing\nfrom . import x\njson.dump')).toEqual([]);
    await ask('inspect_request', { code: 'print', cursor_pos: 5, detail_level: 0 });
    expect(contentOf('inspect_reply')).toMatchObject({ found: true });
    await ask('is_complete_request', { code: 'if True:' });
    expect(contentOf('is_complete_reply')).toEqual({ status: 'incomplete', indent: '    ' });
    await ask('history_request', { hist_access_type: 'tail', n: 1, output: true, raw: true });
    const [entry] = contentOf('history_reply')?.['history'] as [number, number, unknown][];
    expect(entry?.[2]).toEqual(['remembered = "text"\nremembered', "'text'"]);
  });
});

describe('comms', () => {
  it('carry messages and bytes both ways', async () => {
    await run(
      'import comm\ndef opened(channel, message):\n    @channel.on_msg\n    def _(message):\n' +
        '        channel.send({"got": message["content"]["data"]}, buffers=[bytes(message["buffers"][0])[::-1]])\n' +
        'comm.get_comm_manager().register_target("echo", opened)',
    );
    await ask('comm_open', { comm_id: 'c', target_name: 'echo', data: {} });
    await ask('comm_info_request', { target_name: 'echo' });
    expect(contentOf('comm_info_reply')).toEqual({ status: 'ok', comms: { c: { target_name: 'echo' } } });
    const id = await ask('comm_msg', { comm_id: 'c', data: 5 }, { buffers: [new Uint8Array([1, 2, 3])] });
    expect(of('comm_msg')).toMatchObject([{ parent: id, content: { comm_id: 'c', data: { got: 5 } } }]);
    expect([...(of('comm_msg')[0]?.buffers[0] ?? [])]).toEqual([3, 2, 1]);
  });

  it('can be told whose outputs are to be theirs', async () => {
    const id = await run('print(get_ipython().kernel.get_parent()["header"]["msg_id"])');
    expect(printed()).toBe(`${id}\n`);
  });
});

describe('what cannot be done here', () => {
  const traceback = () => String((contentOf('error')?.['traceback'] as string[]).join('\n'));

  it('is said with what to do: a package that may come from nowhere', async () => {
    await run('import numpy');
    expect(contentOf('error')).toMatchObject({ evalue: "No module named 'numpy'" });
    expect(traceback()).toContain('a packages URL (or a folder) has to be configured');
  });

  it('is said with what to do: %pip without an index, programs', async () => {
    await run('%pip install something');
    expect(contentOf('error')?.['evalue']).toContain('neither a packages URL nor a package index');
    // The sentence alone, without how the kernel came to say it.
    expect(traceback()).toBe(`ModuleNotFoundError: ${String(contentOf('error')?.['evalue'])}`);
    expect(contentOf('execute_reply')).toMatchObject({ status: 'error', traceback: [traceback()] });
    heard = [];
    await run('import micropip\nawait micropip.install("something")');
    expect(contentOf('error')?.['evalue']).toContain('neither a packages URL nor a package index');
    heard = [];
    await run('!ls');
    expect(contentOf('error')?.['evalue']).toContain('this Python runs in WebAssembly');
  });

  it('is more memory than the limit: the cell fails, and the kernel goes on', async () => {
    await run(`block = bytearray(${300 * MEGABYTE})`);
    expect(contentOf('error')).toMatchObject({ ename: 'MemoryError' });
    expect(traceback()).toContain('This kernel may use 210 MB');
    heard = [];
    await run(`len(bytearray(${20 * MEGABYTE}))`);
    expect(contentOf('execute_reply')).toMatchObject({ status: 'ok' });
  });
});

describe('the end', () => {
  it('is told after the reply', async () => {
    await ask('shutdown_request', { restart: true }, { channel: 'control' });
    expect(of('shutdown_reply').map((said) => said.channel)).toEqual(['iopub', 'control']);
    expect(other.at(-1)).toEqual({ type: 'ended', failure: null });
  });
});
