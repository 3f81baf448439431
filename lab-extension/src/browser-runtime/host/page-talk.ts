import type { HostedMessage } from '../../../../kernel-bridge/hosted/hosted-message.ts';
import type { PythonStart } from '../../../../kernel-bridge/hosted/host-protocol.ts';
import type { BrowserKernelKind, HostedKernelState } from '../browser-runtime.ts';

/**
 * What a page and its host worker say to each other, over a MessagePort that the host's frame hands on. The page says `open`
 * once, first of all; nothing is connected before `connect`, for private kernels need no server.
 */
export type PageSays =
  | { readonly type: 'open'; readonly settings: HostSettings }
  /** The server is needed, or back (`isAnew`): it is tried at once. */
  | { readonly type: 'connect'; readonly isAnew: boolean }
  /** Whether what was typed on this page is with the server: what a kernel said goes there only then. */
  | { readonly type: 'documents'; readonly areShared: boolean }
  | { readonly type: 'start-private'; readonly kernelId: string; readonly kind: BrowserKernelKind }
  /** Of this page: to a private kernel, or to one of the server while that cannot be reached. */
  | { readonly type: 'send'; readonly kernelId: string; readonly message: HostedMessage }
  /** Whether the page wants to hear what the kernel says; it hears private ones always. */
  | { readonly type: 'follow'; readonly kernelId: string; readonly isFollowed: boolean }
  | { readonly type: 'interrupt' | 'restart' | 'close'; readonly kernelId: string };

export type HostTells =
  | { readonly type: 'connection'; readonly connection: HostConnection }
  /** One is new, or otherwise than before. */
  | { readonly type: 'kernel'; readonly kernel: HostedKernelModel }
  /** It has ended, and was private or is known to be over by the server. */
  | { readonly type: 'gone'; readonly kernelId: string }
  | { readonly type: 'messages'; readonly kernelId: string; readonly messages: readonly HostedMessage[] }
  /** What the page is to tell people of the host as a whole: what it computes could not be kept, for one. */
  | { readonly type: 'problem'; readonly text: string };

export type HostConnection =
  | { readonly kind: 'none' }
  | { readonly kind: 'accepted' }
  /** It is tried again. */
  | { readonly kind: 'lost' }
  /** For good. */
  | { readonly kind: 'refused'; readonly reason: string; readonly message: string };

export interface HostSettings {
  readonly hostId: string;
  readonly secret: string;
  /** Which browser, on which system. */
  readonly title: string;
  /** Absolute, with what the page is known by there. */
  readonly linkUrl: string;
  /** Of the base URL: names what this browser keeps of hosts of this server. */
  readonly server: string;
  readonly python: PythonStart;
}

export interface HostedKernelModel {
  readonly id: string;
  readonly kind: BrowserKernelKind;
  readonly path: string | null;
  readonly isPrivate: boolean;
  readonly state: HostedKernelState;
  readonly unshared: number;
  /** Whether a running cell can be interrupted here. */
  readonly canInterrupt: boolean;
}
