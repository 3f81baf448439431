import type { ConnectOptions } from '../../kernel-bridge/supervisor/connect-supervisor.ts';
import { VERSION } from '../version.ts';
import { socketFolder } from './control-socket-path.ts';
import type { Environment } from './environment-options.ts';

/** Where commands find the supervisor of a state directory; what it would log, they say themselves. */
export function supervisorPlace(stateDirectory: string, environment: Environment): ConnectOptions {
  return {
    stateDirectory,
    socketFolder: socketFolder(environment) ?? stateDirectory,
    programVersion: VERSION,
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined },
  };
}
