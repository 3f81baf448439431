import { PathExt } from '@jupyterlab/coreutils';
import { ServerConnection, type Contents, type IContentProvider } from '@jupyterlab/services';
import { Signal, type ISignal } from '@lumino/signaling';
import type { LiveDocument } from '../live/live-document.ts';
import { OpeningError } from '../live/opening-error.ts';
import type { LiveDocuments } from './live-documents.ts';
import { SharedModelFactory } from './shared-model-factory.ts';

/**
 * Loads and saves shared documents for JupyterLab: loading is waiting for the content to be there, saving is asking the
 * server to write the file now. What is not shared goes the plain way.
 */
export class LiveContentProvider implements IContentProvider {
  readonly sharedModelFactory: SharedModelFactory;
  readonly #fileChanged = new Signal<this, Contents.IChangedArgs>(this);
  /** What JupyterLab was told last of each file. */
  readonly #told = new WeakMap<LiveDocument, Contents.IModel>();

  constructor(
    private readonly documents: LiveDocuments,
    private readonly plain: IContentProvider,
  ) {
    this.sharedModelFactory = new SharedModelFactory((path, kind, model, shown) => {
      const document = documents.open(path, kind, model, shown);
      document.pathChanged.connect((_, newPath) => this.#renamed(document, path, newPath));
      return document;
    });
  }

  get fileChanged(): ISignal<this, Contents.IChangedArgs> {
    return this.#fileChanged;
  }

  async get(path: string, options?: Contents.IFetchOptions): Promise<Contents.IModel> {
    const document = this.documents.openAt(path);
    if (document === null) return this.plain.get(path, options);
    const found = this.#find(document.path);
    found.catch(() => undefined); // told below, unless there is no document either
    await document.ready.catch((error: unknown) => {
      throw error instanceof OpeningError ? responseError(error) : error;
    });
    return this.#describe(document, found);
  }

  async save(path: string, options: Partial<Contents.IModel> = {}): Promise<Contents.IModel> {
    const document = this.documents.at(path);
    if (document === null) return this.plain.save(path, options);
    if (!this.documents.connection.isConnected) throw laterSave();
    await document.save().catch((error: unknown) => {
      // What was typed is kept and sent later; the status bar says so, and nobody has to confirm it.
      throw this.documents.connection.isConnected ? error : laterSave();
    });
    return this.#describe(document);
  }

  /** Tells JupyterLab that the server has written a file. */
  async tellSaved(document: LiveDocument): Promise<void> {
    await this.#describe(document);
  }

  /**
   * The file as it is on the server, without content. JupyterLab compares it at each save with what it knew, and would
   * ask whether to overwrite it: the shared document is newer than any file, so it is told first.
   */
  async #describe(
    document: LiveDocument,
    finding: Promise<Contents.IModel | null> = this.#find(document.path),
  ): Promise<Contents.IModel> {
    const { path } = document;
    const told = this.#told.get(document);
    const found = await finding;
    const hash = document.ydoc.getMap('state').get('hash');
    const model: Contents.IModel = {
      ...(found ?? told ?? newModel(document)),
      path,
      name: PathExt.basename(path),
      writable: !document.isReadOnly,
      content: null,
      format: null,
      ...(typeof hash === 'string' ? { hash, hash_algorithm: 'sha256' } : {}),
    };
    this.#told.set(document, model);
    if (told !== undefined && (told.hash !== model.hash || told.last_modified !== model.last_modified))
      this.#fileChanged.emit({ type: 'save', oldValue: null, newValue: model });
    return model;
  }

  /** Null where there is no file, or no server now. */
  #find(path: string): Promise<Contents.IModel | null> {
    return this.plain.get(path, { content: false }).catch((error: unknown) => {
      if (error instanceof TypeError || error instanceof ServerConnection.NetworkError) return null;
      // The document is there without its file, which the next save writes again.
      if (error instanceof ServerConnection.ResponseError && error.response.status === 404) return null;
      throw error;
    });
  }

  #renamed(document: LiveDocument, _first: string, path: string): void {
    const told = this.#told.get(document);
    if (told === undefined) return;
    const model = { ...told, path, name: PathExt.basename(path) };
    this.#told.set(document, model);
    this.#fileChanged.emit({ type: 'rename', oldValue: told, newValue: model });
  }
}

function newModel({ path, kind }: LiveDocument): Contents.IModel {
  const now = new Date().toISOString();
  return {
    path,
    name: PathExt.basename(path),
    type: kind.type,
    writable: true,
    created: now,
    last_modified: now,
    mimetype: kind.type === 'file' ? 'text/plain' : '',
    content: null,
    format: null,
  };
}

/** JupyterLab takes it as cancelled, and says nothing. */
function laterSave(): Error {
  const error = new Error('The file is saved when the server can be reached again.');
  error.name = 'ModalCancelError';
  return error;
}

function responseError({ code, message }: OpeningError): Error {
  const status = code === 'file-not-found' ? 404 : code === 'forbidden' ? 403 : 400;
  return new ServerConnection.ResponseError(new Response(null, { status }), message);
}
