import type { KernelLog } from '../../local/kernel-log.ts';
import type { LocalTerminal } from '../../terminals/local-terminal.ts';
import type { LocalTerminals } from '../../terminals/local-terminals.ts';
import type { TerminalView, TerminalViewer } from '../../terminals/terminal-host.ts';
import { FRAME_TYPES } from '../../hosted/codec/frame.ts';
import { MalformedError } from '../../hosted/codec/malformed-error.ts';
import type { RunningTerminal, TerminalDown } from './terminal-down.ts';
import { decodeViewText, encodeTerminalMessage, encodeViewText } from './terminal-frames.ts';
import type { ViewText } from './terminal-frames.ts';
import { parseTerminalUp } from './terminal-up.ts';
import type { TerminalUp } from './terminal-up.ts';

/** Bytes of input that are answered for at once, so that a keystroke is not answered alone. */
const INPUT_TOLD_AT = 64 * 1024;
const ACTIVITY_TOLD_EACH = 1_000;

/** One server's connection, as far as terminals go: its views end with it, the terminals do not. */
export class TerminalService {
  readonly #terminals: LocalTerminals;
  readonly #log: KernelLog;
  readonly #sendFrame: (frame: Buffer) => void;
  readonly #views = new Map<number, ServedView>();
  readonly #activityTold = new WeakMap<LocalTerminal, number>();
  readonly #stopListening: () => void;

  constructor(terminals: LocalTerminals, log: KernelLog, sendFrame: (frame: Buffer) => void) {
    this.#terminals = terminals;
    this.#log = log;
    this.#sendFrame = sendFrame;
    this.#stopListening = terminals.listen({
      ended: ({ name }) => this.#send({ type: 'ended', terminal: name }),
      active: (terminal) => this.#tellActivity(terminal),
    });
  }

  /** All that run, for `welcome`. */
  running(): readonly RunningTerminal[] {
    return this.#terminals.list().map(model);
  }

  /** @throws MalformedError for what is no frame of terminals */
  receive(type: number, payload: Buffer): void {
    if (type === FRAME_TYPES.terminalText) {
      return this.#write(decodeViewText(payload));
    }
    const message = parseTerminalUp(payload);
    if (message !== null) this.#handle(message);
  }

  /** Idempotent. */
  close(): void {
    this.#stopListening();
    for (const view of this.#views.values()) view.close();
    this.#views.clear();
  }

  #handle(message: TerminalUp): void {
    switch (message.type) {
      case 'open':
        return void this.#open(message);
      case 'view':
        return this.#view(message);
      case 'taken':
        return this.#views.get(message.view)?.taken(message.characters);
      case 'close':
        this.#views.get(message.view)?.close();
        this.#views.delete(message.view);
        return;
      case 'resize':
        return this.#terminals.get(message.terminal)?.resize(message.size);
      case 'terminate':
        return void this.#terminate(message);
    }
  }

  /** A terminal that fails must not end the connection, which is the kernels' as well. */
  #write({ view, text }: ViewText): void {
    try {
      this.#views.get(view)?.write(text);
    } catch (error) {
      this.#log.warn({ err: error }, 'a terminal could not take what was typed');
    }
  }

  async #open({ id, request }: TerminalUp & { type: 'open' }): Promise<void> {
    try {
      this.#send({ type: 'opened', id, terminal: model(await this.#terminals.open(request)) });
    } catch (error) {
      this.#send({ type: 'refused', id, message: messageOf(error) });
    }
  }

  async #terminate({ id, terminal }: TerminalUp & { type: 'terminate' }): Promise<void> {
    try {
      await this.#terminals.get(terminal)?.terminate();
      this.#send({ type: 'terminated', id });
    } catch (error) {
      this.#send({ type: 'refused', id, message: messageOf(error) });
    }
  }

  #view({ view: number, terminal: name, after }: TerminalUp & { type: 'view' }): void {
    if (this.#views.has(number)) throw new MalformedError(`there is a view ${number} already`);
    const terminal = this.#terminals.get(name);
    // It has ended, which the server has heard or is about to hear.
    if (terminal === undefined) return;
    const view = new ServedView(number, terminal, {
      send: (message) => this.#send(message),
      sendText: (text) => this.#sendFrame(encodeViewText({ view: number, text })),
      ended: () => void this.#views.delete(number),
    });
    this.#views.set(number, view);
    view.begin(after ?? null);
  }

  #tellActivity(terminal: LocalTerminal): void {
    const { name, lastActivity } = terminal;
    if (lastActivity - (this.#activityTold.get(terminal) ?? 0) < ACTIVITY_TOLD_EACH) return;
    this.#activityTold.set(terminal, lastActivity);
    this.#send({ type: 'active', terminal: name, time: lastActivity });
  }

  #send(message: TerminalDown): void {
    this.#sendFrame(encodeTerminalMessage(message));
  }
}

/** What a view says to the other end. */
interface ViewOutput {
  send(message: TerminalDown): void;
  sendText(text: string): void;
  ended(): void;
}

/** A view whose viewer is at the other end of the connection. */
class ServedView implements TerminalViewer {
  readonly #number: number;
  readonly #terminal: LocalTerminal;
  readonly #out: ViewOutput;
  #view: TerminalView | null = null;
  #untoldInput = 0;

  constructor(number: number, terminal: LocalTerminal, out: ViewOutput) {
    this.#number = number;
    this.#terminal = terminal;
    this.#out = out;
  }

  begin(after: number | null): void {
    this.#view = this.#terminal.view(this, after);
  }

  write(text: string): void {
    this.#untoldInput += Buffer.byteLength(text);
    this.#view?.write(text);
  }

  taken(characters: number): void {
    this.#view?.taken(characters);
  }

  close(): void {
    this.#view?.close();
  }

  replay(printed: string, isWhole: boolean): void {
    const position = this.#terminal.printed;
    this.#out.send({ type: 'replay', view: this.#number, position, isWhole, text: printed });
  }

  output(printed: string): void {
    this.#out.sendText(printed);
  }

  inputTaken(): void {
    if (this.#untoldInput < INPUT_TOLD_AT) return;
    this.#out.send({ type: 'input-taken', view: this.#number, bytes: this.#untoldInput });
    this.#untoldInput = 0;
  }

  ended(): void {
    this.#out.ended();
  }
}

function model({ name, lastActivity }: LocalTerminal): RunningTerminal {
  return { name, lastActivity };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
