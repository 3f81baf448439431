import { ILabShell, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, ToolbarButton } from '@jupyterlab/apputils';
import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { DisposableDelegate } from '@lumino/disposable';
import { PanelLayout, Widget } from '@lumino/widgets';
import { ILiveDocuments } from '../tokens.ts';
import { agentIcon } from './agent-icon.ts';
import type { AgentPanel } from './agent-panel.ts';

export const SHOW_AGENT = 'in-the-loop:assistant';
const NEW_CONVERSATION = 'in-the-loop:assistant-new';
const TITLE = 'Assistant';
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
      (loading ??= import('./create-agent-panel.ts').then(({ createAgentPanel }) => {
        const panel = createAgentPanel({ app, documents, tracker, rendermime, languages });
        place.fill(panel);
        return panel;
      }));
    const place = new AgentPlace(() => void load());
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

/** Where the assistant will be: nothing of it is loaded before it is looked at. */
class AgentPlace extends Widget {
  constructor(private readonly shown: () => void) {
    super();
    this.id = 'in-the-loop-assistant';
    this.title.icon = agentIcon;
    this.title.caption = TITLE;
    this.title.closable = true;
    this.node.tabIndex = -1;
    // Code and differences want this much; on a phone there is no more.
    this.node.style.minWidth = 'min(340px, 100vw)';
    this.layout = new PanelLayout();
  }

  fill(panel: Widget): void {
    panel.node.style.height = '100%';
    (this.layout as PanelLayout).addWidget(panel);
  }

  protected override onAfterShow(): void {
    this.shown();
  }

  protected override onAfterAttach(): void {
    if (this.isVisible) this.shown();
  }
}
