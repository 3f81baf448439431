import type { ISessionContext } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { NoticeBar } from '../file-notes/notice-bar.ts';
import type { HostedKernelState, IHostedKernel } from '../browser-runtime/browser-runtime.ts';
import type { PrivateCopies } from './private-copies.ts';
import type { PrivateServices } from './private-services.ts';
import { copyText, runtimeText } from './share-text.ts';
import { writtenIn } from './written-in.ts';

/** In milliseconds: so long nothing more is typed or put out. */
const SAVE_AFTER = 700;

export interface PrivateNotebookActions {
  download(name: string): void;
  /** Asks first. Never rejects. */
  remove(name: string): Promise<void>;
  openOriginal(path: string): void;
}

/**
 * Makes a notebook panel that of a private copy: its kernels are this page's, what is changed is kept by itself, and a
 * line above it says what it is. To be called before the panel's content is loaded, when no kernel is asked for yet.
 */
export function makePrivate(
  panel: NotebookPanel,
  deps: {
    readonly services: () => PrivateServices;
    readonly findKernel: (id: string) => IHostedKernel | null;
    readonly copies: PrivateCopies;
    readonly actions: PrivateNotebookActions;
  },
): void {
  const { context } = panel;
  const { sessionContext } = context;
  useServices(sessionContext, deps.services());
  sessionContext.kernelPreferenceChanged.connect((_, { newValue: preference }) => {
    const language = writtenIn(context.model.getMetadata('kernelspec'));
    if ((preference.language ?? '') === '' && language !== '')
      sessionContext.kernelPreference = { ...preference, language };
  });
  keepSaved(panel);
  const bar = new NoticeBar(() => panel.activate());
  panel.contentHeader.addWidget(bar);
  let about = '';
  let from = '';
  let kernel: IHostedKernel | null = null;
  const show = (): void => {
    const name = context.localPath;
    const actions = [
      { label: 'Download', run: () => deps.actions.download(name) },
      { label: 'Delete…', run: () => void deps.actions.remove(name) },
      { label: 'Show the original', run: () => deps.actions.openOriginal(from) },
    ];
    const text = [about, kernel === null ? '' : runtimeText(kernel.state)].join(' ').trim();
    if (!panel.isDisposed) bar.present(about === '' ? null : { text, actions });
  };
  const changed = (_: IHostedKernel, _state: HostedKernelState): void => show();
  const kernelChanged = (): void => {
    kernel?.stateChanged.disconnect(changed);
    kernel = deps.findKernel(sessionContext.session?.kernel?.id ?? '');
    kernel?.stateChanged.connect(changed);
    show();
  };
  sessionContext.kernelChanged.connect(kernelChanged);
  const look = async (): Promise<void> => {
    const copy = await deps.copies.find(context.localPath);
    if (copy === null) return;
    about = copyText(copy);
    from = copy.from;
    show();
  };
  // Without it the copy itself says why it cannot be shown.
  void look().catch(() => undefined);
  context.pathChanged.connect(() => void look().catch(() => undefined));
  panel.disposed.connect(() => kernel?.stateChanged.disconnect(changed));
}

/** JupyterLab gives all documents the server's sessions; nothing of them was asked for so far. */
function useServices(
  sessionContext: ISessionContext,
  { sessions, kernels, kernelspecs }: PrivateServices,
): void {
  Object.assign(sessionContext, {
    sessionManager: sessions,
    kernelManager: kernels,
    specsManager: kernelspecs,
  });
  // Whether a default is started where no kernel fits is a person's setting, which JupyterLab would keep for all notebooks.
  sessionContext.kernelPreference = {
    ...sessionContext.kernelPreference,
    shouldStart: true,
    canStart: true,
    shutdownOnDispose: true,
  };
}

function keepSaved({ context, disposed }: NotebookPanel): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const save = (): void => {
    // JupyterLab says itself why it could not.
    if (!context.isDisposed && context.model.dirty) void context.save().catch(() => undefined);
  };
  const changed = (): void => {
    clearTimeout(timer);
    timer = setTimeout(save, SAVE_AFTER);
  };
  void context.ready.then(() => {
    if (context.isDisposed) return;
    context.model.contentChanged.connect(changed);
    context.model.stateChanged.connect((_, { name }) => name === 'dirty' && changed());
  });
  const hidden = (): void => {
    if (document.visibilityState === 'hidden') save();
  };
  document.addEventListener('visibilitychange', hidden);
  disposed.connect(() => {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', hidden);
  });
}
