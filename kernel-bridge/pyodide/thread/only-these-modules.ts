import { registerHooks } from 'node:module';

/**
 * Lets this thread import those modules, by their whole URLs, and nothing else: none of Node's own.
 * @returns ends also that
 */
export function onlyTheseModules(urls: readonly string[]): () => void {
  let allowed: readonly string[] = urls;
  // Plain comparisons: what the methods of lists and texts do is in the hands of whoever is kept out.
  const isAllowed = (url: string): boolean => {
    for (let index = 0; index < allowed.length; index++) if (allowed[index] === url) return true;
    return false;
  };
  const refuse = (): never => {
    throw new TypeError('A kernel of Pyodide imports no modules of JavaScript.');
  };
  registerHooks({
    resolve: (specifier, context, next) => (isAllowed(specifier) ? next(specifier, context) : refuse()),
    load: (url, context, next) => (isAllowed(url) ? next(url, context) : refuse()),
  });
  return () => {
    allowed = [];
  };
}
