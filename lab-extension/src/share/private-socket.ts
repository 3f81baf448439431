import type { KernelMessage } from '@jupyterlab/services';
import type { HostedMessage } from '../../../kernel-bridge/hosted/hosted-message.ts';
import type { HostedKernelState, IHostedKernel } from '../browser-runtime/browser-runtime.ts';

const HOSTED_CHANNELS = ['shell', 'control', 'stdin'] as const;
type HostedChannel = (typeof HOSTED_CHANNELS)[number];

/**
 * What JupyterLab takes for the websocket of a kernel, and is the way to one of this page. Messages pass as objects,
 * under JupyterLab's own ids: a widget tells the page by them which outputs are its own.
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
    const { channel, header, parent_header, content, metadata, buffers } = data as KernelMessage.IMessage;
    if (!isHosted(channel)) return;
    this.#kernel?.send({
      channel,
      header: JSON.stringify(header),
      parentHeader: JSON.stringify(parent_header),
      metadata: JSON.stringify(metadata),
      content: JSON.stringify(content),
      buffers: (buffers ?? []).map(bytesOf),
    });
  }

  close(): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.#kernel?.message.disconnect(this.#hear, this);
    this.#kernel?.stateChanged.disconnect(this.#became, this);
  }

  #hear(_: IHostedKernel, said: HostedMessage): void {
    this.#tell({
      channel: said.channel,
      header: JSON.parse(said.header) as unknown,
      parent_header: JSON.parse(said.parentHeader) as unknown,
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

function bytesOf(buffer: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(buffer);
}
