import { describe, expect, it } from 'vitest';
import { parseCommand } from './arguments.ts';
import { CommandError } from './command-error.ts';
import { helpText } from './help.ts';
import { optionNames } from './options.ts';

const plain = { options: {}, configurationFile: null };

describe('parseCommand', () => {
  it.each([
    [[], { name: 'serve', ...plain }],
    [['notebooks'], { name: 'serve', options: { root: 'notebooks' }, configurationFile: null }],
    [['./log'], { name: 'serve', options: { root: './log' }, configurationFile: null }],
    [['--config', 'a.json'], { name: 'serve', options: {}, configurationFile: 'a.json' }],
    [['run', 'a.ipynb'], { name: 'run', ...plain, file: 'a.ipynb', kernel: null, stopsOnError: true }],
    [
      ['run', 'a.ipynb', '--kernel', 'deno', '--allow-errors'],
      { name: 'run', ...plain, file: 'a.ipynb', kernel: 'deno', stopsOnError: false },
    ],
    [['doctor'], { name: 'doctor', ...plain, verify: false }],
    [['doctor', '--verify'], { name: 'doctor', ...plain, verify: true }],
    [['log', '--list'], { name: 'log', ...plain, stream: null, follow: false }],
    [['log', 'files', '--follow'], { name: 'log', ...plain, stream: 'files', follow: true }],
    [['notebooks', '--help'], { name: 'help' }],
    [['-h'], { name: 'help' }],
    [['--version'], { name: 'version' }],
  ])('understands %j', (args, command) => {
    expect(parseCommand(args)).toEqual(command);
  });

  it('reads every option', () => {
    const args =
      '--root /r --port 0 --ip ::1 --token t --base-url jupyter/ --state s --prefix p --no-browser --log-level DEBUG --durability disk --collaboration stock';
    expect(parseCommand(args.split(' '))).toEqual({
      name: 'serve',
      configurationFile: null,
      options: {
        root: '/r',
        port: 0,
        ip: '::1',
        token: 't',
        'base-url': '/jupyter/',
        state: 's',
        prefix: 'p',
        'no-browser': true,
        'log-level': 'debug',
        durability: 'disk',
        collaboration: 'stock',
      },
    });
  });

  it.each([
    [['--prot', '9'], /--prot/],
    [['--port', 'x'], /--port must be a whole number/],
    [['--port', '70000'], /--port must be 0 to 65535/],
    [['--port', ''], /--port must be a whole number/],
    [['--port', '1.5'], /--port must be a whole number/],
    [['--port', '-1'], /^[^\n]*'--port' argument is ambiguous[^\n]*$/],
    [['--port'], /--port/],
    [['--log-level', 'loud'], /--log-level must be debug, info, warn or error/],
    [['--durability', 'memory'], /--durability must be process or disk/],
    [['--collaboration', 'yes'], /--collaboration must be on, stock or off/],
    [['--base-url', '/a/../b'], /--base-url may not hold/],
    [['--base-url', '/a/%2e%2E/b'], /--base-url may not hold/],
    [['--base-url', '/a b'], /--base-url may only hold/],
    [['--base-url', '/100%'], /--base-url may only hold/],
    [['--ip', 'not an address'], /--ip must be an address/],
    [['a', 'b'], /no further argument, but got "b"/],
    [['a', '--root', 'b'], /given twice/],
    [['log'], /log STREAM/],
    [['log', 'files', '--list'], /log STREAM/],
    [['--follow'], /belong to `in-the-loop log`/],
    [['doctor', 'who'], /"who"/],
    [['versions'], /versions FILE/],
    [['versions', 'a', 'b'], /"b"/],
    [['restore', 'a'], /restore FILE VERSION/],
    [['restore', 'a', '0'], /restore FILE VERSION/],
    [['a', '--to', 'b'], /belongs to `in-the-loop restore`/],
    [['--versions-size', '-1'], /--versions-size/],
    [['--versions-size', 'big'], /whole number of megabytes/],
    [['--log-age', 'old'], /--log-age must be a whole number of days/],
    [['--large-data-size', ''], /--large-data-size must be a whole number of kilobytes/],
    [['--live-text-size', '1.5'], /--live-text-size must be a whole number of megabytes/],
    [['run'], /in-the-loop run NOTEBOOK/],
    [['run', 'a', '--stop-on-error', '--allow-errors'], /exclude each other/],
    [['--kernel', 'deno'], /belong to `in-the-loop run`/],
    [['--limits', 'memory=much'], /--limits \(memory\) must be a size/],
    [['--limits', 'speed=1'], /--limits .*speed/],
    [['--max-kernels', 'few'], /whole number of kernels/],
    [['--warm-kernels', 'python3'], /--warm-kernels .*python3=2/],
    [['--warm-kernels', 'python3=many'], /--warm-kernels .*python3=2/],
    [['--cull-idle', 'soon'], /--cull-idle must be a time/],
    [['--document-idle', 'long'], /--document-idle must be a time/],
    [['--view-token', 'a b'], /--view-token may only hold/],
    [['--verify'], /belongs to `in-the-loop doctor`/],
    [['log', 'files', '--verify'], /belongs to `in-the-loop doctor`/],
  ])('explains what is wrong with %j', (args, explanation) => {
    expect(() => parseCommand(args)).toThrow(explanation);
    expect(() => parseCommand(args)).toThrow(expect.objectContaining({ exitCode: 2 }) as Error);
  });

  it('I10 does not repeat a wrong token', () => {
    try {
      parseCommand(['--token', 'my secret']);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(CommandError);
      expect((error as Error).message).toContain('--token may only hold');
      expect((error as Error).message).not.toContain('my secret');
    }
  });
});

it.each([
  ['', '/'],
  ['/', '/'],
  ['a', '/a/'],
  ['//a//b', '/a/b/'],
  ['/user/ada%40b', '/user/ada%40b/'],
])('normalises the base URL %j to %j', (given, baseUrl) => {
  expect(parseCommand([`--base-url=${given}`])).toMatchObject({ options: { 'base-url': baseUrl } });
});

it('explains each option in the help', () => {
  for (const name of optionNames) expect(helpText).toContain(name);
  expect(Math.max(...helpText.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
});
