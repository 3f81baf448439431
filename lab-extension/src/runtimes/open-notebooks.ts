import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';

/** The notebooks of this page, for what is done with their kernels from elsewhere. */
export class OpenNotebooks {
  constructor(
    private readonly app: JupyterFrontEnd,
    private readonly tracker: INotebookTracker,
  ) {}

  get inFront(): NotebookPanel | null {
    return this.tracker.currentWidget;
  }

  /** Those that this kernel is the kernel of. */
  onKernel(kernelId: string): readonly NotebookPanel[] {
    const found: NotebookPanel[] = [];
    this.tracker.forEach((panel) => {
      if (panel.sessionContext.session?.kernel?.id === kernelId) found.push(panel);
    });
    return found;
  }

  /** Opens one by its API path, or brings it to the front. @throws Error with a sentence for people */
  async open(path: string): Promise<NotebookPanel> {
    const panel = (await this.app.commands.execute('docmanager:open', { path })) as NotebookPanel | undefined;
    if (panel === undefined) throw new Error(`${path} could not be opened.`);
    this.app.shell.activateById(panel.id);
    return panel;
  }
}
