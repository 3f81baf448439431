import type { LaunchRequest } from '../kernel.ts';
import { launchCommand } from '../kernelspecs/launch-command.ts';
import { shellQuote } from './shell-quote.ts';

/** Stands for the connection file, which only the node knows. */
const CONNECTION_FILE = '\u{e000}connection-file\u{e000}';

/**
 * Starts a kernel as its kernelspec asks, in a shell that has the node's own variables; the connection file is its argument.
 * It holds the kernel's variables, and is for its owner alone.
 * @param isExecutable of the nodes' files, which this machine sees
 */
export function kernelScript(
  request: LaunchRequest,
  { homeDirectory, isExecutable }: { homeDirectory: string; isExecutable: (path: string) => boolean },
): string {
  const { argv, environment } = launchCommand(request.kernelspec, {
    connectionFile: CONNECTION_FILE,
    workingDirectory: request.workingDirectory,
    sessionPath: request.sessionPath,
    pythonPrefix: request.pythonPrefix,
    homeDirectory,
    environment: request.environment,
    isExecutable,
  });
  const variables = Object.entries(environment).filter(
    ([name, value]) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !value.includes('\0'),
  );
  const isPython = request.kernelspec.spec.language.toLowerCase().startsWith('python');
  return [
    `cd ${shellQuote(request.workingDirectory)} || exit 1`,
    `unset JPY_PARENT_PID JPY_SESSION_NAME${isPython ? ' PYTHONEXECUTABLE' : ''}`,
    ...variables.map(
      ([name, value]) =>
        `export ${name}=${name in request.kernelspec.spec.env ? withNodesVariables(value) : shellQuote(value)}`,
    ),
    `exec ${argv.map(argument).join(' ')} < /dev/null`,
    '',
  ].join('\n');
}

function argument(word: string): string {
  return word.split(CONNECTION_FILE).map(shellQuote).join('"$1"');
}

/** A kernelspec's `$PATH` is that of the node, where nothing else was asked for. */
function withNodesVariables(value: string): string {
  return value
    .split(/(\$(?:[A-Za-z_][A-Za-z0-9_]*|\{[A-Za-z_][A-Za-z0-9_]*\}))/)
    .map((part, index) => {
      if (index % 2 === 0) return part === '' ? '' : shellQuote(part);
      return `"\${${part.replace(/[${}]/g, '')}-}"`;
    })
    .join('');
}
