import { spawn } from 'node:child_process';
import { PlaceError } from '../places/place-error.ts';
import { slurmFailure } from './slurm-failure.ts';

/** sbatch tries a full queue again and again, for minutes. */
const PATIENCE = 20_000;
const KEPT_OUTPUT = 16 * 1024 * 1024;

/**
 * What of our variables Slurm's commands and the jobs that sbatch sends get. The others are the server's own business, and
 * some are secrets (I10): jobs are kept, with their variables, where administrators read them.
 */
const HANDED_ON =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|BASH_FUNC_(module|ml)(%%|\(\))|BASH_ENV|MODULE\w*|LMOD\w*|SLURM_CONF|LD_LIBRARY_PATH)$/;

/** Runs Slurm's commands, without a shell. */
export class SlurmCommands {
  readonly #environment: NodeJS.ProcessEnv;

  /** @param configuration the cluster's slurm.conf; without it, the commands find theirs */
  constructor(configuration: string | undefined) {
    const inherited = Object.entries(process.env).filter(([name]) => HANDED_ON.test(name));
    this.#environment = {
      ...Object.fromEntries(inherited),
      ...(configuration !== undefined && { SLURM_CONF: configuration }),
    };
  }

  /**
   * Resolves with what it printed.
   * @param options `input` for its standard input; `isOurs` for output that we read: English, with times in UTC
   * @throws PlaceError
   */
  async run(
    program: string,
    args: readonly string[],
    { input = '', isOurs = true }: { readonly input?: string; readonly isOurs?: boolean } = {},
  ): Promise<string> {
    const ours = isOurs ? { LC_ALL: 'C', TZ: 'UTC' } : {};
    const child = spawn(program, args, { env: { ...this.#environment, ...ours }, stdio: 'pipe' });
    let output = '';
    let complaints = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (output.length < KEPT_OUTPUT) output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaints = (complaints + text).slice(-16_384);
    });
    // It may end without having read all; its exit code tells why.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    let isTooSlow = false;
    const patience = setTimeout(() => {
      isTooSlow = true;
      child.kill('SIGKILL');
    }, PATIENCE);
    try {
      const code = await new Promise<number | null>((resolve, reject) => {
        child.once('error', reject);
        child.once('close', resolve);
      });
      if (code === 0) return output;
    } catch (cause) {
      throw missing(program, cause as NodeJS.ErrnoException);
    } finally {
      clearTimeout(patience);
    }
    const words = isTooSlow && complaints === '' ? `${program} timed out` : complaints;
    throw slurmFailure(program, words);
  }
}

function missing(program: string, cause: NodeJS.ErrnoException): PlaceError {
  return new PlaceError(
    'PLACE_UNFIT',
    cause.code === 'ENOENT'
      ? `Slurm’s command ${program} is not on this machine.`
      : `Slurm’s command ${program} cannot be run: ${cause.message}`,
    'Run In the Loop on a login node of the cluster, where `sbatch` works in a terminal.',
    {},
    { cause },
  );
}
