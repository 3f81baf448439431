import { isAbsolute } from 'node:path';
import type { KernelTarget } from '../kernel.ts';
import { Fields } from '../hosted/codec/fields.ts';
import type { JobResources, SlurmSettings } from './slurm-settings.ts';
import { RESOURCE_NAMES } from './job-resources.ts';

/** What is needed to run a kernel as a job of its own. */
export interface SlurmTarget {
  /** See `jobComment`. */
  readonly owner: string;
  readonly resources: JobResources;
  readonly settings: Pick<
    SlurmSettings,
    'options' | 'setUp' | 'configuration' | 'networkInterface' | 'allowUnencrypted'
  >;
  /** Holds a folder for each job; absolute, and the same for the nodes. */
  readonly folder: string;
}

export const SLURM_TARGET = 'slurm';

export function slurmTarget(target: SlurmTarget): KernelTarget {
  const { options, setUp, configuration, networkInterface, allowUnencrypted } = target.settings;
  const fields = {
    kind: SLURM_TARGET,
    owner: target.owner,
    resources: target.resources,
    settings: { options, setUp, configuration, networkInterface, allowUnencrypted },
    folder: target.folder,
  };
  // As it is on the way to whoever reads it: without what is undefined.
  return JSON.parse(JSON.stringify(fields)) as KernelTarget;
}

/** @throws MalformedError */
export function readSlurmTarget(target: KernelTarget | undefined): SlurmTarget {
  const fields = new Fields(target ?? {}, 'the target');
  const settings = fields.fields('settings');
  const resources = fields.textsByName('resources');
  const folder = fields.text('folder');
  if (!isAbsolute(folder)) throw new TypeError('the folder of jobs is not absolute');
  return {
    owner: fields.text('owner'),
    folder,
    resources: Object.fromEntries(
      RESOURCE_NAMES.filter((name) => resources[name] !== undefined).map((name) => [name, resources[name]]),
    ),
    settings: {
      options: settings.texts('options'),
      setUp: settings.texts('setUp'),
      allowUnencrypted: settings.isTrue('allowUnencrypted'),
      ...(settings.has('configuration') && { configuration: settings.text('configuration') }),
      ...(settings.has('networkInterface') && { networkInterface: settings.text('networkInterface') }),
    },
  };
}
