import type { KernelMessage } from '@jupyterlab/services';
import type { HostedMessage } from '../../../kernel-bridge/hosted/hosted-message.ts';
import type { HostedKernelState, IHostedKernel } from '../browser-runtime/browser-runtime.ts';

/** What a kernel may still say something of. */
const MOST_REQUESTS = 1_000;
const HOSTED_CHANNELS = ['shell', 'control', 'stdin'] as const;
type HostedChannel = (typeof HOSTED_CHANNELS)[number];

/**
 * What JupyterLab takes for the websocket of a kernel, and is the way to one of this page. Messages pass as objects; the
 * page's runtime gives requests ids of its own, which are put back into what answers them.
 */
export class PrivateSocket {
  readonly protocol = '';
  readyState = 0;
  binaryType = 'arraybuffer';
  onopen: ((event: object) => void) | null = null;
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  onclose: ((event: object) => void) | null = null;
  onerror: ((event: object) => void) | null = null;
  readonly #kernel: IHostedKernel | null;
  /** By the runtime's id. */
  readonly #requests = new Map<string, unknown>();

  constructor(kernel: IHostedKernel | null) {
    this.#kernel = kernel;
    kernel?.message.connect(this.#hear, this);
    kernel?.stateChanged.connect(this.#became, this);
    queueMicrotask(() => {
      if (this.readyState !== 0) return;
      this.readyState = kernel === null ? 3 : 1;
      if (kernel === null) this.onclose?.({});
      else this.onopen?.({});
    });
  }

  send(data: unknown): void {
    const { channel, header, parent_header, content, metadata } = data as KernelMessage.IMessage;
    if (this.#kernel === null || !isHosted(channel)) return;
    const asked = content as unknown as Readonly<Record<string, unknown>>;
    const isCell = header.msg_type === 'execute_request' && asked['silent'] !== true;
    const id =
      isCell && asked['store_history'] !== false
        ? this.#kernel.execute(String(asked['code']), metadata)
        : this.#kernel.send(channel, header.msg_type, asked, JSON.stringify(parent_header));
    this.#requests.set(id, header);
    for (const oldest of this.#requests.keys()) {
      if (this.#requests.size <= MOST_REQUESTS) break;
      this.#requests.delete(oldest);
    }
  }

  close(): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.#kernel?.message.disconnect(this.#hear, this);
    this.#kernel?.stateChanged.disconnect(this.#became, this);
  }

  #hear(_: IHostedKernel, said: HostedMessage): void {
    const parent = JSON.parse(said.parentHeader) as { readonly msg_id?: string };
    this.#tell({
      channel: said.channel,
      header: JSON.parse(said.header) as unknown,
      parent_header: this.#requests.get(parent.msg_id ?? '') ?? parent,
      metadata: JSON.parse(said.metadata) as unknown,
      content: JSON.parse(said.content) as unknown,
      buffers: said.buffers.map((each) => new DataView(each.buffer, each.byteOffset, each.byteLength)),
    });
  }

  #became(_: IHostedKernel, state: HostedKernelState): void {
    if (state.kind !== 'ended') return;
    const header = {
      ...{ msg_id: `ended-${Date.now()}`, msg_type: 'status', session: this.#kernel?.id ?? '' },
      ...{ username: '', date: new Date().toISOString(), version: '5.4' },
    };
    const content = { execution_state: 'dead' };
    this.#tell({ channel: 'iopub', header, parent_header: {}, metadata: {}, content, buffers: [] });
  }

  #tell(data: unknown): void {
    if (this.readyState === 1) this.onmessage?.({ data });
  }
}

function isHosted(channel: string): channel is HostedChannel {
  return (HOSTED_CHANNELS as readonly string[]).includes(channel);
}
