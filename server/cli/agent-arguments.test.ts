import { describe, expect, it, test } from 'vitest';
import { parseAgentCommand } from './agent-arguments.ts';
import { CommandError } from './command-error.ts';

describe('`in-the-loop agent`', () => {
  it('knows what it is asked for', () => {
    const args = [
      '--server',
      'https://hub.example/user/ada/',
      '--name',
      'gpu',
      '--label',
      'gpu=a100',
      '--until-idle',
    ];
    expect(parseAgentCommand([...args, '--label', 'rack=7=b'], {})).toEqual({
      name: 'agent',
      stops: false,
      server: new URL('https://hub.example/user/ada/'),
      machineName: 'gpu',
      labels: { gpu: 'a100', rack: '7=b' },
      untilIdle: true,
      keyFile: null,
      state: null,
      prefix: null,
    });
  });

  test.each([
    ['localhost:8888', 'http://localhost:8888/'],
    ['hub.example', 'https://hub.example/'],
    ['wss://hub.example/base', 'wss://hub.example/base'],
  ])('takes %s for %s', (given, url) => {
    expect(parseAgentCommand(['--server', given], {}).server?.href).toBe(url);
  });

  it('takes the server from the environment', () => {
    const { server } = parseAgentCommand([], { IN_THE_LOOP_AGENT_SERVER: 'http://127.0.0.1:1/' });
    expect(server?.port).toBe('1');
  });

  test.each([
    [[], 'Say which server'],
    [['--server', 'ftp://x'], 'address of the server'],
    [['--server', 'http://x', '--label', 'gpu'], 'NAME=VALUE'],
    [['--server', 'http://x', '--key', 'itlm_x'], 'Unknown option'],
    [['start', '--server', 'http://x'], 'takes no argument'],
  ])('[G5] says what is wrong with %j', (args, words) => {
    expect(() => parseAgentCommand(args, {})).toThrow(CommandError);
    expect(() => parseAgentCommand(args, {})).toThrow(words);
  });

  it('stops without a server where the folder is named', () => {
    expect(parseAgentCommand(['stop', '--state', '/x'], {})).toMatchObject({ stops: true, state: '/x' });
  });
});
