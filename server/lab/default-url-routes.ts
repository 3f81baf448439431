import { Router } from 'express';

/** `GET /` leads to the page that people start with, signed in or not, with its query (contract §1.4). */
export function defaultUrlRoutes(baseUrl: string): Router {
  const router = Router({ strict: true });
  router.get('/', (request, response) => {
    const query = request.originalUrl.split('?').slice(1).join('?');
    response.redirect(302, `${baseUrl}lab?${query}`);
  });
  return router;
}
