import { lstatSync, mkdirSync } from 'node:fs';
import { relayToSupervisor } from '../agent/relay.ts';
import { joinStreams } from '../supervisor/link/byte-pipe.ts';

/**
 * Runs on the far machine at the end of an ssh connection: `far-relay.js STATE_DIRECTORY SOCKET_FOLDER PROGRAM_VERSION`.
 * Prints `joined`, and is the supervisor's pipe from then on; or `failed` and why. No kernel is touched by its end.
 */
const [stateDirectory = '', socketFolder = '', programVersion = ''] = process.argv.slice(2);
process.umask(0o077);
// A connection that breaks ends it; the supervisor that it started lives on.
process.on('SIGHUP', () => process.exit(0));
try {
  makePrivate(socketFolder);
  await relayToSupervisor({ stateDirectory, socketFolder, programVersion }, (makeEnd) => {
    process.stdout.write('joined\n');
    joinStreams(process.stdin, process.stdout, makeEnd);
  });
} catch (error) {
  process.stdout.write(`failed ${(error as Error).message.replaceAll('\n', ' ')}\n`);
}
process.exit(0);

/** It is in a folder where everybody may make some. */
function makePrivate(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const { uid, mode } = lstatSync(folder);
  if (uid !== process.getuid?.() || (mode & 0o40_077) !== 0o40_000)
    throw new Error(`${folder} belongs to somebody else`);
}
