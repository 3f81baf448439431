import { expect, test } from 'vitest';
import { dialAddress } from './dial-address.ts';

test.each([
  ['http://127.0.0.1:8888/', null, 'http://127.0.0.1:8888/'],
  ['http://127.0.0.1:8888/', 'https://jupyter.example', 'https://jupyter.example/'],
  [
    'ws://127.0.0.1:8888/user/ada/dial',
    'https://jupyter.example/user/ada/',
    'wss://jupyter.example/user/ada/dial',
  ],
  ['ws://127.0.0.1:8888/dial?id=1', 'http://jupyter.svc:8888', 'ws://jupyter.svc:8888/dial?id=1'],
  ['http://127.0.0.1:8888/', 'https://jupyter.example/behind', 'https://jupyter.example/behind/'],
])('%s at %s is %s', (own, serverUrl, address) => expect(dialAddress(own, serverUrl)).toBe(address));
