import { join } from 'node:path';
import type { EventLog } from '../event-log/event-log.ts';
import { FileBlobStore } from '../event-log/file-blob-store.ts';
import { fileEventOf } from './content-change-events.ts';
import type { ContentChange } from './contents/content-store.ts';
import { DiskStore } from './contents/disk-store.ts';
import type { NotebookOutputs } from './contents/notebook-outputs.ts';
import { FileVersions } from './versions/file-versions.ts';
import { VersionKeeper } from './versions/version-keeper.ts';

export interface VersionedContents {
  readonly store: DiskStore;
  readonly versions: FileVersions;
  /** Idempotent. The log is the caller's to close. */
  close(): Promise<void>;
}

/** The files of a folder with their log and their versions: what the server and `in-the-loop restore` both stand on. */
export async function composeContents(deps: {
  readonly rootDirectory: string;
  readonly stateDirectory: string;
  /** The person's Jupyter data folder. */
  readonly userData: string;
  /** The Python environment. */
  readonly prefix: string;
  readonly versionsBytes: number;
  readonly log: EventLog;
  /** What kernels put out for notebooks. */
  readonly outputs?: NotebookOutputs;
  readonly warn: (message: string) => void;
  /** Told of each change once it is in the log. */
  readonly onLogged: (change: ContentChange) => void | Promise<void>;
}): Promise<VersionedContents> {
  const { rootDirectory, stateDirectory, log, warn } = deps;
  const blobs = await FileBlobStore.open(join(stateDirectory, 'blobs'));
  const keeper = await VersionKeeper.open({
    blobs,
    log,
    asideDirectory: join(stateDirectory, 'replaced'),
    budgetBytes: deps.versionsBytes,
    isOurs: (path, stats) => deps.outputs?.byStats(path, stats) != null,
    warn,
  });

  /** A change of files is in the log before its answer goes out (I1). */
  async function onChange(change: ContentChange): Promise<void> {
    if (change.action === 'save' && change.type !== 'directory') {
      const noted = keeper.saved(join(rootDirectory, change.path), change.sha256);
      await (change.sha256 === null
        ? logChange({ ...change, sha256: await noted })
        : Promise.all([logChange(change), noted]));
    } else await logChange(change);
    await deps.onLogged(change);
  }
  async function logChange(change: ContentChange): Promise<void> {
    const event = fileEventOf(change);
    if (event) await log.append('files', [event]);
  }

  const store = new DiskStore({
    rootDirectory,
    userData: deps.userData,
    prefix: deps.prefix,
    onChange,
    keepExisting: (...existing) => keeper.keep(...existing),
    ...(deps.outputs === undefined ? {} : { outputs: deps.outputs }),
    warn,
  });
  const versions = new FileVersions({
    log,
    blobs,
    settle: () => keeper.settle(),
    exists: (path) => store.fileExists(path),
    async save(path, bytes, actor) {
      const content = bytes.toString('base64');
      await store.save(path, { type: 'file', format: 'base64', content }, actor);
    },
  });
  return {
    store,
    versions,
    async close() {
      await store.close();
      await keeper.close();
      await blobs.close();
    },
  };
}
