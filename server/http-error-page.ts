import { escapeHtml, plainPage } from './plain-page.ts';

/** @param message what is known beyond the status; null or empty for nothing. */
export function errorPage(
  status: number,
  statusText: string,
  message: string | null,
  baseUrl: string,
): string {
  const detail = message === null || message === '' ? '' : `<pre>${escapeHtml(message)}</pre>\n`;
  const missing = status === 404 ? '<p>There is no page at this address.</p>\n' : '';
  return plainPage(
    `<h1>${status} : ${escapeHtml(statusText)}</h1>\n${missing}${detail}<p><a href="${escapeHtml(baseUrl)}">Go to the notebooks</a></p>`,
  );
}
