import type { Transaction } from 'yjs';
import type { DocumentAttachment, SharedDocument } from '../shared-document.ts';
import type { DocumentSync } from './document-sync.ts';
import { noteChanged } from './file-notes.ts';
import type { FolderWatcher } from './folder-watcher.ts';
import { SaveSchedule } from './save-schedule.ts';
import type { SharedFileAccess } from './shared-file-access.ts';

/** Saves each open document when it is changed, and looks at its file when that is. */
export function documentSaver(deps: {
  readonly syncOf: (document: SharedDocument) => DocumentSync;
  readonly files: SharedFileAccess;
  readonly watcher: FolderWatcher;
  readonly warn: (message: string) => void;
}): DocumentAttachment {
  return (document) => {
    const { ydoc, model } = document;
    const sync = deps.syncOf(document);
    const schedule = new SaveSchedule(async () => {
      if (isHeldBack(document)) return true;
      return sync.save(null).then(
        () => true,
        () => false, // the shared state says so, and the log; it is tried again
      );
    });
    let watched = watch(document.path);
    let path = document.path;

    function watch(at: string): { close(): void } {
      return deps.watcher.watch(deps.files.diskPath(at), () => void look());
    }
    async function look(): Promise<void> {
      try {
        if (await sync.checkFile()) schedule.changed();
      } catch (error) {
        // The document has ended: its room says why.
        if (document.end === null) deps.warn(`${document.path} could not be looked at: ${String(error)}`);
      }
    }
    function onTransaction({ changed }: Transaction): void {
      if (document.path !== path) {
        path = document.path;
        watched.close();
        watched = watch(path);
      }
      if ([...changed.keys()].every((type) => type === (model.ystate as unknown))) return;
      sync.changed();
      if (sync.isMerging) return;
      schedule.changed();
      // Goes into the log together with the change: after a crash it says that the file lacks it.
      if (model.ystate.get('dirty') !== true) void noteDirty(document);
    }
    ydoc.on('afterTransaction', onTransaction);
    // Also what was changed between the loading and the watching.
    void look();
    if (model.getState('dirty') === true) schedule.changed();

    return {
      async close() {
        schedule.close();
        watched.close();
        ydoc.off('afterTransaction', onTransaction);
        if (document.end?.reason === 'deleted') return;
        await sync.save(null).catch((error: unknown) => {
          deps.warn(`${document.path} could not be saved and is kept in the log: ${String(error)}`);
        });
        await sync.keepVersion();
      },
    };
  };
}

/** Whoever has it open in JupyterLab's own client has switched off "Autosave Documents", all of them. */
function isHeldBack({ awareness, ydoc }: SharedDocument): boolean {
  const wishes = [...awareness.getStates()].flatMap(([client, state]) =>
    client !== ydoc.clientID && typeof state['autosave'] === 'boolean' ? [state['autosave']] : [],
  );
  return wishes.length > 0 && !wishes.includes(true);
}

async function noteDirty(document: SharedDocument): Promise<void> {
  try {
    await document.change('server', noteChanged);
  } catch {
    // The document has ended, and whoever had it open was told why.
  }
}
