/**
 * Everybody on this machine can read the arguments of a process: takes secrets that are among them out of what `ps` and
 * the like show from now on. What started this process may still show it; a file (JUPYTER_TOKEN_FILE) never does.
 */
export function hideFromProcessList(secrets: readonly string[]): void {
  const hidden = (text: string, secret: string): string =>
    secret === '' ? text : text.replaceAll(secret, '[secret]');
  const shown = process.argv.slice(2).map((argument) => secrets.reduce(hidden, argument));
  if (shown.join('\0') === process.argv.slice(2).join('\0')) return;
  process.title = ['in-the-loop', ...shown].join(' ');
}
