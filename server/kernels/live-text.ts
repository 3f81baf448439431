import { BoundedMap } from './bounded-map.ts';
import { parseObject } from '../message-part.ts';
import { OutgoingMessage } from './outgoing-message.ts';
import { createServerMessage, stderrMessage } from './server-message.ts';

export interface LiveTextOptions {
  /** Of stream text, in JSON, that a browser is sent of one run. */
  readonly limitBytes: number;
  /** Path of the URL where all is that a run printed under a name; null where it is nowhere, and nothing is left out. */
  textPath(runId: string, name: string): string | null;
}

/** What one page was sent of one run. */
interface SentText {
  bytes: number;
  /** What is left out, as far as it is to be shown at the end; null while nothing is. */
  tail: OutgoingMessage[] | null;
  tailBytes: number;
}

/** What a page shows at the end of a text that is left out in between. */
const TAIL_BYTES = 256 * 1024;
/** `{"name": "stdout", "text": ""}` */
const CONTENT_BYTES = 30;
/** A page runs one cell at a time; others may wait, or print from a thread. */
const REMEMBERED_RUNS = 32;
/** Each may hold a tail. */
const REMEMBERED_PAGES = 200;
const MEGABYTE = 1024 * 1024;
/** In JSON. */
const LINE_END = Buffer.from('\\n');
const BACKSLASH = 0x5c;

/**
 * What a browser's page is sent of what cells print: a page that was sent a gigabyte would not answer a click any more, and
 * Chromium holds no more than some 512 MB in one string. Of a run that prints more than the limit it gets the beginning,
 * then a line that says where all of it is, and the tail before the run is idle. Nothing else is ever left out.
 */
export class LiveText {
  readonly #options: LiveTextOptions;
  /** Scheme and host by which the browser came, so that the path becomes a link: JupyterLab links whole URLs only. */
  readonly #origin: string;
  readonly #runs = new BoundedMap<string, SentText>(REMEMBERED_RUNS);

  constructor(options: LiveTextOptions, origin: string) {
    this.#options = options;
    this.#origin = origin === 'null' ? '' : origin;
  }

  /** What is to be sent in the place of a kernel's next message: itself, mostly. */
  pass(message: OutgoingMessage): readonly OutgoingMessage[] {
    const { channel, parentId } = message;
    if (channel !== 'iopub' || parentId === null) return [message];
    switch (message.messageType) {
      case 'stream':
        return this.#printed(message, parentId);
      case 'clear_output':
        this.#runs.take(parentId);
        return [message];
      case 'status':
        return this.#status(message, parentId);
      default:
        return [message];
    }
  }

  #printed(message: OutgoingMessage, runId: string): OutgoingMessage[] {
    const sent = this.#runs.get(runId) ?? { bytes: 0, tail: null, tailBytes: 0 };
    if (sent.bytes === 0) this.#runs.set(runId, sent);
    if (sent.tail !== null) {
      keep(sent, sent.tail, message);
      return [];
    }
    const room = Math.max(0, this.#options.limitBytes - sent.bytes);
    sent.bytes += textBytes(message);
    if (textBytes(message) <= room) return [message];
    const { name, text } = printedBy(message);
    const path = this.#options.textPath(runId, name);
    if (path === null) return [message];
    sent.tail = [];
    const rest = text.slice(room);
    if (rest !== '') keep(sent, sent.tail, withText(message, name, rest));
    const beginning = room === 0 ? [] : [withText(message, name, text.slice(0, room))];
    return [...beginning, this.#notice(message, path)];
  }

  /** Idle is the last that a kernel says of a run on this channel, whenever its reply comes by the other. */
  #status(message: OutgoingMessage, runId: string): OutgoingMessage[] {
    const tail = this.#runs.get(runId)?.tail ?? null;
    if (tail === null || parseObject(message.frames[3])['execution_state'] !== 'idle') return [message];
    this.#runs.take(runId);
    return [...tail, message];
  }

