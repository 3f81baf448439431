import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { CommandError } from './command-error.ts';

/** The options and the words of a command line. @throws CommandError in Node's own sentences, on one line and without its advice on positionals */
export function splitArguments<const Types extends ParseArgsOptionsConfig>(
  args: readonly string[],
  types: Types,
) {
  try {
    return parseArgs({ args: [...args], options: types, allowPositionals: true });
  } catch (error) {
    const [sentence = ''] = (error as Error).message
      .replaceAll('\n', ' ')
      .split(/\. (?=To specify a positional)/);
    throw new CommandError(`${sentence.replace(/\.$/, '')}. \`in-the-loop --help\` lists the options.`, 2, {
      cause: error,
    });
  }
}
