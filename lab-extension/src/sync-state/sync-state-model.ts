import { Signal, type ISignal } from '@lumino/signaling';
import { Coalesced } from '../coalesced.ts';
import { fileProblemOf } from '../file-notes/file-note.ts';
import type { KeptForks } from '../forks/kept-forks.ts';
import type { KeptPages } from '../offline/kept-pages.ts';
import type { IndexedDocumentStorage } from '../offline/storage/indexed-document-storage.ts';
import type { ILiveDocument, ILiveDocuments } from '../tokens.ts';
import { syncView, type SyncView } from './sync-view.ts';

/** Documents change their state with every key; what is shown follows a moment later. */
const PAUSE = 100;

/** Gathers what decides where a person's work is. */
export class SyncStateModel {
  readonly #changed = new Signal<this, SyncView>(this);
  readonly #update = new Coalesced(() => this.#changed.emit(this.view), PAUSE);

  constructor(
    private readonly live: ILiveDocuments,
    private readonly parts: {
      readonly keptPages: KeptPages;
      readonly storage: IndexedDocumentStorage;
      readonly forks: KeptForks;
      readonly current: () => ILiveDocument | null;
    },
  ) {
    const update = (): void => this.#update.request();
    const watch = ({ syncStateChanged, ydoc }: ILiveDocument): void => {
      syncStateChanged.connect(update);
      ydoc.getMap('state').observe(update);
    };
    live.documents.forEach(watch);
    live.added.connect((_, document) => {
      watch(document);
      update();
    });
    live.removed.connect(update);
    live.connection.statusChanged.connect(update);
    parts.keptPages.changed.connect(update);
    parts.storage.problemChanged.connect(update);
    parts.forks.changed.connect(update);
  }

  get changed(): ISignal<this, SyncView> {
    return this.#changed;
  }

  get view(): SyncView {
    const { keptPages, storage, forks, current } = this.parts;
    const document = current();
    return syncView({
      connection: this.live.connection.status,
      current:
        document === null
          ? null
          : {
              path: document.path,
              state: document.syncState,
              file: fileProblemOf(document.ydoc.getMap('state')),
            },
      states: this.live.documents.map(({ syncState }) => syncState),
      keptPages: keptPages.state,
      storageProblem: storage.problem,
      forks: forks.forks.length,
    });
  }

  /** Another document is looked at. */
  lookAgain(): void {
    this.#update.request();
  }
}
