import { Router } from 'express';
import type { Logger } from 'pino';
import type { Activity } from '../activity.ts';
import type { Authorize } from '../auth/authorize.ts';
import { identityOf } from '../auth/identity.ts';
import { readTextBody } from '../http-body.ts';
import { jupyterTimestamp } from '../timestamp.ts';

const LONGEST_REPORT = 64 * 1024;

export interface OperationDependencies {
  readonly authorize: Authorize;
  readonly activity: Activity;
  readonly version: string;
  readonly baseUrl: string;
  readonly countKernels: () => number;
  /** Of all kernels together. */
  readonly countConnections: () => number;
  /** Ends the server and its kernels; called once the answer is out. */
  readonly shutdown: () => void;
  readonly logger: Logger;
}

/** `/api/status`, `/api/shutdown`, `/api/spec.yaml` and the report of CSP violations (contract §2.5). */
export function operationRoutes(dependencies: OperationDependencies): Router {
  const { authorize, activity, logger } = dependencies;
  const router = Router({ caseSensitive: true, strict: true });
  let specification: Promise<string> | undefined;

  router.get('/api/status', (_request, response) => {
    authorize(identityOf(response), 'read', 'server');
    response.json({
      connections: dependencies.countConnections(),
      kernels: dependencies.countKernels(),
      last_activity: jupyterTimestamp(activity.last()),
      started: jupyterTimestamp(activity.started),
    });
  });

  router.post('/api/shutdown', (_request, response) => {
    authorize(identityOf(response), 'write', 'server');
    logger.info('Shutting down, as asked by a client');
    response.once('finish', dependencies.shutdown);
    response.setHeader('Content-Type', 'text/html; charset=UTF-8');
    response.setHeader('Connection', 'close');
    response.end();
  });

  router.get('/api/spec.yaml', async (_request, response) => {
    authorize(identityOf(response), 'read', 'server');
    const text = await (specification ??= openApiText(dependencies.version, dependencies.baseUrl));
    response.setHeader('Content-Type', 'text/x-yaml');
    response.end(text);
  });

  router.post('/api/security/csp-report', async (request, response) => {
    authorize(identityOf(response), 'write', 'server');
    logger.warn(
      { report: await readTextBody(request, LONGEST_REPORT) },
      'A page broke its Content-Security-Policy',
    );
    response.setHeader('Content-Type', 'application/json');
    response.end();
  });
  return router;
}

/** Seldom asked for, so what writes it is not loaded at every start. */
async function openApiText(version: string, baseUrl: string): Promise<string> {
  const [{ stringify }, { openApiDocument }] = await Promise.all([
    import('yaml'),
    import('./open-api/document.ts'),
  ]);
  return stringify(openApiDocument(version, baseUrl));
}
