import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { HttpAnswer } from '../servers/http.ts';
import { compareRequests } from './compare-requests.ts';
import type { RequestRow } from './compare-requests.ts';
import { startServerPair } from './server-pair.ts';

const pair = startServerPair(({ folders }) => mkdirSync(join(folders.root, 'folder')));

// A kernel's state and sockets at the moment of the answer depend on how fast it started.
const ignore = ['execution_state', 'connections'];
const MISSING = '00000000-0000-4000-8000-000000000000';
const CHOSEN = '11111111-1111-4111-8111-111111111111';
const asKernel =
  (name: string) =>
  (answer: HttpAnswer): Record<string, string> => ({ [name]: answer.json<{ id: string }>().id });
const asSession =
  (name: string) =>
  (answer: HttpAnswer): Record<string, string> => {
    const { id, kernel } = answer.json<{ id: string; kernel: { id: string } }>();
    return { [name]: id, [`${name}Kernel`]: kernel.id };
  };
const row = (method: string, path: string, body?: unknown, more: Partial<RequestRow> = {}): RequestRow => ({
  method,
  path,
  ignore,
  ...(body === undefined ? {} : { body }),
  ...more,
});

compareRequests('kernels', pair, [
  row('GET', '/api/kernels'),
  row('POST', '/api/kernels', { name: 'python3' }, { remember: asKernel('first') }),
  row('GET', '/api/kernels'),
  row('GET', '/api/kernels/{first}'),
  row('GET', `/api/kernels/${MISSING}`),
  row('GET', '/api/kernels/not-an-id'),
  row('GET', '/api/kernels/{first}/'),
  row('GET', '/api/kernels?1795226178250'),
  row('POST', '/api/kernels', undefined, {
    remember: asKernel('second'),
    note: 'no body: the default kernel',
  }),
  row('POST', '/api/kernels', {}, { remember: asKernel('third') }),
  row('DELETE', '/api/kernels/{third}'),
  row('POST', '/api/kernels', { name: 'no-such-kernel' }),
  row('POST', '/api/kernels', { name: 'python3', path: 'folder/a.ipynb' }, { remember: asKernel('third') }),
  row('DELETE', '/api/kernels/{third}'),
  row('POST', '/api/kernels', { name: 'bash', kernel_id: CHOSEN }),
  row('DELETE', `/api/kernels/${CHOSEN}`, undefined, { note: 'the id that was asked for' }),
  row('POST', '/api/kernels', '{"name"', { note: 'broken JSON' }),
  row('POST', '/api/kernels', { name: 5 }),
  row('POST', '/api/kernels/{first}/interrupt'),
  row('POST', '/api/kernels/{first}/interrupt', {}),
  row('POST', `/api/kernels/${MISSING}/interrupt`),
  row('POST', '/api/kernels/{first}/restart'),
  row('POST', '/api/kernels/{first}/restart', {}),
  row('POST', `/api/kernels/${MISSING}/restart`),
  row('POST', '/api/kernels/{first}/nonsense'),
  row('GET', '/api/kernels/{first}/interrupt'),
  row('PUT', '/api/kernels/{first}', {}),
  row('DELETE', '/api/kernels'),
  row('OPTIONS', '/api/kernels'),
  row('OPTIONS', '/api/kernels/{first}'),
  row('DELETE', '/api/kernels/{second}'),
  row('DELETE', '/api/kernels/{second}', undefined, { note: 'again' }),
  row('GET', '/api/kernels/{second}'),
  row('DELETE', '/api/kernels/{first}'),
  row('GET', '/api/kernels', undefined, { note: 'none left' }),
]);

const nbSession = {
  path: 'folder/f3a1.ipynb',
  name: 'a.ipynb',
  type: 'notebook',
  kernel: { name: 'python3' },
};

