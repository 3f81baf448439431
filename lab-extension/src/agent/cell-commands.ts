import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ICommandPalette } from '@jupyterlab/apputils';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { Menu } from '@lumino/widgets';
import { whenShared } from '../documents/when-shared.ts';
import { addStyleSheet } from '../style-sheet.ts';
import type { ILiveDocuments } from '../tokens.ts';
import type { AgentPanel } from './agent-panel.ts';
import { type CellQuestion, cellQuestion } from './cell-questions.ts';
import { type FailingCellActions, FailingCells, hasFailed } from './failing-cells.ts';
import { OFFER_STYLE } from './offer-style.ts';

const COMMANDS: readonly (readonly [string, string, CellQuestion])[] = [
  ['in-the-loop:assistant-explain', 'Explain Cell', 'explain'],
  ['in-the-loop:assistant-fix', 'Fix Error of Cell', 'fix'],
  ['in-the-loop:assistant-output', 'Ask About Output', 'output'],
  ['in-the-loop:assistant-above', 'Generate Cell Above', 'above'],
  ['in-the-loop:assistant-below', 'Generate Cell Below', 'below'],
];

/** What the assistant can be asked about one cell: in its context menu, the palette, and under cells that have failed. */
export function offerHelpInCells(deps: {
  readonly app: JupyterFrontEnd;
  readonly documents: ILiveDocuments;
  readonly tracker: INotebookTracker;
  readonly palette: ICommandPalette | null;
  readonly category: string;
  readonly show: () => Promise<AgentPanel>;
}): void {
  const { app, documents, tracker, palette, category } = deps;
  addStyleSheet('agent-offer', OFFER_STYLE);
  async function ask(panel: NotebookPanel, cellId: string, kind: CellQuestion): Promise<void> {
    const index = panel.content.widgets.findIndex(({ model }) => model.id === cellId);
    if (index === -1) return;
    panel.content.activeCellIndex = index;
    const { draft, isBegun } = cellQuestion(kind, cellId, index + 1);
    await (await deps.show()).askAboutCell(draft, isBegun);
  }
  const offer = (panel: NotebookPanel): void => {
    const actions: FailingCellActions = {
      fix: (of, cellId) => void ask(of, cellId, 'fix'),
      explain: (of, cellId) => void ask(of, cellId, 'explain-error'),
    };
    whenShared(documents, panel, (document) => void new FailingCells(panel, document, actions));
  };
  tracker.forEach(offer);
  tracker.widgetAdded.connect((_, panel) => offer(panel));

  const submenu = new Menu({ commands: app.commands });
  submenu.title.label = category;
  for (const [command, label, kind] of COMMANDS) {
    app.commands.addCommand(command, {
      label,
      isEnabled: () => {
        const cell = tracker.currentWidget?.content.activeCell;
        return cell != null && (kind !== 'fix' || hasFailed(cell));
      },
      execute: async () => {
        const panel = tracker.currentWidget;
        const cell = panel?.content.activeCell;
        if (panel !== null && cell != null) await ask(panel, cell.model.id, kind);
      },
    });
    palette?.addItem({ command, category });
    submenu.addItem({ command });
  }
  app.contextMenu.addItem({ type: 'submenu', submenu, selector: '.jp-Notebook .jp-Cell', rank: 9 });
}
