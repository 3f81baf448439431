import type * as Y from 'yjs';
import type { ConnectionStatus, SyncState } from '../tokens.ts';
import type { UnsentChanges } from './unsent-changes.ts';

/** What is to be told of a document: how far it is the server's, and in its file. */
export function syncStateOf(of: {
  readonly failure: string | null;
  readonly connection: ConnectionStatus['kind'];
  readonly isReadOnly: boolean;
  /** All that the server had is here. */
  readonly isFetched: boolean;
  readonly unsent: Pick<UnsentChanges, 'count' | 'isSettled'>;
  readonly ydoc: Y.Doc;
}): SyncState {
  const { failure, connection, unsent } = of;
  const unsentChanges = unsent.count;
  if (failure !== null) return { kind: 'failed', message: failure, unsentChanges };
  if (connection !== 'connected' && connection !== 'connecting') return { kind: 'offline', unsentChanges };
  if (of.isReadOnly) return { kind: 'read-only' };
  if (!of.isFetched || !unsent.isSettled) return { kind: 'syncing', unsentChanges };
  return { kind: of.ydoc.getMap('state').get('dirty') === true ? 'unsaved' : 'saved' };
}
