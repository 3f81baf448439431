import { UUID } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';
import type { HostedMessage } from '../../../kernel-bridge/hosted/hosted-message.ts';
import type { BrowserKernelKind, HostedKernelState, IHostedKernel } from './browser-runtime.ts';
import type { HostedKernelModel, PageSays } from './host/page-talk.ts';

const PROTOCOL = '5.4';

/** One kernel of this page's host, as the page knows it. */
export class PageKernel implements IHostedKernel {
  readonly stateChanged = new Signal<this, HostedKernelState>(this);
  readonly message = new Signal<this, HostedMessage>(this);
  #model: HostedKernelModel;

  /** @param session of what this page itself asks */
  constructor(
    model: HostedKernelModel,
    private readonly session: string,
    private readonly say: (said: PageSays) => void,
  ) {
    this.#model = model;
  }

  get id(): string {
    return this.#model.id;
  }

  get kind(): BrowserKernelKind {
    return this.#model.kind;
  }

  get path(): string | null {
    return this.#model.path;
  }

  get isPrivate(): boolean {
    return this.#model.isPrivate;
  }

  get state(): HostedKernelState {
    return this.#model.state;
  }

  get unshared(): number {
    return this.#model.unshared;
  }

  get canInterrupt(): boolean {
    return this.#model.canInterrupt;
  }

  update(model: HostedKernelModel): void {
    const before = this.#model.state;
    this.#model = model;
    if (model.state !== before) this.stateChanged.emit(model.state);
  }

  execute(code: string, metadata: Readonly<Record<string, unknown>>): string {
    const options = { silent: false, store_history: true, user_expressions: {} };
    const content = { code, ...options, allow_stdin: true, stop_on_error: true };
    return this.#sendOwn('shell', 'execute_request', content, '{}', metadata);
  }

  /** @param question header of the kernel's `input_request` */
  answer(question: string, value: string): void {
    this.#sendOwn('stdin', 'input_reply', { value, status: 'ok' }, question, {});
  }

  send(message: HostedMessage): void {
    this.say({ type: 'send', kernelId: this.id, message });
  }

  interrupt(): boolean {
    if (this.state.kind === 'busy' && !this.canInterrupt) return false;
    this.say({ type: 'interrupt', kernelId: this.id });
    return true;
  }

  restart(): void {
    this.say({ type: 'restart', kernelId: this.id });
  }

  close(): void {
    if (this.isPrivate) this.say({ type: 'close', kernelId: this.id });
  }

  /** Whether `message` is heard from now on; of a kernel of the server it is not before. */
  follow(isFollowed: boolean): void {
    this.say({ type: 'follow', kernelId: this.id, isFollowed });
  }

  #sendOwn(
    channel: 'shell' | 'stdin',
    type: string,
    content: object,
    parentHeader: string,
    metadata: object,
  ): string {
    const id = UUID.uuid4();
    const header = {
      ...{ msg_id: id, msg_type: type, session: this.session, username: '' },
      ...{ date: new Date().toISOString(), version: PROTOCOL },
    };
    const texts = { header: JSON.stringify(header), parentHeader, metadata: JSON.stringify(metadata) };
    this.send({ channel, ...texts, content: JSON.stringify(content), buffers: [] });
    return id;
  }
}
