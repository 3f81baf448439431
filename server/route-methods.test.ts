import { Router } from 'express';
import { expect, test } from 'vitest';
import { answersMethod, methodsAt } from './route-methods.ts';

const handler = (): void => undefined;
const nested = Router();
nested.get('/inner', handler);
nested.use(handler);
const router = Router();
router.use(handler);
router.get('/a/:id', handler);
router.delete('/a/:id', handler);
router.put(['/list', '/of/paths'], handler);
router.get(/^\/regular\/(\w+)$/, handler);
router.use('/nested', nested);
router.use('/middleware', handler);
router.all('/all', handler);

test.each([
  ['/a/1', ['DELETE', 'GET', 'HEAD']],
  ['/of/paths', ['PUT']],
  ['/regular/x', ['GET', 'HEAD']],
  ['/regular/x-y', []],
  ['/nested/inner', ['GET', 'HEAD']],
  ['/nested/other', []],
  ['/middleware/anything', ['ALL']],
  ['/all', ['ALL']],
  ['/', []],
  ['/unknown', []],
])('%s answers %j', (path, methods) => expect([...methodsAt([router], path)].sort()).toEqual(methods));

test('ALL answers every method', () => {
  expect(answersMethod(methodsAt([router], '/all'), 'PATCH')).toBe(true);
  expect(answersMethod(methodsAt([router], '/a/1'), 'PATCH')).toBe(false);
});
