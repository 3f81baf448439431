import type { TerminalView, TerminalViewer } from '../../terminals/terminal-host.ts';
import type { SupervisedTerminal, TerminalLink } from './supervised-terminal.ts';

/** Characters that are told as taken at once, so that each echo is not answered alone. */
const TAKEN_TOLD_AT = 64 * 1024;

/** One viewer's end of the link. It goes on where it was after a break. */
export class SupervisedView implements TerminalView {
  readonly #number: number;
  readonly #viewer: TerminalViewer;
  readonly #terminal: SupervisedTerminal;
  readonly #link: TerminalLink;
  /** How many characters of all that was ever printed the viewer was given; null before the first. */
  #position: number | null = null;
  /** How many of them it has not taken, and how many of those came by a connection that broke. */
  #untaken = 0;
  #untakenBefore = 0;
  #untoldTaken = 0;
  #pendingInput = 0;
  /** Typed while there was no connection. `pendingInput` counts it, so that it stays as short as what may be pending. */
  #heldInput: string[] = [];
  #isClosed = false;

  constructor(number: number, viewer: TerminalViewer, terminal: SupervisedTerminal, link: TerminalLink) {
    this.#number = number;
    this.#viewer = viewer;
    this.#terminal = terminal;
    this.#link = link;
  }

  get pendingInput(): number {
    return this.#pendingInput;
  }

  begin(): void {
    this.#link.send({ type: 'view', view: this.#number, terminal: this.#terminal.name });
  }

  resume(): void {
    this.#link.send({
      type: 'view',
      view: this.#number,
      terminal: this.#terminal.name,
      ...(this.#position === null ? {} : { after: this.#position }),
    });
    this.#untakenBefore = this.#untaken;
    this.#untoldTaken = 0;
    this.#pendingInput = 0;
    for (const text of this.#heldInput.splice(0)) this.write(text);
    this.#viewer.inputTaken();
  }

  write(text: string): void {
    if (this.#isClosed) return;
    this.#pendingInput += Buffer.byteLength(text);
    this.#terminal.activeAt(this.#link.now());
    if (this.#link.isConnected) this.#link.sendText(this.#number, text);
    else this.#heldInput.push(text);
  }

  taken(characters: number): void {
    if (this.#isClosed) return;
    this.#untaken -= characters;
    const ofBefore = Math.min(characters, this.#untakenBefore);
    this.#untakenBefore -= ofBefore;
    this.#untoldTaken += characters - ofBefore;
    if (this.#untoldTaken < TAKEN_TOLD_AT) return;
    this.#link.send({ type: 'taken', view: this.#number, characters: this.#untoldTaken });
    this.#untoldTaken = 0;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#link.send({ type: 'close', view: this.#number });
    this.#forget();
  }

  replay(printed: string, position: number, isWhole: boolean): void {
    this.#position = position;
    this.#untaken += printed.length;
    this.#viewer.replay(printed, isWhole);
  }

  output(printed: string): void {
    // Without a replay nothing had been printed before.
    this.#position = (this.#position ?? 0) + printed.length;
    this.#untaken += printed.length;
    this.#terminal.activeAt(this.#link.now());
    this.#viewer.output(printed);
  }

  /** The supervisor has passed on so many bytes of what was typed. */
  inputTaken(bytes: number): void {
    this.#pendingInput = Math.max(0, this.#pendingInput - bytes);
    this.#viewer.inputTaken();
  }

  ended(): void {
    this.#forget();
    this.#viewer.ended();
  }

  #forget(): void {
    this.#isClosed = true;
    this.#heldInput = [];
    this.#terminal.viewClosed(this);
    this.#link.removeView(this.#number);
  }
}