  /** In the kernel's own session, or JupyterLab would drop what it has queued (contract §3.4). */
  #notice({ frames }: OutgoingMessage, path: string): OutgoingMessage {
    const megabytes = Math.round(this.#options.limitBytes / MEGABYTE);
    const text = `\nThis cell has printed more than ${megabytes} MB. What it prints now is left out here, but for the end. All of it: ${this.#origin}${path}`;
    const session = parseObject(frames[0])['session'];
    const parent = { header: null, frame: frames[1] ?? Buffer.from('{}') };
    const notice = createServerMessage(
      typeof session === 'string' ? session : '',
      stderrMessage(text, parent),
    );
    return OutgoingMessage.fromKernel(notice, null);
  }
}

/** The pages' budgets, also while a page's connection is broken. */
export class LiveTexts {
  readonly #options: LiveTextOptions;
  readonly #byPage = new BoundedMap<string, LiveText>(REMEMBERED_PAGES);

  constructor(options: LiveTextOptions) {
    this.#options = options;
  }

  /** @param origin of the websocket's request, which browsers alone send; without it nothing is left out: null */
  of(kernelId: string, sessionId: string, origin: string | undefined): LiveText | null {
    if (origin === undefined) return null;
    const page = `${kernelId} ${sessionId}`;
    const text = this.#byPage.get(page) ?? new LiveText(this.#options, origin);
    this.#byPage.set(page, text);
    return text;
  }
}

function keep(sent: SentText, tail: OutgoingMessage[], message: OutgoingMessage): void {
  const kept = copyOf(textBytes(message) <= TAIL_BYTES ? message : endOf(message));
  tail.push(kept);
  sent.tailBytes += textBytes(kept);
  for (;;) {
    const [oldest] = tail;
    if (oldest === undefined || sent.tailBytes - textBytes(oldest) < TAIL_BYTES) return;
    tail.shift();
    sent.tailBytes -= textBytes(oldest);
  }
}

/** Without parsing all of it: kernels print megabytes in one message. */
function endOf(message: OutgoingMessage): OutgoingMessage {
  const { buffer, byteOffset, byteLength } = message.frames[3] ?? new Uint8Array();
  const content = Buffer.from(buffer, byteOffset, byteLength);
  const name = /^\{"name":\s*"(\w+)"/.exec(content.toString('latin1', 0, 64))?.[1];
  const lineEnd = content.indexOf(LINE_END, content.length - TAIL_BYTES);
  // A backslash that was printed, with an n behind it, looks like one.
  if (name !== undefined && lineEnd > 0 && content[lineEnd - 1] !== BACKSLASH) {
    const rest = content.subarray(lineEnd + LINE_END.length);
    const frame = Buffer.concat([Buffer.from(`{"name":"${name}","text":"`), rest]);
    const end = withFrames(message, [...message.frames.slice(0, 3), frame]);
    if (printedBy(end).text !== '') return end;
  }
  const { name: named, text } = printedBy(message);
  return withText(message, named, text.slice(-TAIL_BYTES));
}

/** Roughly, without reading it. */
function textBytes({ frames }: OutgoingMessage): number {
  return Math.max(0, (frames[3]?.byteLength ?? 0) - CONTENT_BYTES);
}

function printedBy({ frames }: OutgoingMessage): { name: string; text: string } {
  const { name, text } = parseObject(frames[3]);
  return { name: typeof name === 'string' ? name : '', text: typeof text === 'string' ? text : '' };
}

function withText(message: OutgoingMessage, name: string, text: string): OutgoingMessage {
  return withFrames(message, [...message.frames.slice(0, 3), Buffer.from(JSON.stringify({ name, text }))]);
}

/** What a message came with may be large, and would be held with it. */
function copyOf(message: OutgoingMessage): OutgoingMessage {
  return withFrames(
    message,
    message.frames.map((frame) => Buffer.from(frame)),
  );
}

function withFrames(message: OutgoingMessage, frames: readonly Uint8Array[]): OutgoingMessage {
  const { channel, messageId, messageType, parentId } = message;
  return new OutgoingMessage({ channel, messageId, messageType, parentId, frames }, null);
}
