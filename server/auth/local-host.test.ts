import { expect, test } from 'vitest';
import { isLocalHost } from './local-host.ts';

test.each([
  'localhost',
  'localhost:8888',
  '127.0.0.1',
  '127.0.0.1:8888',
  '127.5.0.1',
  '[::1]:8888',
  '[::1]',
  undefined,
  '',
])('%s is local', (host) => expect(isLocalHost(host)).toBe(true));

test.each([
  ...[
    'evil.example',
    'evil.example:8888',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '10.0.0.1',
    '0.0.0.0',
  ],
  ...['[::2]', 'LOCALHOST', 'localhost.', '127.0.0.1:8888:1', '2130706433', '[::1].evil.example'],
])('%s is not', (host) => expect(isLocalHost(host)).toBe(false));
