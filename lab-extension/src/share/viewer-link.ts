import { Clipboard, Notification } from '@jupyterlab/apputils';
import { PageConfig } from '@jupyterlab/coreutils';
import type { ServerConnection } from '@jupyterlab/services';
import type { ViewerLinkAnswer, ViewerLinkRequest } from '../../../server/wire/share-api.ts';
import { ApiClient } from '../places/api-client.ts';
import { absoluteLink } from './absolute-link.ts';

/** Copies a link by which others may look at a file, and says so; or says why there is none. */
export async function copyViewerLink(settings: ServerConnection.ISettings, path: string): Promise<void> {
  const isNotebook7 = PageConfig.getOption('notebookPage') !== '';
  const request: ViewerLinkRequest = { path, page: isNotebook7 ? 'notebooks' : 'lab/tree' };
  try {
    const { link } = await new ApiClient(settings).json<ViewerLinkAnswer>('POST', '/viewer-links', request);
    const whole = absoluteLink(link, PageConfig.getOption('shareUrl'), window.location.href);
    try {
      await navigator.clipboard.writeText(whole);
    } catch {
      // Only https and localhost have that clipboard, and a browser may refuse it.
      Clipboard.copyToSystem(whole);
    }
    const said =
      'Link for viewers copied. Whoever has it sees all files of this server, and changes and runs nothing here.';
    Notification.success(said, { autoClose: 6_000 });
  } catch (error) {
    Notification.warning(error instanceof Error ? error.message : String(error), { autoClose: 15_000 });
  }
}
