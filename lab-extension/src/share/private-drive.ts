import type { Contents, ServerConnection } from '@jupyterlab/services';
import type { JSONObject } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';
import type { PrivateCopies, PrivateCopy } from './private-copies.ts';

/** Where private copies are, in the words of JupyterLab: `Private:a.ipynb`. */
export const PRIVATE_DRIVE = 'Private';

/** For the link that a browser downloads by, in milliseconds. */
const DOWNLOAD_STARTS_WITHIN = 60_000;
const NO_FOLDERS = 'Private copies are in no folders, and nothing else is kept beside them.';

/** The private copies, as JupyterLab opens and saves files. The server has no part in it. */
export class PrivateDrive implements Contents.IDrive {
  readonly name = PRIVATE_DRIVE;
  readonly fileChanged = new Signal<this, Contents.IChangedArgs>(this);
  isDisposed = false;

  constructor(
    private readonly copies: PrivateCopies,
    readonly serverSettings: ServerConnection.ISettings,
  ) {}

  dispose(): void {
    this.isDisposed = true;
    Signal.clearData(this);
  }

  async get(path: string, options: Contents.IFetchOptions = {}): Promise<Contents.IModel> {
    const withContent = options.content !== false;
    if (path === '') {
      const content = withContent ? (await this.copies.list()).map((copy) => modelOf(copy, false)) : null;
      return {
        ...EMPTY,
        name: '',
        path: '',
        type: 'directory',
        format: withContent ? 'json' : null,
        content,
      };
    }
    return modelOf(await this.#find(path), withContent);
  }

  async getDownloadUrl(path: string): Promise<string> {
    const { content } = await this.#find(path);
    const url = URL.createObjectURL(
      new Blob([`${JSON.stringify(content, null, 1)}\n`], { type: 'application/x-ipynb+json' }),
    );
    setTimeout(() => URL.revokeObjectURL(url), DOWNLOAD_STARTS_WITHIN);
    return url;
  }

  newUntitled(): Promise<Contents.IModel> {
    return Promise.reject(new Error(NO_FOLDERS));
  }

  async delete(path: string): Promise<void> {
    await this.copies.remove(path);
    this.fileChanged.emit({ type: 'delete', oldValue: { path }, newValue: null });
  }

  async rename(path: string, newPath: string): Promise<Contents.IModel> {
    const model = modelOf(await this.copies.rename(path, newPath), false);
    this.fileChanged.emit({ type: 'rename', oldValue: { path }, newValue: model });
    return model;
  }

  async save(path: string, { content }: Partial<Contents.IModel> = {}): Promise<Contents.IModel> {
    const model = modelOf(await this.copies.save(path, content as JSONObject), false);
    this.fileChanged.emit({ type: 'save', oldValue: null, newValue: model });
    return model;
  }

  copy(): Promise<Contents.IModel> {
    return Promise.reject(new Error(NO_FOLDERS));
  }

  /** Asked for at each save that a person makes; the copy itself is all that is kept. */
  createCheckpoint(): Promise<Contents.ICheckpointModel> {
    return Promise.resolve({ id: 'private', last_modified: new Date().toISOString() });
  }

  listCheckpoints(): Promise<Contents.ICheckpointModel[]> {
    return Promise.resolve([]);
  }

  restoreCheckpoint(): Promise<void> {
    return Promise.reject(new Error('Private copies have no checkpoints.'));
  }

  deleteCheckpoint(): Promise<void> {
    return Promise.resolve();
  }

  async #find(path: string): Promise<PrivateCopy> {
    const copy = await this.copies.find(path);
    if (copy === null) throw new Error(`There is no private copy ${path} in this browser.`);
    return copy;
  }
}

const EMPTY = { created: '', last_modified: '', mimetype: '', writable: true } as const;

function modelOf({ name, takenAt, savedAt, content }: PrivateCopy, withContent: boolean): Contents.IModel {
  return {
    ...EMPTY,
    ...{ name, path: name, type: 'notebook', created: takenAt, last_modified: savedAt },
    ...(withContent ? { format: 'json', content } : { format: null, content: null }),
  };
}
