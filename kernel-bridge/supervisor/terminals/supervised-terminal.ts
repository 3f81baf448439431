import type {
  HostedTerminal,
  TerminalSize,
  TerminalView,
  TerminalViewer,
} from '../../terminals/terminal-host.ts';
import { SupervisedView } from './supervised-view.ts';
import type { TerminalUp } from './terminal-up.ts';

/** What terminals and their views ask of the link. While there is no connection, all that is sent is lost. */
export interface TerminalLink {
  send(message: TerminalUp): void;
  sendText(view: number, text: string): void;
  /** A number that no view of this server ever had. */
  newView(): number;
  addView(number: number, view: SupervisedView): void;
  removeView(number: number): void;
  readonly isConnected: boolean;
  /** @throws TerminalError */
  terminate(name: string): Promise<void>;
  now(): number;
}

/** A terminal of the supervisor, as a server sees it. */
export class SupervisedTerminal implements HostedTerminal {
  readonly name: string;
  readonly exited: Promise<void>;
  readonly #link: TerminalLink;
  readonly #views = new Set<SupervisedView>();
  #lastActivity: number;
  #size: TerminalSize | null = null;
  #hasEnded = false;
  #resolveExited: () => void = () => undefined;

  constructor(name: string, lastActivity: number, link: TerminalLink) {
    this.name = name;
    this.#lastActivity = lastActivity;
    this.#link = link;
    this.exited = new Promise((resolve) => (this.#resolveExited = resolve));
  }

  get lastActivity(): number {
    return this.#lastActivity;
  }

  activeAt(time: number): void {
    this.#lastActivity = Math.max(this.#lastActivity, time);
  }

  view(viewer: TerminalViewer): TerminalView {
    const number = this.#link.newView();
    const view = new SupervisedView(number, viewer, this, this.#link);
    if (this.#hasEnded) {
      view.ended();
      return view;
    }
    this.#views.add(view);
    this.#link.addView(number, view);
    view.begin();
    return view;
  }

  viewClosed(view: SupervisedView): void {
    this.#views.delete(view);
  }

  resize(size: TerminalSize): void {
    this.#size = size;
    this.#link.send({ type: 'resize', terminal: this.name, size });
  }

  async terminate(): Promise<void> {
    if (!this.#hasEnded) await Promise.race([this.#link.terminate(this.name), this.exited]);
  }

  /** There is a connection again: all goes on where it was. */
  resume(): void {
    if (this.#size !== null) this.resize(this.#size);
    for (const view of this.#views) view.resume();
  }

  ended(): void {
    this.#hasEnded = true;
    for (const view of [...this.#views]) view.ended();
    this.#resolveExited();
  }
}
