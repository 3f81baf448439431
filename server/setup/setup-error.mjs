// What people are told when a set-up step fails. Read by any Node from 14 on, like supported-node.mjs.

/** A failure that has a known remedy: `message` is one paragraph that says it, `detail` what the failing program said. */
export class SetupError extends Error {
  constructor(message, detail) {
    super(message);
    this.name = 'SetupError';
    this.detail = detail || '';
  }
}

const causes = [
  [/ENOSPC|No space left on device/, 'The disk is full: make room and try again.'],
  [
    /ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|ENETUNREACH|ERR_SOCKET_TIMEOUT|Name or service not known|NewConnectionError|Temporary failure in name resolution|Could not resolve|Failed to establish a new connection/,
    'The network or the package registry cannot be reached: connect, or set the proxy or mirror of npm and pip, and try again.',
  ],
  [/EACCES|EPERM|Permission denied/, 'A folder may not be written to: check who owns the project folder.'],
  [/EROFS|Read-only file system/, 'The project folder is read-only: copy it somewhere else.'],
];

/** The remedy where the output shows a common cause, then the last lines of the output. */
export function explainFailure(output) {
  const found = causes.find(([pattern]) => pattern.test(output));
  const lastLines = output.trim().split('\n').slice(-25).join('\n');
  return (found ? `${found[1]}\n` : '') + lastLines;
}

/** Says what failed, and makes the process end with a failure. */
export function reportFailure(error) {
  process.exitCode = 1;
  if (!(error instanceof SetupError)) {
    process.stderr.write(`${(error && error.stack) || error}\n`);
    return;
  }
  const detail = error.detail.trim().replace(/^/gm, '  ');
  process.stderr.write(`\n${error.message}\n${error.detail.trim() ? `\n${detail}\n` : ''}`);
}
