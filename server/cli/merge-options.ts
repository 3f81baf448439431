import { readConfigurationFile } from './configuration-file.ts';
import { environmentOptions } from './environment-options.ts';
import type { Environment } from './environment-options.ts';
import type { Options } from './options.ts';

/** Argument over environment over configuration file. @throws CommandError for a wrong value in any of them */
export function mergeOptions(
  given: Options,
  configurationFile: string | null,
  environment: Environment,
): Options {
  const file = configurationFile ?? (environment['IN_THE_LOOP_CONFIG'] || null);
  return {
    ...(file === null ? {} : readConfigurationFile(file)),
    ...environmentOptions(environment),
    ...given,
  };
}
