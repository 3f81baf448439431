import { PlaceError, type PlaceErrorCode } from '../places/place-error.ts';

interface Meaning {
  readonly pattern: RegExp;
  readonly code: PlaceErrorCode;
  readonly remedy: string;
}

/** Slurm's own words (slurm_errno.c and sbatch), the surest first. */
const MEANINGS: readonly Meaning[] = [
  {
    pattern:
      /unable to contact slurm controller|connect failure|connection refused|communication.*(failure|timed out|error)|socket timed out|resolve.*(host|configuration)|could not establish a configuration source|timed out/i,
    code: 'PLACE_UNREACHABLE',
    remedy:
      'Slurm’s controller does not answer. Try `sinfo` in a terminal of this machine, and ask the cluster’s administrators if it fails.',
  },
  {
    pattern: /access\/permission denied|protocol authentication error|munge|invalid user id/i,
    code: 'PLACE_DENIED',
    remedy: 'Slurm does not know this machine or account. Ask the cluster’s administrators.',
  },
  {
    pattern: /temporarily unable to accept job|resource temporarily unavailable|maximum.*jobs|MaxJobCount/i,
    code: 'PLACE_REFUSED',
    remedy: 'The cluster’s queue is full. Try again later, or end jobs of yours that you need no more.',
  },
  {
    pattern: /invalid partition/i,
    code: 'PLACE_REFUSED',
    remedy: 'Choose another partition; `sinfo` lists them.',
  },
  {
    pattern: /time limit|--time specification/i,
    code: 'PLACE_REFUSED',
    remedy: 'Ask for less time, or choose a partition with a longer limit.',
  },
  {
    pattern: /qos/i,
    code: 'PLACE_REFUSED',
    remedy: 'Choose another quality of service, ask for less, or end jobs of yours that you need no more.',
  },
  {
    pattern: /account/i,
    code: 'PLACE_REFUSED',
    remedy: 'Choose an account that you may charge; `sacctmgr show assoc user=$USER` lists them.',
  },
  {
    pattern:
      /node configuration is not available|memory specification|generic resource|gres|node count|cpu count|more processors/i,
    code: 'PLACE_REFUSED',
    remedy: 'Ask for fewer processors, less memory or other GPUs, or choose another partition.',
  },
];

/** What a command of Slurm said when it failed, as an error for people, in Slurm's words. */
export function slurmFailure(program: string, printed: string, cause?: unknown): PlaceError {
  const words = ownWords(printed);
  const meaning = MEANINGS.find(({ pattern }) => pattern.test(printed));
  return new PlaceError(
    meaning?.code ?? 'PLACE_REFUSED',
    `Slurm said: ${words === '' ? `${program} failed without a word` : words}`,
    meaning?.remedy ?? 'Check what is asked for, and the settings of the place.',
    {},
    { cause },
  );
}

/** `sbatch: error: Batch job submission failed: X` is X; of several lines those that say something else. */
function ownWords(printed: string): string {
  const lines = printed
    .split('\n')
    .map((line) =>
      line
        .replace(/^\w+: (error|fatal): /, '')
        .replace(/^(Batch job submission failed|allocation failure): /, '')
        .trim(),
    )
    .filter((line) => line !== '');
  return [...new Set(lines)].join('; ').slice(0, 500);
}
