import { KernelAPI, type ServerConnection } from '@jupyterlab/services';
import { MenuSvg } from '@jupyterlab/ui-components';
import { CommandRegistry } from '@lumino/commands';
import type { RuntimeModel } from '../../../server/wire/runtime.ts';

export interface KernelsMenuOptions {
  /** Of one notebook, its own first. */
  readonly runtimes: readonly RuntimeModel[];
  readonly settings: ServerConnection.ISettings;
  /** Null where there is no cell that one can be chosen for. */
  readonly choose: (() => void) | null;
  /** What was asked for did not come about. */
  readonly failed: (error: unknown) => void;
}

/** What a notebook's kernels are, and what can be done with them, as a menu for the keyboard as well. */
export function kernelsMenu({ runtimes, settings, choose, failed }: KernelsMenuOptions): MenuSvg {
  const commands = new CommandRegistry();
  const menu = new MenuSvg({ commands });
  const add = (to: MenuSvg, label: string, execute: (() => unknown) | null): void => {
    const id = `in-the-loop:kernels-${commands.listCommands().length}`;
    commands.addCommand(id, {
      label,
      isEnabled: () => execute !== null,
      execute: () => Promise.resolve(execute?.()).catch(failed),
    });
    to.addItem({ command: id });
  };
  const restart = ({ kernelId }: RuntimeModel): Promise<void> => KernelAPI.restartKernel(kernelId, settings);
  for (const runtime of runtimes) {
    const { kernelId, displayName, state } = runtime;
    const submenu = new MenuSvg({ commands });
    submenu.title.label = `${displayName}: ${state}`;
    add(submenu, 'Interrupt', () => KernelAPI.interruptKernel(kernelId, settings));
    add(submenu, 'Restart', () => restart(runtime));
    add(submenu, 'Shut Down', () => KernelAPI.shutdownKernel(kernelId, settings));
    menu.addItem({ type: 'submenu', submenu });
  }
  if (runtimes.length > 1) add(menu, 'Restart All', () => Promise.all(runtimes.map(restart)));
  if (runtimes.length > 0) menu.addItem({ type: 'separator' });
  add(menu, 'Choose the Kernel of the Active Cell…', choose);
  return menu;
}
