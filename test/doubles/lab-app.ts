import { authorizeSignedIn } from '../../server/auth/authorize.ts';
import { JinjaTemplates } from '../../server/lab/jinja-templates.ts';
import { labRoutes } from '../../server/lab/lab-routes.ts';
import { themeRoutes } from '../../server/lab/theme-routes.ts';
import { admitted } from '../../server/request-admission.ts';
import { CompressedReplies } from '../../server/static/compressed-replies.ts';
import type { AppUnderTest } from './app-under-test.ts';
import { startApp, TOKEN } from './app-under-test.ts';
import type { InstalledLab } from './installed-lab.ts';

/** Lab's pages and API over HTTP; assets of themes are answered with where they were looked for. */
export function startLabApp(lab: InstalledLab, systemLocale = 'en'): Promise<AppUnderTest> {
  const replies = new CompressedReplies();
  const send = replies.send.bind(replies);
  return startApp({
    baseUrl: lab.application.server.baseUrl,
    publicRoutes: () => [
      themeRoutes(lab.application, send, (_request, response, directories, path) => {
        response.json({ directories, path });
        return Promise.resolve();
      }),
    ],
    authenticatedRoutes: () => [
      labRoutes({
        application: lab.application,
        templates: new JinjaTemplates(),
        authorize: authorizeSignedIn,
        tokenFor: (request) => (request.res !== undefined && admitted(request.res).byToken ? TOKEN : ''),
        send,
        systemLocale,
      }),
    ],
  });
}
