import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import type { JSONObject } from '@lumino/coreutils';

/**
 * A notebook as it is now, with all its outputs; reading is all that the server is asked for. Large outputs of a shared
 * notebook are not in the page, and the server puts them into what it answers.
 * @param shown what the page has, for where the server does not answer
 */
export async function contentNow(
  settings: ServerConnection.ISettings,
  path: string,
  shown: () => JSONObject,
): Promise<JSONObject> {
  const url = `${URLExt.join(settings.baseUrl, 'api/contents', URLExt.encodeParts(path))}?type=notebook&content=1`;
  try {
    const response = await ServerConnection.makeRequest(url, {}, settings);
    if (response.ok) return ((await response.json()) as { content: JSONObject }).content;
  } catch {
    // There is no server now: what is shown is what there is.
  }
  return shown();
}
