import { Clipboard, type ISessionContextDialogs } from '@jupyterlab/apputils';
import { KernelAPI, type ServiceManager } from '@jupyterlab/services';
import type { RuntimeModel } from '../../../server/wire/runtime.ts';
import { confirmed } from '../places/confirmed.ts';
import type { OpenNotebooks } from './open-notebooks.ts';
import type { RuntimeActions } from './runtime-actions.ts';
import type { RuntimesClient } from './runtimes-client.ts';

/** What the list of kernels does with them. */
export function kernelActions(deps: {
  readonly client: RuntimesClient;
  readonly services: ServiceManager.IManager;
  readonly notebooks: OpenNotebooks;
  readonly dialogs: ISessionContextDialogs | null;
  /** What became of it, or what went wrong. */
  readonly say: (text: string) => void;
  readonly changed: () => Promise<void>;
  /** Has this page hear that kernels are no more. */
  readonly ended: () => Promise<void>;
}): RuntimeActions {
  const { client, services, notebooks, dialogs, say, changed, ended } = deps;
  const { serverSettings } = services;

  async function doing(said: string, work: () => Promise<string | undefined>): Promise<void> {
    say(said);
    try {
      say((await work()) ?? '');
    } catch (error) {
      say(error instanceof Error ? error.message : String(error));
    }
    await changed();
  }

  return {
    openNotebook: (path) => void notebooks.open(path).catch((error: unknown) => say(String(error))),
    interrupt: ({ kernelId, displayName }) =>
      doing(`Interrupts ${displayName}…`, async () => {
        await KernelAPI.interruptKernel(kernelId, serverSettings);
        return `${displayName} was interrupted.`;
      }),
    async restart({ kernelId, displayName }) {
      const text = `All variables of ${displayName} will be lost. Outputs, history and what is typed are kept.`;
      if (!(await confirmed('Restart Kernel?', text, 'Restart'))) return;
      await doing(`Restarts ${displayName}…`, async () => {
        await KernelAPI.restartKernel(kernelId, serverSettings);
        return `${displayName} was restarted. Its variables are gone, all else is kept.`;
      });
    },
    async stop({ kernelId, displayName, place }) {
      const text = `The kernel ${displayName} ends, and its variables are lost. Outputs, history and what is typed are kept.`;
      if (!(await confirmed('Stop Kernel?', text, 'Stop'))) return;
      await doing(`Stops ${displayName} of ${place.title}…`, async () => {
        const { note } = await client.end(kernelId);
        await ended();
        return note;
      });
    },
    reconnect: ({ kernelId, displayName }) =>
      doing(`Connects to ${displayName} anew…`, async () => {
        const panels = notebooks.onKernel(kernelId);
        if (panels.length === 0)
          return 'It is open in no notebook of this page: there is nothing to reconnect.';
        for (const { sessionContext } of panels) await sessionContext.session?.kernel?.reconnect();
        return `This page is connected to ${displayName} anew.`;
      }),
    move: ({ notebook }) =>
      doing('', async () => {
        if (notebook === null) return undefined;
        const { sessionContext } = await notebooks.open(notebook);
        await sessionContext.ready;
        await dialogs?.selectKernel(sessionContext);
        return undefined;
      }),
    async log({ kernelId }: RuntimeModel) {
      try {
        return await client.log(kernelId);
      } catch (error) {
        say(error instanceof Error ? error.message : String(error));
        return null;
      }
    },
    copy(text) {
      Clipboard.copyToSystem(text);
      say('Copied.');
    },
  };
}
