import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { HostedMessage } from '../hosted-message.ts';
import type { KernelSays } from '../host-protocol.ts';
import { HTML_DISPLAY_MIME } from './html-display.ts';
import { HtmlKernel } from './html-kernel.ts';
import type { RealmHears } from './realm-protocol.ts';

const START = {
  ...{
    kernelId: 'k',
    sessionPath: null,
    environment: {},
    interruptBuffer: null,
    inputBuffer: null,
    pauseBuffer: null,
    python: null,
  },
};

const COLORS = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`, 'g');

/** A kernel whose frames are played by the test. */
class Played {
  readonly said: KernelSays[] = [];
  readonly frames: { readonly heard: RealmHears[]; tell(data: unknown): void; isOver: boolean }[] = [];
  readonly kernel = new HtmlKernel({
    displayProgram: '(display => 0)',
    says: (said) => void this.said.push(said),
    openRealm: (tells) => {
      const frame = { heard: [] as RealmHears[], tell: tells, isOver: false };
      this.frames.push(frame);
      return { say: (message) => void frame.heard.push(message), end: () => void (frame.isOver = true) };
    },
  });
  #requests = 0;

  constructor() {
    this.kernel.say({ type: 'start', start: START });
    this.frame.tell({ type: 'ready' });
  }

  get frame() {
    return this.frames.at(-1) as (typeof this.frames)[number];
  }

  request(type: string, content: object, metadata: object = {}): string {
    const header = JSON.stringify({ msg_id: `request-${(this.#requests += 1)}`, msg_type: type });
    const parts = {
      parentHeader: '{}',
      metadata: JSON.stringify(metadata),
      content: JSON.stringify(content),
    };
    this.kernel.say({ type: 'message', message: { channel: 'shell', header, ...parts, buffers: [] } });
    return header;
  }

  /** What was said since, as `type: what`. */
  messages(
    parent?: string,
  ): { readonly type: string; readonly channel: string; readonly content: Record<string, unknown> }[] {
    return this.said.flatMap((said) => {
      if (said.type !== 'message' || (parent !== undefined && said.message.parentHeader !== parent))
        return [];
      const { header, channel, content }: HostedMessage = said.message;
      const { msg_type: type } = JSON.parse(header) as { msg_type: string };
      return [{ type, channel, content: JSON.parse(content) as Record<string, unknown> }];
    });
  }

  types(parent: string): string[] {
    return this.messages(parent).map(({ type, content }) =>
      type === 'status' ? String(content['execution_state']) : type,
    );
  }
}

const settled = () => vi.advanceTimersByTimeAsync(0);
const done = (run: number, more: object = {}) => ({
  type: 'done',
  run,
  error: null,
  shows: false,
  height: 0,
  ...more,
});