compareRequests('sessions', pair, [
  row('GET', '/api/sessions'),
  row('POST', '/api/sessions', nbSession, { remember: asSession('one') }),
  row('POST', '/api/sessions', nbSession, { note: 'the path has one already' }),
  row('POST', '/api/sessions', { ...nbSession, type: 'console' }, { note: 'same path, other type' }),
  row('GET', '/api/sessions'),
  row('GET', '/api/sessions/{one}'),
  row('GET', `/api/sessions/${MISSING}`),
  row('GET', '/api/sessions/not-an-id'),
  row('PATCH', '/api/sessions/{one}', { path: 'folder/a.ipynb' }),
  row('PATCH', '/api/sessions/{one}', { name: 'b.ipynb', id: '{one}' }),
  row('PATCH', '/api/sessions/{one}', { type: 'file' }),
  row('PATCH', '/api/sessions/{one}', { type: 'notebook', notebook: { path: 'folder/c.ipynb' } }),
  row('PATCH', '/api/sessions/{one}', {}),
  row('PATCH', '/api/sessions/{one}', { kernel: { id: MISSING } }),
  row('PATCH', '/api/sessions/{one}', { kernel: { name: 'no-such-kernel' } }),
  row('GET', '/api/sessions/{one}', undefined, { note: 'after the failed changes' }),
  row('POST', '/api/kernels', { name: 'bash' }, { remember: asKernel('bash') }),
  row('PATCH', '/api/sessions/{one}', { kernel: { id: '{bash}' } }),
  row('GET', '/api/kernels/{oneKernel}', undefined, { note: 'the kernel that was replaced' }),
  row('PATCH', '/api/sessions/{one}', { kernel: { name: 'bash' } }, { remember: asSession('one') }),
  row('GET', '/api/kernels', undefined, { note: 'after the changes of kernel' }),
  row('PATCH', `/api/sessions/${MISSING}`, { path: 'x' }),
  row('PATCH', '/api/sessions/{one}', undefined, { note: 'no body' }),
  row('POST', '/api/sessions', { ...nbSession, path: undefined }, { note: 'no path' }),
  row('POST', '/api/sessions', { ...nbSession, type: undefined, path: 'x' }, { note: 'no type' }),
  row(
    'POST',
    '/api/sessions',
    { ...nbSession, name: undefined, path: 'n' },
    { note: 'no name', remember: asSession('x') },
  ),
  row('DELETE', '/api/sessions/{x}'),
  row(
    'POST',
    '/api/sessions',
    { ...nbSession, kernel: undefined, path: 'k' },
    { note: 'no kernel', remember: asSession('x') },
  ),
  row('DELETE', '/api/sessions/{x}', undefined, { note: 'of the default kernel' }),
  row('POST', '/api/sessions', { ...nbSession, path: 'u', kernel: { name: 'no-such-kernel' } }),
  row(
    'POST',
    '/api/sessions',
    { ...nbSession, path: 'u', kernel: { name: 'bash', id: '{oneKernel}' } },
    { note: 'a kernel in use' },
  ),
  row(
    'POST',
    '/api/sessions',
    { ...nbSession, path: '/leading/slash.ipynb', kernel: { name: 'bash' } },
    { remember: asSession('slash') },
  ),
  row('DELETE', '/api/sessions/{slash}'),
  row(
    'POST',
    '/api/sessions',
    { ...nbSession, path: 'ünï ☃/%25#?.ipynb', kernel: { name: 'bash' } },
    { remember: asSession('odd') },
  ),
  row('DELETE', '/api/sessions/{odd}'),
  row(
    'POST',
    '/api/sessions',
    { notebook: { path: 'legacy.ipynb' }, kernel: { name: 'bash' } },
    { note: 'the old body', remember: asSession('legacy') },
  ),
  row(
    'POST',
    '/api/sessions',
    { path: 'c', type: 'console', name: 'Console 1', kernel: { name: 'bash' } },
    { remember: asSession('console') },
  ),
  row('DELETE', '/api/kernels/{consoleKernel}'),
  row('GET', '/api/sessions', undefined, { note: 'one of them lost its kernel' }),
  row('GET', '/api/sessions/{console}', undefined, { note: 'it lost its kernel' }),
  row('DELETE', '/api/sessions/{console}', undefined, { note: 'it lost its kernel' }),
  row('POST', '/api/sessions', undefined, { note: 'no body' }),
  row('POST', '/api/sessions', '[]', { note: 'a list' }),
  row('POST', '/api/sessions', '{', { note: 'broken JSON' }),
  row('PUT', '/api/sessions', {}),
  row('DELETE', '/api/sessions'),
  row('OPTIONS', '/api/sessions'),
  row('DELETE', '/api/sessions/{one}'),
  row('DELETE', '/api/sessions/{one}', undefined, { note: 'again' }),
  row('DELETE', `/api/sessions/${MISSING}`),
]);

compareRequests('kernelspecs', pair, [
  row('GET', '/api/kernelspecs'),
  row('GET', '/api/kernelspecs/python3'),
  row('GET', '/api/kernelspecs/bash'),
  row('GET', '/api/kernelspecs/ir'),
  row('GET', '/api/kernelspecs/python'),
  row('GET', '/api/kernelspecs/Python3'),
  row('GET', '/api/kernelspecs/missing'),
  row('GET', '/api/kernelspecs/..%2Fpython3'),
  row('POST', '/api/kernelspecs', {}),
  row('OPTIONS', '/api/kernelspecs'),
  row('GET', '/kernelspecs/python3/logo-64x64.png'),
  row('GET', '/kernelspecs/python3/logo-svg.svg'),
  row('HEAD', '/kernelspecs/python3/logo-32x32.png'),
  row('GET', '/kernelspecs/python3/kernel.json'),
  row('GET', '/kernelspecs/python3/missing.png'),
  row('GET', '/kernelspecs/missing/logo-64x64.png'),
  row('GET', '/kernelspecs/python3/..%2Fbash%2Fkernel.json'),
  row('GET', '/kernelspecs/python3/../bash/kernel.json'),
  row('GET', '/kernelspecs/python3/logo-64x64.png', undefined, { auth: 'none', note: 'without a token' }),
]);
