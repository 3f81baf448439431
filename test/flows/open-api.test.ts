import { expect, test, vi } from 'vitest';
import { openApiDocument } from '../../server/operations/open-api/document.ts';
import { composedRoutes, routesOf } from '../doubles/composed-routes.ts';

vi.mock('../../server/compose-routes.ts', { spy: true });

const OURS = '/api/in-the-loop/v1/';

test('the OpenAPI document has every route of ours, and no other', async () => {
  const { publicRoutes, authenticatedRoutes } = await composedRoutes('on');
  const routes = routesOf([...publicRoutes, ...authenticatedRoutes]);
  const { paths } = openApiDocument('1.2.3', '/') as { paths: Record<string, Record<string, unknown>> };
  const described = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations)
      .filter((key) => key !== 'parameters')
      .map((key) => ({ method: key.toUpperCase(), path: path.replace(/\{\w+\}/g, 'x') })),
  );
  const isOne = (route: (typeof routes)[number], { method, path }: (typeof described)[number]): boolean =>
    route.method === method && route.matches(path);
  const undescribed = routes.filter(
    (route) => route.pattern.startsWith(OURS) && !described.some((each) => isOne(route, each)),
  );
  const unanswered = described.filter(
    (each) => each.path.startsWith(OURS) && !routes.some((route) => isOne(route, each)),
  );
  expect({ undescribed, unanswered }).toEqual({ undescribed: [], unanswered: [] });
  expect(described.filter(({ path }) => path.startsWith(OURS)).length).toBeGreaterThan(10);
});
