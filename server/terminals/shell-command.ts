/**
 * The person's shell. A server that nobody started from a terminal has read no profile yet, so the shell does: a login
 * shell, as Jupyter decides it.
 */
export function shellCommand(
  environment: Readonly<Record<string, string | undefined>>,
  isOnTerminal: boolean,
): readonly string[] {
  const shell = environment['SHELL'] || (process.platform === 'win32' ? 'powershell.exe' : 'sh');
  return isOnTerminal || process.platform === 'win32' ? [shell] : [shell, '-l'];
}
