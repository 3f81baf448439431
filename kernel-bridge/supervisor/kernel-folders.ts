import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LaunchRequest } from '../kernel.ts';
import type { KernelLog } from '../local/kernel-log.ts';
import { parseJson } from '../hosted/codec/fields.ts';
import { readLaunchRequest } from '../protocol/launch-request.ts';

export interface KernelFolder {
  readonly folder: string;
  readonly launch: LaunchRequest;
  readonly isOver: boolean;
}

const LAUNCH = 'launch.json';
export const OVER = 'over';

/** For the next supervisor. For its owner alone: environments have secrets. */
export function writeLaunch(folder: string, launch: LaunchRequest): void {
  const temporary = join(folder, `${LAUNCH}.new`);
  writeFileSync(temporary, JSON.stringify(launch), { mode: 0o600 });
  renameSync(temporary, join(folder, LAUNCH));
}

/** What a supervisor left; a folder that cannot be read is left alone. */
export function readKernelFolders(kernels: string, log: KernelLog): readonly KernelFolder[] {
  mkdirSync(kernels, { recursive: true, mode: 0o700 });
  return readdirSync(kernels).flatMap((name) => {
    const folder = join(kernels, name);
    try {
      const launch = readLaunchRequest(parseJson(readFileSync(join(folder, LAUNCH)), LAUNCH));
      return [{ folder, launch, isOver: existsSync(join(folder, OVER)) }];
    } catch (error) {
      log.warn({ folder, reason: (error as Error).message }, 'what a kernel left cannot be read');
      return [];
    }
  });
}
