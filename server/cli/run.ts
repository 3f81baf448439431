import { parseCommand } from './arguments.ts';
import { CommandError } from './command-error.ts';
import { doctor } from './doctor.ts';
import type { Environment } from './environment-options.ts';
import { helpText } from './help.ts';
import { logLines } from './log-command.ts';
import { mergeOptions } from './merge-options.ts';
import { printLines } from './print-lines.ts';
import { rootDirectoryOf } from './serve-settings.ts';
import { serve } from './serve.ts';
import { runAtFullSpeed } from '../thrifty-start.ts';
import { VERSION } from '../version.ts';
import { stateDirectoryOf } from './state-directory.ts';
import { stop } from './stop-command.ts';
import { printVersions, restoreVersion } from './versions-command.ts';

/** Does what the arguments say; the exit code. What a person can mend is explained on stderr. */
export async function run(args: readonly string[], environment: Environment): Promise<number> {
  try {
    return await runCommand(args, environment);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
}

async function runCommand(args: readonly string[], environment: Environment): Promise<number> {
  if (args[0] === 'agent' && !args.some((arg) => arg === '--help' || arg === '-h')) {
    runAtFullSpeed();
    const { parseAgentCommand } = await import('./agent-arguments.ts');
    const command = parseAgentCommand(args.slice(1), environment);
    const { runAgent } = await import('./agent-command.ts');
    return runAgent(command, environment);
  }
  const command = parseCommand(args);
  if (command.name !== 'serve') runAtFullSpeed();
  switch (command.name) {
    case 'help':
      process.stdout.write(helpText);
      return 0;
    case 'version':
      process.stdout.write(`${VERSION}\n`);
      return 0;
    case 'serve':
      return serve(mergeOptions(command.options, command.configurationFile, environment), environment);
    case 'stop': {
      const options = mergeOptions(command.options, command.configurationFile, environment);
      const state = stateDirectoryOf(options.state, rootDirectoryOf(options), environment);
      process.stdout.write(`${await stop(state, environment)}\n`);
      return 0;
    }
    case 'doctor':
      return doctor(
        mergeOptions(command.options, command.configurationFile, environment),
        environment,
        command.verify,
      );
    case 'run': {
      const { runNotebook } = await import('./run-notebook/run-notebook.ts');
      return runNotebook(
        mergeOptions(command.options, command.configurationFile, environment),
        environment,
        command,
      );
    }
    case 'versions':
    case 'restore': {
      const options = mergeOptions(command.options, command.configurationFile, environment);
      if (command.name === 'versions') await printVersions(options, environment, command.file);
      else await restoreVersion(options, environment, command);
      return 0;
    }
    case 'log': {
      const options = mergeOptions(command.options, command.configurationFile, environment);
      const state = stateDirectoryOf(options.state, rootDirectoryOf(options), environment);
      const { stream, follow } = command;
      const count = await printLines(
        logLines(state, stream === null ? { ask: 'streams' } : { ask: 'events', stream, follow }),
      );
      if (count === 0 && stream !== null) {
        process.stderr.write(
          `Nothing has happened in the stream ${stream}; \`in-the-loop log --list\` names those with events.\n`,
        );
      }
      return 0;
    }
  }
}
