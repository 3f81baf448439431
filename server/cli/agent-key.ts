import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { CommandError } from './command-error.ts';
import type { Environment } from './environment-options.ts';

/** No option: every user of a machine can read the arguments of all processes there. */
const VARIABLE = 'IN_THE_LOOP_AGENT_KEY';

/**
 * The key with which the agent dials in: from a file, the environment, or standard input, which a person types into. It is
 * taken out of the environment, which kernels inherit.
 * @throws CommandError
 */
export async function agentKey(keyFile: string | null, environment: Environment): Promise<string> {
  const given = environment[VARIABLE];
  delete process.env[VARIABLE];
  const key = keyFile === null ? (given ?? (await typedKey())) : readKeyFile(keyFile);
  const trimmed = key.trim();
  if (!/^itl[mj]_[\w-]+$/.test(trimmed))
    throw new CommandError(
      trimmed === ''
        ? `The agent needs a key: make one in JupyterLab, and give it as ${VARIABLE}, by --key-file, or on standard input.`
        : 'That is no key of a runtime agent: those begin with itlm_ and are shown once, when they are made.',
      2,
    );
  return trimmed;
}

function readKeyFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new CommandError(`The key cannot be read: ${(error as Error).message}.`, 2, { cause: error });
  }
}

async function typedKey(): Promise<string> {
  const { stdin, stderr } = process;
  // Typed keys are not echoed.
  const lines = createInterface({ input: stdin, terminal: stdin.isTTY });
  if (stdin.isTTY) stderr.write('Key: ');
  try {
    for await (const line of lines) return line;
    return '';
  } finally {
    lines.close();
    if (stdin.isTTY) stderr.write('\n');
  }
}
