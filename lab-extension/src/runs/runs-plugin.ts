import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, ISessionContextDialogs, Notification } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { addStyleSheet } from '../style-sheet.ts';
import { ILiveDocuments, type ILiveDocument } from '../tokens.ts';
import { IRunQueues } from './executor-plugin.ts';
import { followTrust } from './follow-trust.ts';
import { noticeLongRun, permitNotices } from './long-run-notice.ts';
import { nameOf } from './name-of.ts';
import { tellFailedCommands } from './tell-failed-commands.ts';
import { NotebookRuns } from './notebook-runs.ts';
import type { RunQueues } from './run-queues.ts';
import { RUNS_STYLE } from './runs-style.ts';

const NOTICE_COMMAND = 'in-the-loop:notify-long-runs';

export const runsPlugin: JupyterFrontEndPlugin<void> = {
  id: '@in-the-loop/lab-extension:runs',
  description: 'Shows in every tab what runs, for how long, and what it asks.',
  autoStart: true,
  requires: [INotebookTracker, IRunQueues],
  optional: [ILiveDocuments, ICommandPalette, ISessionContextDialogs],
  activate(
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    queues: RunQueues | null,
    live: ILiveDocuments | null,
    palette: ICommandPalette | null,
    dialogs: ISessionContextDialogs | null,
  ) {
    if (live === null || queues === null) return;
    addStyleSheet('runs', RUNS_STYLE);
    tellFailedCommands(app, live.connection, dialogs);
    app.commands.addCommand(NOTICE_COMMAND, {
      label: 'Tell Me When a Long Run Ends',
      execute: async () => Notification.info(await permitNotices(), { autoClose: 8_000 }),
    });
    palette?.addItem({ command: NOTICE_COMMAND, category: 'Notebook Cell Operations' });

    const shown = new Map<NotebookPanel, NotebookRuns>();
    const show = (panel: NotebookPanel, document: ILiveDocument | null): void => {
      if (document === null || shown.has(panel)) return;
      const ended = (_run: unknown, took: number): void =>
        noticeLongRun(PathExt.basename(document.path), took);
      const runs = new NotebookRuns({
        panel,
        document,
        queues,
        nameOf: (username) => nameOf(username, app.serviceManager.user.identity, live.awareness),
        ended,
      });
      shown.set(panel, runs);
      if (panel.content.model !== null) followTrust(panel.content.model);
      const forget = (): void => {
        if (shown.delete(panel)) runs.dispose();
      };
      panel.disposed.connect(forget);
      document.disposed.connect(forget);
    };
    tracker.widgetAdded.connect((_, panel) => {
      void panel.context.ready.then(() => show(panel, live.of(panel)));
    });
    live.added.connect(() => tracker.forEach((panel) => show(panel, live.of(panel))));
    tracker.forEach((panel) => show(panel, live.of(panel)));
  },
};
