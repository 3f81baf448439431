import { Router } from 'express';
import type { Authorize } from '../auth/authorize.ts';
import { identityOf } from '../auth/identity.ts';
import { HttpError } from '../http-error.ts';
import { textReply } from './json-reply.ts';
import type { SendReply } from './json-reply.ts';
import type { LabApplication } from './lab-application.ts';
import { licenseReport } from './license-report.ts';
import { readLicenses } from './licenses.ts';

/** `/lab/api/licenses/?format=json|csv|markdown&bundles=<expression>&full_text=&download=`. */
export function licenseRoutes(application: LabApplication, authorize: Authorize, send: SendReply): Router {
  const router = Router({ strict: true });
  router.get('/lab/api/licenses/', async (request, response) => {
    authorize(identityOf(response), 'read', 'lab');
    const argument = (name: string, otherwise: string): string => {
      const value = request.query[name];
      return typeof value === 'string' && value !== '' ? value : otherwise;
    };
    const bundles = await readLicenses(application, matcher(argument('bundles', '.*')));
    const report = licenseReport(
      bundles,
      argument('format', 'json'),
      isTruthy(argument('full_text', 'true')),
    );
    if (report === null) throw new HttpError(400, `Unsupported report format ${argument('format', '')}.`);
    if (isTruthy(argument('download', '0'))) {
      const name = `jupyterlab-licenses${report.extension}`;
      response.setHeader('Content-Disposition', `attachment; filename*=utf-8''${name}`);
    }
    await send(request, response, textReply(report.text, report.contentType));
  });
  return router;
}

function matcher(expression: string): (bundle: string) => boolean {
  try {
    const pattern = new RegExp(`^(?:${expression})`);
    return (bundle) => pattern.test(bundle);
  } catch (error) {
    throw new HttpError(400, `'bundles' is no regular expression: ${expression}`, null, { cause: error });
  }
}

const isTruthy = (value: string): boolean => !['0', 'false', '""', 'null'].includes(value);
