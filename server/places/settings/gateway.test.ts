import { expect, test } from 'vitest';
import { gatewayKind } from './gateway.ts';

const read = (given: object): unknown => gatewayKind.schema.parse(given);

test.each([
  ['https://hub.example/user/ada', 'https://hub.example/user/ada/'],
  [' https://hub.example/user/ada/lab/tree/a.ipynb?reset#x ', 'https://hub.example/user/ada/'],
  ['http://host:8888', 'http://host:8888/'],
  ['http://host:8888/tree', 'http://host:8888/'],
  ['http://[::1]:8888/login?next=%2F', 'http://[::1]:8888/'],
])('%s is the base %s', (given, url) => {
  expect(read({ url: given })).toEqual({ url });
});

test.each([
  'hub.example',
  'ftp://host/',
  'file:///etc',
  'https://me:secret@host/',
  'http://host/?token=abc',
  '',
])('an address is not taken: %s', (url) => {
  expect(() => read({ url })).toThrow();
});

const url = 'http://host/';

test('headers and variables may come in lines, as a file has them', () => {
  expect(
    read({
      url,
      headers: 'Authorization: Bearer a:b=\n\nX-Team: physics\n',
      kernelEnvironment: 'KERNEL_A=1=2\nB=',
    }),
  ).toEqual({
    url,
    headers: { Authorization: 'Bearer a:b=', 'X-Team': 'physics' },
    kernelEnvironment: { KERNEL_A: '1=2', B: '' },
  });
});

test.each([
  { token: '' },
  { token: 'two\nlines' },
  { headers: { Host: 'other' } },
  { headers: { 'Sec-WebSocket-Key': 'x' } },
  { headers: { 'X Y': 'z' } },
  { headers: { X: 'a\r\nB: c' } },
  { headers: 'no header' },
  { kernelEnvironment: { '1X': 'a' } },
  { kernelEnvironment: 'nothing' },
  { certificateAuthority: 'relative.pem' },
  { launchTimeout: 0 },
  { unknown: true },
])('is not taken: %j', (given) => {
  expect(() => read({ url, ...given })).toThrow();
});

test('[I10] what signs in, and what kernels are given, is shown to nobody', () => {
  expect(gatewayKind.secrets).toEqual(['token', 'headers', 'kernelEnvironment']);
});
