import type { ISharedDocument } from '@jupyter/ydoc';
import type * as Y from 'yjs';
import type { Awareness } from 'y-protocols/awareness';
import type { WireDocumentKind } from '../../../server/wire/document-kind.ts';
import type { DocumentStorage, KeptFork } from '../tokens.ts';
import type { LiveClock } from './live-clock.ts';
import type { LiveSocket } from './live-socket.ts';

/** A notebook or file of `@jupyter/ydoc`, which has these two beyond what it declares. */
export type LiveModel = ISharedDocument & { readonly ydoc: Y.Doc; readonly awareness: Awareness };

export interface LiveDocumentDependencies {
  readonly socket: LiveSocket;
  readonly clock: LiveClock;
  readonly kind: WireDocumentKind;
  readonly path: string;
  readonly sharedModel: LiveModel;
  /** A number that no other document of this page has or had. */
  newHandle(): number;
  storage(): DocumentStorage | null;
  keepFork(fork: KeptFork): void;
}
