import { CommandError } from './command-error.ts';
import type { Environment } from './environment-options.ts';
import { splitArguments } from './split-arguments.ts';

/** What `in-the-loop agent` is asked for. */
export interface AgentCommand {
  readonly name: 'agent';
  readonly stops: boolean;
  /** Null where neither argument nor environment says. */
  readonly server: URL | null;
  /** For people: what the machine is called. */
  readonly machineName: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly untilIdle: boolean;
  readonly keyFile: string | null;
  readonly state: string | null;
  readonly prefix: string | null;
}

const value = { type: 'string' } as const;
const types = {
  server: value,
  name: value,
  label: { ...value, multiple: true },
  'until-idle': { type: 'boolean' },
  'key-file': value,
  state: value,
  prefix: value,
} as const;

/**
 * @param args those behind `agent`
 * @throws CommandError (exit code 2) for what is not understood
 */
export function parseAgentCommand(args: readonly string[], environment: Environment): AgentCommand {
  const { values, positionals } = splitArguments(args, types);
  const [first, ...rest] = positionals;
  if ((first !== undefined && first !== 'stop') || rest.length > 0)
    throw new CommandError('`in-the-loop agent` takes no argument but `stop`, and options.', 2);
  const server = values.server ?? environment['IN_THE_LOOP_AGENT_SERVER'];
  if (server === undefined && first !== 'stop' && values.state === undefined)
    throw new CommandError('Say which server: `in-the-loop agent --server URL`.', 2);
  return {
    name: 'agent',
    stops: first === 'stop',
    server: server === undefined ? null : serverUrl(server),
    machineName: values.name ?? null,
    labels: Object.fromEntries((values.label ?? []).map(label)),
    untilIdle: values['until-idle'] === true,
    keyFile: values['key-file'] ?? null,
    state: values.state ?? null,
    prefix: values.prefix ?? null,
  };
}

/** As people copy it: without a scheme it is https, but for this machine. */
function serverUrl(given: string): URL {
  const isLocal = /^(?:localhost|127\.|\[::1\])/.test(given);
  const url = URL.parse(/^[a-z]+:\/\//i.test(given) ? given : `${isLocal ? 'http' : 'https'}://${given}`);
  if (url === null || !/^(?:https?|wss?):$/.test(url.protocol) || url.host === '')
    throw new CommandError(
      '--server must be the address of the server, as http://host:8888/ or https://host/base/.',
      2,
    );
  return url;
}

function label(given: string): [string, string] {
  const at = given.indexOf('=');
  if (at < 1) throw new CommandError('--label is given as NAME=VALUE, as --label gpu=a100.', 2);
  return [given.slice(0, at), given.slice(at + 1)];
}
