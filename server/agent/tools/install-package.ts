import { z } from 'zod';
import type { Tool } from '../../../ai-agent/tool.ts';
import { ToolError } from '../../../ai-agent/tool.ts';
import { terminalText } from '../../../ai-agent/notebook-prompt/terminal-text.ts';
import { shortenText } from '../../../ai-agent/shorten-text.ts';
import { idleKernelOf } from '../running-place.ts';
import type { RunningPlace } from '../running-place.ts';

/** A name, extras and versions as PEP 508 has them; no URL, no path and no option, of which one could be another index. */
const requirement =
  /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?(?:\[[A-Za-z0-9._-]+(?:,[A-Za-z0-9._-]+)*\])?(?:(?:===?|>=|<=|~=|!=|<|>)[A-Za-z0-9.*+!_-]+(?:,(?:===?|>=|<=|~=|!=|<|>)[A-Za-z0-9.*+!_-]+)*)?$/;
const schema = z.strictObject({
  packages: z
    .array(z.string().max(200).regex(requirement, 'This is no name of a package, with a version or without.'))
    .min(1)
    .max(20)
    .describe('Names, with versions if it must be: `pandas>=2`.'),
});
type Arguments = z.infer<typeof schema>;

/** Ends up in the namespace of the kernel after `%pip`, as after any command of the system. */
const EXIT_CODE = '_exit_code';

export function installPackage(place: RunningPlace): Tool<Arguments> {
  return {
    name: 'install_package',
    description:
      'Installs packages with pip into the environment of the notebook’s kernel. What was imported before keeps its version until the kernel is restarted.',
    effect: 'runs',
    schema,
    timeLimit: 900_000,
    isRepeatable: false,
    async preview({ packages }) {
      place.may('execute');
      await pythonKernelOf(place);
      return { kind: 'command', text: commandOf(packages) };
    },
    async use({ packages }, context) {
      place.may('execute');
      const { id } = await pythonKernelOf(place);
      const content = {
        code: commandOf(packages),
        silent: false,
        store_history: false,
        user_expressions: { exit_code: EXIT_CODE },
        allow_stdin: false,
        stop_on_error: false,
      };
      const { reply, published } = await place.kernels.ask(
        id,
        { type: 'execute_request', content },
        {
          actor: place.place.agent,
          signal: context.signal,
          onPublished: (message) => {
            const line = printedBy(message).trim().split('\n').at(-1) ?? '';
            if (line !== '') context.progress(line.slice(0, 200));
          },
        },
      );
      const printed = terminalText(published.map(printedBy).join('')).trim();
      const hasFailed = exitCodeOf(reply) !== '0';
      const said = hasFailed ? 'pip has failed.' : 'Installed.';
      const text = `${said}\n${shortenText(printed, 6_000)}`;
      return { content: [{ type: 'text', text }], isError: hasFailed, details: null };
    },
  };
}

async function pythonKernelOf(place: RunningPlace): Promise<{ readonly id: string }> {
  const kernel = await idleKernelOf(place);
  if (kernel.language === 'python') return kernel;
  throw new ToolError(`This works for Python only, and the kernel speaks ${kernel.language}.`);
}

/** In quotes, for `%pip` goes through a shell, where `>` means a file. */
function commandOf(packages: readonly string[]): string {
  return `%pip install ${packages.map((one) => (/^[\w.-]+$/.test(one) ? one : `"${one}"`)).join(' ')}`;
}

function printedBy({ type, content }: { readonly type: string; readonly content: object }): string {
  if (type === 'stream' && 'text' in content) return String(content.text);
  if (type === 'error' && 'evalue' in content) return `${String(content.evalue)}\n`;
  return '';
}

function exitCodeOf(reply: Readonly<Record<string, unknown>>): string | null {
  const parsed = z
    .object({
      user_expressions: z.object({ exit_code: z.object({ data: z.object({ 'text/plain': z.string() }) }) }),
    })
    .safeParse(reply);
  return parsed.success ? parsed.data.user_expressions.exit_code.data['text/plain'] : null;
}
