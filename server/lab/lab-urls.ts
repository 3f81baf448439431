import type { JsonObject } from './json-object.ts';

/** Notebook and other pages use these too: the Lab API is everybody's (contract §1.5). */
const URLS = {
  appUrl: '/lab',
  labextensionsUrl: '/lab/extensions',
  licensesUrl: '/lab/api/licenses',
  listingsUrl: '/lab/api/listings',
  settingsUrl: '/lab/api/settings',
  themesUrl: '/lab/api/themes',
  translationsApiUrl: '/lab/api/translations',
  treeUrl: '/lab/tree',
  workspacesApiUrl: '/lab/api/workspaces',
} as const;

/** Each URL without (`xUrl`) and with (`fullXUrl`) the base URL. */
export function labUrls(baseUrl: string): JsonObject {
  const urls: JsonObject = {};
  for (const [name, url] of Object.entries(URLS)) {
    urls[name] = url;
    urls[`full${name.charAt(0).toUpperCase()}${name.slice(1)}`] = baseUrl + url.slice(1);
  }
  return urls;
}