describe('an HTML kernel', () => {
  let played: Played;
  beforeEach(() => {
    vi.useFakeTimers();
    played = new Played();
  });
  afterEach(() => {
    played.kernel.close();
    vi.useRealTimers();
  });

  test('is ready with its frame', () => {
    expect(played.said.map(({ type }) => type)).toEqual(['progress', 'message', 'ready']);
  });

  test('runs one cell after the other, with all that they print under their own request', async () => {
    const first = played.request('execute_request', { code: 'a' }, { cellId: 'x' });
    const second = played.request('execute_request', { code: 'b' });
    await settled();
    expect(played.frame.heard).toMatchObject([{ type: 'run', cell: { run: 1, cellId: 'x' } }]);
    played.frame.tell({ type: 'stream', run: 1, name: 'stdout', text: 'one\n' });
    played.frame.tell({ type: 'result', run: 1, text: '1', isElement: false });
    played.frame.tell(done(1));
    await settled();
    played.frame.tell({ type: 'stream', run: 1, name: 'stderr', text: 'late\n' });
    expect(played.types(first)).toEqual([
      'busy',
      'execute_input',
      'stream',
      'execute_result',
      'execute_reply',
      'idle',
      'stream',
    ]);
    expect(played.types(second)).toEqual(['busy', 'execute_input']);
  });

  test('keeps what a cell shows as its own document, with what it needs', async () => {
    played.request('execute_request', { code: 'const a = 1' });
    await settled();
    played.frame.tell(done(1));
    const shown = played.request('execute_request', { code: '<script>display(a)</script>' });
    await settled();
    played.frame.tell(done(2, { shows: true, height: 50 }));
    await settled();
    const { data } = played.messages(shown).find(({ type }) => type === 'display_data')?.content as {
      data: Record<string, unknown>;
    };
    expect(data[HTML_DISPLAY_MIME]).toMatchObject({
      version: 1,
      height: 50,
      before: [{ run: 1 }],
      cell: { run: 2 },
    });
    expect(data['text/html']).toMatch(/^<iframe sandbox="allow-scripts" title="Output of cell 2"/);
    expect(data['text/plain']).toBe('<script>display(a)</script>');
  });

  test('tells errors with the lines of cells, and lets nothing after them run', async () => {
    const first = played.request('execute_request', { code: 'one\ntwo', stop_on_error: true });
    const second = played.request('execute_request', { code: 'c' });
    await settled();
    const frames = [
      { name: 'f', run: 1, line: 2 },
      { name: '', run: 1, line: 1 },
      { name: 'x', run: 77, line: 1 },
    ];
    played.frame.tell(done(1, { error: { name: 'TypeError', message: 'no', frames } }));
    await settled();
    const error = played.messages(first).find(({ type }) => type === 'error')?.content as {
      traceback: string[];
    };
    expect(error).toMatchObject({ ename: 'TypeError', evalue: 'no' });
    expect(error.traceback.map((line) => line.replaceAll(COLORS, ''))).toEqual([
      'Cell [1], line 1\n    one',
      'Cell [1], line 2, in f\n    two',
      'TypeError: no',
    ]);
    expect(
      played.messages(second).map(({ content }) => content['status'] ?? content['execution_state']),
    ).toEqual([...['busy', 'aborted', 'idle']]);
  });

  test('lets a waiting cell go, and replaces a frame that does not hear', async () => {
    played.request('execute_request', { code: 'await x' });
    await settled();
    played.kernel.say({ type: 'interrupt' });
    expect(played.frame.heard.at(-1)).toEqual({ type: 'abandon', run: 1 });
    played.frame.tell(done(1));
    await settled();
    expect(played.frames).toHaveLength(1);

    const loop = played.request('execute_request', { code: 'const b = 1; while (true);' });
    await settled();
    played.kernel.say({ type: 'interrupt' });
    await vi.advanceTimersByTimeAsync(1_500);
    expect(played.frames.map(({ isOver }) => isOver)).toEqual([true, false]);
    expect(played.messages(loop).find(({ type }) => type === 'error')?.content['evalue']).toContain(
      'is gone',
    );

    // What the old one still says is nobody's.
    played.frames[0]?.tell({ type: 'stream', run: 2, name: 'stdout', text: 'x' });
    const next = played.request('execute_request', { code: '<b>b</b>' });
    await settled();
    expect(played.frame.heard).toEqual([]);
    played.frame.tell({ type: 'ready' });
    expect(played.frame.heard).toMatchObject([{ type: 'run', cell: { run: 3 } }]);
    played.frame.tell(done(3, { shows: true }));
    await settled();
    const display = played.messages(next).find(({ type }) => type === 'display_data')?.content['data'];
    expect((display as Record<string, { before: unknown[] }>)[HTML_DISPLAY_MIME]?.before).toEqual([]);
    expect(played.types(loop)).not.toContain('stream');
  });

  test('says once that a frame does not answer', async () => {
    const loop = played.request('execute_request', { code: 'while (true);' });
    await vi.advanceTimersByTimeAsync(30_000);
    const told = played.messages(loop).filter(({ type }) => type === 'stream');
    expect(told.map(({ content }) => content['text'])).toEqual([
      expect.stringContaining('Interrupt the kernel'),
    ]);
  });

  test('a frame that answers is not complained of', async () => {
    const waits = played.request('execute_request', { code: 'await x' });
    for (let second = 0; second < 30; second += 1) {
      await vi.advanceTimersByTimeAsync(1_000);
      played.frame.tell({ type: 'pong', id: second });
    }
    expect(played.types(waits)).toEqual(['busy', 'execute_input']);
  });

  test('takes nothing from a frame that no frame of ours says', async () => {
    const cell = played.request('execute_request', { code: 'a' });
    await settled();
    const garbage = [
      ...[
        null,
        1,
        'x',
        [],
        {},
        { type: 'done' },
        { type: 'done', run: 99 },
        { type: 'stream', run: 1, name: 'x', text: 'y' },
      ],
      ...[
        { type: 'stream', run: 1, name: 'stdout', text: 5 },
        { type: 'message', message: {} },
        { type: 'answer', id: 4 },
      ],
    ];
    for (const data of garbage) played.frame.tell(data);
    expect(played.types(cell)).toEqual(['busy', 'execute_input']);
    played.frame.tell(done(1, { error: { name: {}, message: 5, frames: [{}, 7] }, height: 'x' }));
    await settled();
    expect(played.types(cell).at(-1)).toBe('idle');
  });

  test('completes names of its frame, its cells and of HTML', async () => {
    const asked = played.request('complete_request', { code: 'doc.qu', cursor_pos: 6 });
    expect(played.frame.heard).toEqual([{ type: 'names', id: 1, path: ['doc'] }]);
    played.frame.tell({ type: 'answer', id: 1, names: ['query', 'quit', 'other', 'not a name'], text: '' });
    const tag = played.request('complete_request', { code: '<tex', cursor_pos: 4 });
    await settled();
    const replies = [asked, tag].map(
      (each) => played.messages(each).find(({ type }) => type === 'complete_reply')?.content,
    );
    expect(replies).toMatchObject([
      { matches: ['query', 'quit'], cursor_start: 4, cursor_end: 6 },
      { matches: ['textarea'], cursor_start: 1, cursor_end: 4 },
    ]);
  });

  test.each([
    ['1 + 1', 'complete'],
    ['function f() {', 'incomplete'],
    ['`a', 'incomplete'],
    ['let 5', 'invalid'],
    ['<p', 'complete'],
  ])('is_complete %j: %s', async (code, status) => {
    const asked = played.request('is_complete_request', { code });
    await settled();
    expect(played.messages(asked).find(({ channel }) => channel === 'shell')?.content['status']).toBe(status);
  });

  test('answers what else Jupyter asks', async () => {
    const info = played.request('kernel_info_request', {});
    const comms = played.request('comm_info_request', {});
    const history = played.request('history_request', {});
    await settled();
    const replies = [info, comms, history].map(
      (each) => played.messages(each).find(({ channel }) => channel === 'shell')?.content,
    );
    expect(replies).toMatchObject([
      { language_info: { name: 'html', mimetype: 'text/html' } },
      ...[{ comms: {} }, { history: [] }],
    ]);
  });
});
