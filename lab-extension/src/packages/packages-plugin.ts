import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel } from '@jupyterlab/services';
import { ITranslator, nullTranslator, type TranslationBundle } from '@jupyterlab/translation';
import { goToCell } from '../links/go-to-cell.ts';
import {
  installCommand,
  missingExpression,
  missingOf,
  neededPackages,
  type NeededPackages,
} from './needed-packages.ts';

export const packagesPlugin: JupyterFrontEndPlugin<void> = {
  id: '@in-the-loop/lab-extension:packages',
  description: 'Offers the packages that a notebook has installed where its new kernel lacks them.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ITranslator],
  activate(_app: JupyterFrontEnd, tracker: INotebookTracker, translator: ITranslator | null) {
    const trans = (translator ?? nullTranslator).load('in_the_loop');
    tracker.widgetAdded.connect((_, panel) => {
      panel.sessionContext.kernelChanged.connect((_context, { oldValue, newValue }) => {
        // The same kernelspec has the same packages.
        if (oldValue === null || newValue === null || oldValue.name === newValue.name) return;
        // A kernel may go away before it answers; what is needed stands in the notebook's metadata all the same.
        offer(panel, newValue, trans).catch(() => undefined);
      });
    });
  },
};

/** In milliseconds; it stays among the notifications afterwards. */
const SHOWN_FOR = 20_000;

async function offer(
  panel: NotebookPanel,
  kernel: Kernel.IKernelConnection,
  trans: TranslationBundle,
): Promise<void> {
  const needed = neededPackages(panel.content.model?.getMetadata('in_the_loop'));
  if (Object.keys(needed).length === 0) return;
  const { language_info: language } = await kernel.info;
  if (language.name !== 'python') return;
  const missing = missingOf(needed, await answerOf(kernel, missingExpression(needed)));
  const names = Object.entries(missing).map(([name, version]) => `${name} ${version}`);
  if (names.length === 0 || panel.isDisposed || panel.sessionContext.session?.kernel?.id !== kernel.id)
    return;
  Notification.info(
    trans.__(
      'Cells of %1 have installed packages that its new kernel lacks: %2',
      panel.title.label,
      names.join(', '),
    ),
    {
      autoClose: SHOWN_FOR,
      actions: [
        {
          label: trans.__('Add a Cell That Installs Them'),
          displayType: 'accent',
          callback: () => addCell(panel, missing),
        },
      ],
    },
  );
}

async function answerOf(kernel: Kernel.IKernelConnection, expression: string): Promise<unknown> {
  const asked = kernel.requestExecute({
    code: '',
    silent: true,
    store_history: false,
    user_expressions: { missing: expression },
  });
  const { content } = await asked.done;
  if (content.status !== 'ok') return null;
  const { missing } = content.user_expressions as { missing?: { data?: Record<string, unknown> } };
  return missing?.data?.['text/plain'];
}

/** At the beginning, before whatever needs them. */
function addCell(panel: NotebookPanel, packages: NeededPackages): void {
  if (panel.isDisposed) return;
  const cell = panel.content.model?.sharedModel.insertCell(0, {
    cell_type: 'code',
    source: installCommand(packages),
    metadata: { trusted: true },
  });
  if (cell !== undefined) void goToCell(panel, cell.getId());
}
