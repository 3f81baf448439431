import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { KernelLog } from '../local/kernel-log.ts';
import { readClaim } from './claim.ts';
import { CLAIM, protocolOfFolder } from './supervisor-files.ts';
import { LINK_PROTOCOL } from '../hosted/codec/protocol-version.ts';

/**
 * Tells of supervisors of this state directory that speak another version of the link: we cannot talk to them, and
 * their kernels are left alone.
 */
export function tellOfOtherProtocols(stateDirectory: string, log: KernelLog): void {
  for (const name of namesIn(stateDirectory)) {
    const protocol = protocolOfFolder(name);
    if (protocol === null || protocol === LINK_PROTOCOL) continue;
    const folder = join(stateDirectory, name);
    const claim = readClaim(join(folder, CLAIM));
    if (claim === null) continue;
    const { pid, program } = claim;
    const kernels = namesIn(join(folder, 'kernels'));
    log.warn(
      { pid, program, protocol, kernels },
      'kernels of another version of this program run on and cannot be used by this one: use that version, or end process and kernels',
    );
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // Nothing was ever kept there.
  }
}
