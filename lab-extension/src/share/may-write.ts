import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

/** Whether this page's person may change files here; false where nobody can tell. */
export async function mayWrite(settings: ServerConnection.ISettings): Promise<boolean> {
  const asked = encodeURIComponent(JSON.stringify({ contents: ['write'] }));
  const url = `${URLExt.join(settings.baseUrl, 'api/me')}?permissions=${asked}`;
  try {
    const response = await ServerConnection.makeRequest(url, {}, settings);
    if (!response.ok) return false;
    const { permissions } = (await response.json()) as { permissions: { contents?: readonly string[] } };
    return permissions.contents?.includes('write') === true;
  } catch {
    // There is no server now, and no link to be had from it.
    return false;
  }
}
