import { describe, expect, it } from 'vitest';
import { executeRequest, spokenMessage } from '../../test/doubles/spoken-message.ts';
import { settle, StreamUnderTest } from '../../test/doubles/stream-under-test.ts';
import { LiveText, LiveTexts, type LiveTextOptions } from './live-text.ts';
import { OutgoingMessage } from './outgoing-message.ts';

const LIMIT = 1_000_000;
const request = executeRequest('page');
const runId = request.header.msg_id;
const options: LiveTextOptions = { limitBytes: LIMIT, textPath: (run, name) => `/runs/${run}/${name}` };

function said(type: string, content: object, parent: typeof request | null = request): OutgoingMessage {
  return OutgoingMessage.fromKernel(spokenMessage({ type, content, parent, session: 'of the kernel' }), null);
}
const printed = (text: string, name = 'stdout', parent = request): OutgoingMessage =>
  said('stream', { name, text }, parent);
const idle = said('status', { execution_state: 'idle' });

interface Part {
  readonly header: { readonly session: string };
  readonly parent: { readonly msg_id: string };
  readonly content: { readonly name: string; readonly text: string };
}

function partsOf({ frames }: OutgoingMessage): Part {
  const [header, parent, , content] = frames.map(
    (frame) => JSON.parse(Buffer.from(frame).toString()) as never,
  );
  return { header, parent, content } as unknown as Part;
}
const textOf = (messages: readonly OutgoingMessage[], name = 'stdout'): string =>
  messages
    .map((message) => partsOf(message).content)
    .flatMap((content) => (content.name === name ? [content.text] : []))
    .join('');

/** As much as fits, message by message. */
function fill(live: LiveText, bytes: number, name = 'stdout'): OutgoingMessage[] {
  const line = `${'x'.repeat(9_998)}\n`;
  return Array.from({ length: bytes / 10_000 }, () => live.pass(printed(line, name))).flat();
}

describe("a page's share of a long text", () => {
  it('is all of a short one, as it came', () => {
    const live = new LiveText(options, 'http://host');
    const messages = [printed('one'), said('display_data', { data: {} }), printed('two', 'stderr'), idle];
    expect(messages.flatMap((message) => live.pass(message))).toEqual(messages);
  });

  it('I5: is the beginning, a line that links to all of it, and the tail before idle', () => {
    const live = new LiveText(options, 'http://host');
    const before = fill(live, LIMIT);
    expect(textOf(before).length).toBeGreaterThan(0.99 * LIMIT - 10_000);
    const crossing = live.pass(printed('y'.repeat(20_000)));
    const notice = crossing.at(-1);
    if (notice === undefined) throw new Error('nothing is said');
    expect(partsOf(notice).content).toEqual({
      name: 'stderr',
      text: `\nThis cell has printed more than 1 MB. What it prints now is left out here, but for the end. All of it: http://host/runs/${runId}/stdout\n`,
    });
    // The kernel's own session, or JupyterLab drops what it has queued.
    expect(partsOf(notice)).toMatchObject({
      header: { session: 'of the kernel' },
      parent: { msg_id: runId },
    });
    expect(fill(live, 20 * LIMIT)).toEqual([]);
    expect(live.pass(printed('the end\n'))).toEqual([]);
    const busy = said('status', { execution_state: 'busy' });
    expect(live.pass(busy)).toEqual([busy]);
    const last = live.pass(idle);
    expect(last.at(-1)).toBe(idle);
    expect(textOf(last.slice(0, -1))).toMatch(/x\nthe end\n$/);
    expect(textOf(last.slice(0, -1)).length).toBeLessThan(300_000);
    expect(live.pass(idle)).toEqual([idle]);
  });

  it('cuts one large message, and shows its end in the tail', () => {
    const live = new LiveText(options, 'http://host');
    const passed = live.pass(printed(`${'a'.repeat(5 * LIMIT)}end`));
    expect(textOf(passed)).toHaveLength(LIMIT);
    const tail = textOf(live.pass(idle).slice(0, -1));
    expect(tail.endsWith('aend')).toBe(true);
    expect(tail.length).toBeLessThan(300_000);
  });

  it('leaves out neither displays nor errors, nor what another cell prints', () => {
    const live = new LiveText(options, 'http://host');
    fill(live, 2 * LIMIT);
    const kept = [
      said('display_data', { data: { 'image/png': 'z'.repeat(2 * LIMIT) } }),
      said('error', { ename: 'E' }),
      printed('other', 'stdout', executeRequest('page')),
      said('stream', { name: 'stdout', text: 'nobody asked' }, null),
    ];
    expect(kept.flatMap((message) => live.pass(message))).toEqual(kept);
  });

  it('counts anew when the cell is cleared', () => {
    const live = new LiveText(options, 'http://host');
    fill(live, 2 * LIMIT);
    live.pass(said('clear_output', { wait: true }));
    expect(live.pass(printed('again'))).toHaveLength(1);
  });

  it('leaves nothing out where all of it can be had nowhere', () => {
    const live = new LiveText({ ...options, textPath: () => null }, 'http://host');
    expect(textOf(fill(live, 3 * LIMIT)).length).toBeGreaterThan(2.9 * LIMIT);
  });

  it('is the same page after its connection broke, and another for another kernel', () => {
    const pages = new LiveTexts(options);
    const page = pages.of('kernel', 'session', 'http://host');
    expect(pages.of('kernel', 'session', 'http://host')).toBe(page);
    expect(pages.of('other', 'session', 'http://host')).not.toBe(page);
    expect(pages.of('kernel', 'session', undefined)).toBeNull();
  });

  it('I1: is a matter of the page alone: log and other clients have all', async () => {
    const under = new StreamUnderTest();
    const liveText = new LiveText({ ...options, limitBytes: 100 }, 'http://host');
    const [page, client] = [under.open('page', { liveText }), under.open('client')];
    page.send(request);
    await settle();
    const speak = (type: string, content: object): void =>
      void under.hear(spokenMessage({ type, content, parent: request }));
    for (let line = 0; line < 50; line++) speak('stream', { name: 'stdout', text: `line ${line}\n` });
    speak('status', { execution_state: 'idle' });
    await settle();
    expect(client.types).toHaveLength(51);
    expect(page.types).toHaveLength(page.texts.length + 1);
    expect(page.texts.join('')).toMatch(/^line 0\n[^]*\nThis cell has printed more[^]*\nline 49\n$/);
    expect((await under.events()).filter(({ type }) => type === 'kernel-message')).toHaveLength(51);
  });
});
