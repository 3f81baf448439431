import type { ISessionContext } from '@jupyterlab/apputils';

/** In milliseconds: kernels elsewhere take their time; after this it is asked for a run all the same. */
const LONGEST_WAIT = 60_000;

/**
 * Resolves once a document has the kernel that somebody has chosen for it. Until then it still has the one before, on which
 * nobody means to run anything any more.
 */
export async function kernelChanged(context: ISessionContext): Promise<void> {
  const deadline = Date.now() + LONGEST_WAIT;
  while (isChanging(context) && Date.now() < deadline) await nextStatus(context, deadline - Date.now());
}

/**
 * JupyterLab says `starting` also of a kernel that starts: that one says so of itself. Where the one before is gone with its
 * session, it says `initializing`.
 */
function isChanging({ session, kernelDisplayStatus: shown }: ISessionContext): boolean {
  const kernel = session?.kernel ?? null;
  return kernel === null ? shown === 'initializing' : shown === 'starting' && kernel.status !== 'starting';
}

function nextStatus(context: ISessionContext, wait: number): Promise<void> {
  return new Promise((resolve) => {
    const signals = [context.statusChanged, context.kernelChanged, context.sessionChanged, context.disposed];
    const done = (): void => {
      clearTimeout(timer);
      for (const signal of signals) signal.disconnect(done);
      resolve();
    };
    const timer = setTimeout(done, wait);
    for (const signal of signals) signal.connect(done);
  });
}
