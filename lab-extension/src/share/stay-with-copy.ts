import type { CommandRegistry } from '@lumino/commands';

const OPENS_ADDRESS = 'filebrowser:open-path';

/**
 * JupyterLab opens what a page's address names once more when its file browser is there, long after the layout of the last
 * visit has shown it: whoever took a copy by then would be led back to the original. Nothing is waited for, as that comes
 * late, or never (Notebook has no file browser beside a notebook).
 * @param show is called once at most, right after JupyterLab has opened the address
 * @returns to be told which copy somebody wants to see; null once it is something else
 */
export function stayWithCopy(
  commands: Pick<CommandRegistry, 'commandExecuted'>,
  show: (name: string) => void,
): (name: string | null) => void {
  let wanted: string | null = null;
  const executed = (_: CommandRegistry, { id, args, result }: CommandRegistry.ICommandExecutedArgs): void => {
    // Nobody else asks for it in this way.
    if (id !== OPENS_ADDRESS || args['dontShowBrowser'] !== true) return;
    commands.commandExecuted.disconnect(executed);
    const opened = (): void => {
      if (wanted !== null) show(wanted);
    };
    // JupyterLab says itself what could not be opened.
    result.then(opened, opened);
  };
  commands.commandExecuted.connect(executed);
  return (name) => void (wanted = name);
}
