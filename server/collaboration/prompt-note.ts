import { escapeHtml } from '../plain-page.ts';

/** Where a prompt is answered that a cell cannot show. @param baseUrl starts and ends with `/` */
function promptPath(baseUrl: string, runId: string): string {
  return `${baseUrl}in-the-loop/runs/${encodeURIComponent(runId)}/input`;
}

/**
 * What a cell shows, behind all that it has put out, while its run waits for an answer: jupyter-collaboration's client has no
 * part in the run's conversation with the kernel, so it cannot ask. An output of nbformat.
 */
export function promptNote(baseUrl: string, runId: string): Readonly<Record<string, unknown>> {
  const path = promptPath(baseUrl, runId);
  const words = 'This cell waits for an answer, which cannot be typed in here.';
  const html =
    `<p>${words} <a href="${escapeHtml(path)}" target="_blank" rel="noopener">Answer it on a page of its own</a>, or ` +
    'interrupt the kernel.</p>';
  const text = `${words} Answer it at ${path}, or interrupt the kernel.`;
  return {
    output_type: 'display_data',
    data: { 'text/html': html, 'text/plain': text },
    metadata: {},
  };
}
