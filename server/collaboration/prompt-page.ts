import { Router } from 'express';
import type { Request } from 'express';
import type { Authorize } from '../auth/authorize.ts';
import { cookieValues } from '../auth/cookie-header.ts';
import { identityOf } from '../auth/identity.ts';
import { XSRF_COOKIE } from '../auth/xsrf.ts';
import { readTextBody } from '../http-body.ts';
import { escapeHtml, plainPage } from '../plain-page.ts';

const PAGE = '/in-the-loop/runs/:run/input';
const LONGEST_FORM = 1024 * 1024;

/** What runs wait for. */
export interface RunPrompts {
  /** null for a run that waits for nothing, or is not known. */
  of(runId: string): Promise<{ readonly prompt: string; readonly isPassword: boolean } | null>;
  /** @throws HttpError where it waits for nothing any more */
  answer(runId: string, value: string, actor: string): Promise<void>;
}

/** The page that `promptNote` leads to. */
export function promptPageRoutes(prompts: RunPrompts, authorize: Authorize): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.get(PAGE, async (request, response) => {
    authorize(identityOf(response), 'execute', 'kernels');
    const prompt = await prompts.of(runIn(request));
    const [xsrf = ''] = cookieValues(request.headers.cookie, XSRF_COOKIE);
    response.setHeader('Cache-Control', 'no-store');
    response.type('html').send(prompt === null ? answeredPage('Nothing is asked') : askingPage(prompt, xsrf));
  });
  router.post(PAGE, async (request, response) => {
    const identity = identityOf(response);
    authorize(identity, 'execute', 'kernels');
    const form = new URLSearchParams(await readTextBody(request, LONGEST_FORM));
    await prompts.answer(runIn(request), form.get('value') ?? '', identity.username);
    response.type('html').send(answeredPage('The cell goes on'));
  });
  return router;
}

function runIn(request: Request): string {
  return String(request.params['run']);
}

function askingPage(
  { prompt, isPassword }: { readonly prompt: string; readonly isPassword: boolean },
  xsrf: string,
): string {
  // Without an address of its own, the form goes back to this page's.
  return plainPage(`<h1>A cell asks</h1>
<form action="?_xsrf=${encodeURIComponent(xsrf)}" method="post" autocomplete="off">
<label for="value">${escapeHtml(prompt.trim() === '' ? 'Answer' : prompt)}</label>
<input type="${isPassword ? 'password' : 'text'}" name="value" id="value" autofocus>
<button type="submit">Answer</button>
</form>`);
}

function answeredPage(heading: string): string {
  return plainPage(`<h1>${heading}</h1>\n<p>You can close this page.</p>`);
}
