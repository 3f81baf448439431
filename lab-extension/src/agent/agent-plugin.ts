import { ILabShell, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, Notification, ToolbarButton } from '@jupyterlab/apputils';
import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { DisposableDelegate } from '@lumino/disposable';
import { LazyPanel } from '../lazy-panel.ts';
import { ILiveDocuments } from '../tokens.ts';
import { agentIcon } from './agent-icon.ts';
import type { AgentPanel } from './agent-panel.ts';
import { offerHelpInCells } from './cell-commands.ts';

export const SHOW_AGENT = 'in-the-loop:assistant';
const NEW_CONVERSATION = 'in-the-loop:assistant-new';
const TITLE = 'Assistant';
/** In pixels: code and differences want this much. Notebook 7 gives what it gives, and would cut off the rest. */
const WIDTH = 340;
/** In pixels: beside a notebook there is no room for it. */
const NARROW = 600;

export const agentPlugin: JupyterFrontEndPlugin<void> = {
  id: '@in-the-loop/lab-extension:agent',
  description: 'Conversations with models about notebooks.',
  autoStart: true,
  requires: [INotebookTracker, IRenderMimeRegistry, IEditorLanguageRegistry],
  optional: [ILiveDocuments, ILabShell, ICommandPalette],
  activate(
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    rendermime: IRenderMimeRegistry,
    languages: IEditorLanguageRegistry,
    documents: ILiveDocuments | null,
    labShell: ILabShell | null,
    palette: ICommandPalette | null,
  ) {
    if (documents === null) return;
    let loading: Promise<AgentPanel> | null = null;
    const load = (): Promise<AgentPanel> =>
      (loading ??= import('./create-agent-panel.ts').then(
        ({ createAgentPanel }) => {
          const panel = createAgentPanel({ app, documents, tracker, rendermime, languages });
          place.fill(panel);
          return panel;
        },
        (error: unknown) => {
          // The network may be back the next time.
          loading = null;
          throw error;
        },
      ));
    const place = new LazyPanel({
      id: 'in-the-loop-assistant',
      title: TITLE,
      icon: agentIcon,
      width: labShell === null ? 0 : WIDTH,
      shown: () => {
        load().catch((error: unknown) =>
          Notification.error(`The assistant could not be loaded: ${String(error)}`),
        );
      },
    });
    app.shell.add(place, 'right', { rank: 700, type: 'In the Loop' });

    async function show(): Promise<AgentPanel> {
      if (labShell !== null) {
        // On a phone it has the screen for itself.
        const isNarrow = labShell.node.clientWidth < NARROW;
        const area = isNarrow ? 'main' : 'right';
        const isThere = [...labShell.widgets(area)].includes(place);
        if (!isThere) labShell.add(place, area, { rank: 700, type: 'In the Loop' });
      }
      app.shell.activateById(place.id);
      return load();
    }

    app.commands.addCommand(SHOW_AGENT, {
      label: 'Show Assistant',
      caption: 'Ask a model about this notebook',
      icon: agentIcon,
      execute: async () => (await show()).focusComposer(),
    });
    app.commands.addCommand(NEW_CONVERSATION, {
      label: 'New Conversation with the Assistant',
      execute: async () => (await show()).beginNew(),
    });
    app.commands.addKeyBinding({ command: SHOW_AGENT, keys: ['Accel Shift Y'], selector: 'body' });
    for (const command of [SHOW_AGENT, NEW_CONVERSATION]) palette?.addItem({ command, category: TITLE });

    offerHelpInCells({ app, documents, tracker, palette, category: TITLE, show });

    const inToolbar: DocumentRegistry.IWidgetExtension<NotebookPanel, DocumentRegistry.IModel> = {
      createNew(panel) {
        const item = new ToolbarButton({
          icon: agentIcon,
          tooltip: TITLE,
          onClick: () => void app.commands.execute(SHOW_AGENT),
        });
        const { toolbar } = panel;
        if (!toolbar.insertAfter('spacer', 'in-the-loop-assistant', item))
          toolbar.addItem('in-the-loop-assistant', item);
        return new DisposableDelegate(() => item.dispose());
      },
    };
    app.docRegistry.addWidgetExtension('Notebook', inToolbar);
  },
};
