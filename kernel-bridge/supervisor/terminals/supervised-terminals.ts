import { TerminalError } from '../../terminals/terminal-host.ts';
import type { TerminalErrorCode, TerminalHost, TerminalRequest } from '../../terminals/terminal-host.ts';
import { FRAME_TYPES } from '../../hosted/codec/frame.ts';
import { SupervisedTerminal } from './supervised-terminal.ts';
import type { TerminalLink } from './supervised-terminal.ts';
import type { SupervisedView } from './supervised-view.ts';
import { parseTerminalDown } from './terminal-down.ts';
import type { RunningTerminal, TerminalDown } from './terminal-down.ts';
import { decodeViewText, encodeTerminalMessage, encodeViewText } from './terminal-frames.ts';
import type { TerminalUp } from './terminal-up.ts';

type SendFrame = (frame: Buffer) => void;
type Answer = TerminalDown & { type: 'opened' | 'terminated' };
interface Asked {
  /** Of the error, should it be refused. */
  readonly refusal: TerminalErrorCode;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: TerminalError) => void;
}

/**
 * The terminals of the supervisor, as a server sees them. Whoever holds the connection tells when it is made and when
 * it breaks, and passes on the frames that are ours.
 */
export class SupervisedTerminals implements TerminalHost {
  readonly #now: () => number;
  readonly #terminals = new Map<string, SupervisedTerminal>();
  readonly #views = new Map<number, SupervisedView>();
  readonly #asked = new Map<number, Asked>();
  readonly #link: TerminalLink;
  #connection: SendFrame | null = null;
  #lastNumber = 0;

  constructor({ now = Date.now }: { readonly now?: () => number } = {}) {
    this.#now = now;
    this.#link = this.#makeLink();
  }

  list(): readonly SupervisedTerminal[] {
    return [...this.#terminals.values()];
  }

  async open(request: TerminalRequest): Promise<SupervisedTerminal> {
    const answer = await this.#ask('TERMINAL_LAUNCH_FAILED', (id) => ({ type: 'open', id, request }));
    if (answer.type !== 'opened') throw lost();
    const { name, lastActivity } = answer.terminal;
    return this.#known(name, lastActivity);
  }

  /**
   * There is a connection, new or again; what comes by it is to be passed to `receive`.
   * @param running all terminals of the supervisor: what is not among them ended with one that is gone, or meanwhile
   */
  connected(sendFrame: SendFrame, running: readonly RunningTerminal[]): void {
    this.disconnected();
    this.#connection = sendFrame;
    const names = new Set(running.map(({ name }) => name));
    for (const { name } of this.list()) if (!names.has(name)) this.#ended(name);
    for (const { name, lastActivity } of running) this.#known(name, lastActivity).resume();
  }

  /** @throws MalformedError for what is no frame of terminals */
  receive(type: number, payload: Buffer): void {
    if (type === FRAME_TYPES.terminalText) {
      const { view, text } = decodeViewText(payload);
      return this.#views.get(view)?.output(text);
    }
    const message = parseTerminalDown(payload);
    if (message !== null) this.#handle(message);
  }

  /** The connection broke; another may follow. */
  disconnected(): void {
    this.#connection = null;
    const asked = [...this.#asked.values()];
    this.#asked.clear();
    for (const { reject } of asked) reject(lost());
  }

  /** The supervisor cannot be reached any more: its terminals are as good as gone, until there is a connection. */
  lost(): void {
    this.disconnected();
    for (const { name } of this.list()) this.#ended(name);
  }

  #handle(message: TerminalDown): void {
    switch (message.type) {
      case 'opened':
      case 'terminated':
        this.#asked.get(message.id)?.resolve(message);
        this.#asked.delete(message.id);
        return;
      case 'refused': {
        const asked = this.#asked.get(message.id);
        asked?.reject(new TerminalError(asked.refusal, message.message));
        this.#asked.delete(message.id);
        return;
      }
      case 'replay':
        return this.#views.get(message.view)?.replay(message.text, message.position, message.isWhole);
      case 'input-taken':
        return this.#views.get(message.view)?.inputTaken(message.bytes);
      case 'ended':
        return this.#ended(message.terminal);
      case 'active':
        return this.#terminals.get(message.terminal)?.activeAt(message.time);
    }
  }

  #known(name: string, lastActivity: number): SupervisedTerminal {
    let terminal = this.#terminals.get(name);
    if (terminal === undefined) {
      terminal = new SupervisedTerminal(name, lastActivity, this.#link);
      this.#terminals.set(name, terminal);
    }
    terminal.activeAt(lastActivity);
    return terminal;
  }

  #ended(name: string): void {
    const terminal = this.#terminals.get(name);
    this.#terminals.delete(name);
    terminal?.ended();
  }

  #ask(refusal: TerminalErrorCode, message: (id: number) => TerminalUp): Promise<Answer> {
    if (this.#connection === null) return Promise.reject(lost());
    const id = (this.#lastNumber += 1);
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { refusal, resolve, reject });
      this.#link.send(message(id));
    });
  }

  #makeLink(): TerminalLink {
    const isConnected = (): boolean => this.#connection !== null;
    return {
      send: (message) => this.#connection?.(encodeTerminalMessage(message)),
      sendText: (view, text) => this.#connection?.(encodeViewText({ view, text })),
      newView: () => (this.#lastNumber += 1),
      addView: (number, view) => void this.#views.set(number, view),
      removeView: (number) => void this.#views.delete(number),
      get isConnected() {
        return isConnected();
      },
      terminate: async (terminal) => {
        await this.#ask('TERMINAL_HOST_LOST', (id) => ({ type: 'terminate', id, terminal }));
      },
      now: () => this.#now(),
    };
  }
}

function lost(): TerminalError {
  return new TerminalError('TERMINAL_HOST_LOST', 'The process that holds the terminals cannot be reached');
}
