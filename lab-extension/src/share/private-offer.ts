import type { NotebookPanel } from '@jupyterlab/notebook';
import { NoticeBar } from '../file-notes/notice-bar.ts';
import type { ILiveDocument } from '../tokens.ts';
import type { PrivateCopies, PrivateCopy } from './private-copies.ts';
import { timeText } from './share-text.ts';

/** Says above a notebook that may only be read what can be done all the same, and what was done before. */
export function offerPrivateCopy(
  panel: NotebookPanel,
  document: ILiveDocument,
  deps: { readonly copies: PrivateCopies; take(): void; open(name: string): void },
): void {
  const bar = new NoticeBar(() => panel.activate());
  panel.contentHeader.addWidget(bar);
  let had: PrivateCopy | undefined;
  const show = (): void => {
    if (panel.isDisposed) return;
    const isReader = document.syncState.kind === 'read-only';
    const text = 'You may look at this notebook, and change and run nothing in it.';
    const actions = [{ label: 'Run a private copy in this browser', run: () => deps.take() }];
    if (had !== undefined) {
      const { name, takenAt } = had;
      const label = `Open your private copy of ${timeText(takenAt)}`;
      actions.push({ label, run: () => deps.open(name) });
    }
    bar.present(isReader ? { text, actions } : null);
  };
  const look = (): void => {
    const from = panel.context.localPath;
    deps.copies
      .list()
      .then((all) => {
        had = all.find((copy) => copy.from === from);
        show();
      })
      // Whoever takes a copy is told why it cannot be kept.
      .catch(() => undefined);
  };
  document.syncStateChanged.connect(show);
  deps.copies.changed.connect(look);
  panel.disposed.connect(() => {
    document.syncStateChanged.disconnect(show);
    deps.copies.changed.disconnect(look);
  });
  show();
  look();
}
