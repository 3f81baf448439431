import type { ServerSettings } from '../settings.ts';
import { CommandError } from './command-error.ts';

/** Why the server could not listen, for the failures that a person can mend; undefined for any other. */
export function listenFailure(error: unknown, { ip, port }: ServerSettings): CommandError | undefined {
  // Other system calls fail with the same codes.
  const { code = '', syscall = '' } = error as NodeJS.ErrnoException;
  if (!['listen', 'bind', 'getaddrinfo'].includes(syscall)) return undefined;
  const sentences: Partial<Record<string, string>> = {
    EADDRINUSE:
      `Port ${port} on ${ip} is taken by another program, perhaps another Jupyter server (\`jupyter server list\` shows ` +
      'those). End it, or choose another port: --port NUMBER, where 0 picks a free one.',
    EACCES: `This user may not listen on port ${port}. Choose one above 1023: --port NUMBER.`,
    EADDRNOTAVAIL: `${ip} is not an address of this machine. Choose one that is: --ip ADDRESS, 127.0.0.1 by default.`,
    EAI_AGAIN: `The host name ${ip} cannot be looked up now. Choose an address of this machine: --ip ADDRESS, 127.0.0.1 by default.`,
    ENOTFOUND: `The host name ${ip} is not known. Choose an address of this machine: --ip ADDRESS, 127.0.0.1 by default.`,
  };
  const sentence = sentences[code];
  return sentence === undefined ? undefined : new CommandError(sentence, 1, { cause: error });
}
