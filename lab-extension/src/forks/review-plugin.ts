import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Dialog, MainAreaWidget, showDialog } from '@jupyterlab/apputils';
import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { HISTORY_STYLE } from '../history/history-style.ts';
import { addStyleSheet } from '../style-sheet.ts';
import { ILiveDocuments, type ILiveDocument } from '../tokens.ts';
import type { ForkContent } from './fork-content.ts';
import type { ForkRecord } from './fork-record.ts';
import { IKeptForks } from './forks-plugin.ts';
import type { KeptForks } from './kept-forks.ts';

export const REVIEW_FORK = 'in-the-loop:review-fork';

export const reviewPlugin: JupyterFrontEndPlugin<void> = {
  id: '@in-the-loop/lab-extension:review-fork',
  description:
    'Shows changes that could not be merged beside the document, and applies what somebody chooses.',
  autoStart: true,
  requires: [ILiveDocuments, IKeptForks, IEditorLanguageRegistry],
  activate(app: JupyterFrontEnd, live: ILiveDocuments, forks: KeptForks, languages: IEditorLanguageRegistry) {
    async function review(fork: ForkRecord): Promise<void> {
      const document = await openDocument(app, live, fork);
      // Only who has something to review needs its views.
      const [{ ForkReview }, { ReadOnlyEditors }] = await Promise.all([
        import('./fork-review.ts'),
        import('../history/read-only-editor.ts'),
      ]);
      addStyleSheet('history', HISTORY_STYLE);
      const content = new ForkReview({
        fork,
        document,
        editors: new ReadOnlyEditors(languages, mimeTypeOf(document)),
        async discard() {
          if (!(await confirmDiscard(fork))) return;
          await forks.discard(fork);
          panel.dispose();
        },
        // What is applied is a change like any other from now on, and sent as one.
        applied: () => forks.discard(fork),
        download: save,
      });
      const panel = new MainAreaWidget({ content });
      panel.id = `in-the-loop-fork-${fork.documentId}-${fork.epoch}`;
      panel.title.label = `Unsent: ${fork.path.slice(fork.path.lastIndexOf('/') + 1)}`;
      panel.title.closable = true;
      app.shell.add(panel, app.name === 'JupyterLab' ? 'main' : 'right');
      app.shell.activateById(panel.id);
    }

    app.commands.addCommand(REVIEW_FORK, {
      label: 'Review Unsent Changes',
      async execute(given) {
        const { documentId, epoch } = given as Readonly<Record<string, unknown>>;
        const fork = forks.forks.find((each) => each.documentId === documentId && each.epoch === epoch);
        if (fork !== undefined) await review(fork);
      },
    });
  },
};

/** The document as it is now, open in a tab of its own. Null where there is none. */
async function openDocument(
  app: JupyterFrontEnd,
  live: ILiveDocuments,
  { path }: ForkRecord,
): Promise<ILiveDocument | null> {
  const isOpen = live.at(path);
  if (isOpen !== null) return isOpen;
  await app.serviceManager.contents.get(path, { content: false }).then(
    () => app.commands.execute('docmanager:open', { path }) as Promise<unknown>,
    // Deleted, or no server: what is kept can be downloaded all the same.
    () => null,
  );
  return live.at(path);
}

/** Of the code in it, as far as it can be known before a kernel runs. */
function mimeTypeOf(document: ILiveDocument | null): string {
  return document === null || document.kind.type === 'notebook' ? 'text/x-ipython' : 'text/plain';
}

async function confirmDiscard({ path }: ForkRecord): Promise<boolean> {
  const { button } = await showDialog({
    title: 'Discard these changes?',
    body: `What you changed in ${path} and the server never had is forgotten. This cannot be undone.`,
    buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: 'Discard' })],
  });
  return button.accept;
}

/** By the browser's own download. */
function save({ name, text }: ForkContent['file']): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  Object.assign(link, { href: url, download: name });
  link.click();
  URL.revokeObjectURL(url);
}
