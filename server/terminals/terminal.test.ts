import { beforeEach, describe, expect, test, vi } from 'vitest';
import { LocalTerminals } from '../../kernel-bridge/terminals/local-terminals.ts';
import type { TerminalSize } from '../../kernel-bridge/terminals/terminal-host.ts';
import { FakePty } from '../../test/doubles/fake-pty.ts';
import { Terminal } from './terminal.ts';
import type { TerminalClient } from './terminal.ts';

class Client implements TerminalClient {
  size: TerminalSize | null = null;
  readonly replay = vi.fn();
  readonly output = vi.fn();
  readonly inputTaken = vi.fn();
  readonly ended = vi.fn();
}

let pty: FakePty;
let terminal: Terminal;
beforeEach(async () => {
  pty = new FakePty();
  const host = new LocalTerminals({ spawn: () => pty });
  terminal = new Terminal(await host.open({ name: null, command: ['sh'], cwd: '/', environment: {} }));
});

function attach(size: TerminalSize | null = null): Client {
  const client = new Client();
  client.size = size;
  terminal.attach(client);
  terminal.resize();
  return client;
}

test('output goes to everybody', () => {
  const [first, second] = [attach(), attach()];
  pty.print('x');
  expect(first.output).toHaveBeenCalledWith('x');
  expect(second.output).toHaveBeenCalledWith('x');
});

describe('size', () => {
  test("is the smallest client's, in each direction", () => {
    const large = attach({ rows: 50, columns: 90 });
    attach({ rows: 60, columns: 80 });
    attach();
    expect(pty.sizes).toEqual([
      [90, 50],
      [80, 50],
    ]);
    large.size = { rows: 20, columns: 85 };
    terminal.resize();
    expect(pty.sizes.at(-1)).toEqual([80, 20]);
    terminal.detach(large);
    expect(pty.sizes.at(-1)).toEqual([80, 60]);
  });

  test('is not told again when it stays, nor lost with the last client', () => {
    const only = attach({ rows: 24, columns: 80 });
    terminal.resize();
    terminal.detach(only);
    attach({ rows: 24, columns: 80 });
    expect(pty.sizes).toEqual([[80, 24]]);
  });
});
