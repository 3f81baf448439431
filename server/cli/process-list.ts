/**
 * Everybody on this machine can read the arguments of a process: takes a secret that is among them out of what `ps` and
 * the like show from now on. What started this process may still show it; a file (JUPYTER_TOKEN_FILE) never does.
 */
export function hideFromProcessList(secret: string): void {
  const shown = process.argv
    .slice(2)
    .map((argument) => (secret === '' ? argument : argument.replaceAll(secret, '[secret]')));
  if (shown.join('\0') === process.argv.slice(2).join('\0')) return;
  process.title = ['in-the-loop', ...shown].join(' ');
}
