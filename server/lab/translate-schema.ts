import { isJsonObject, objectAt, stringAt } from './json-object.ts';
import type { JsonObject } from './json-object.ts';

/** Finds the translation of a text in its context. */
export type TranslateText = (context: string, text: string) => string;

const INTERNATIONALIZATION = 'jupyter.lab.internationalization';
const DEFAULT_DOMAIN = 'jupyterlab';

// Which texts of a schema people read, and the context that translators see them in: Lab's own convention.
const TRANSLATED: readonly (readonly [pattern: string, context: string])[] = [
  ['properties/.*/title', 'settings'],
  ['properties/.*/description', 'settings'],
  ['definitions/.*/properties/.*/title', 'settings'],
  ['definitions/.*/properties/.*/description', 'settings'],
  ['title', 'schema'],
  ['description', 'schema'],
  ['jupyter\\.lab\\.setting-icon-label', 'settings'],
  ['jupyter\\.lab\\.menus/.*/label', 'menu'],
  ['jupyter\\.lab\\.toolbars/.*/label', 'toolbar'],
];
const CONTEXTS = TRANSLATED.map(([pattern, context]) => ({ pattern: new RegExp(`^/${pattern}$`), context }));

/** The gettext domain that a schema's texts are in, normalised as file names have it. */
export function translationDomain(schema: JsonObject): string {
  const domain = stringAt(objectAt(schema, INTERNATIONALIZATION), 'domain') ?? DEFAULT_DOMAIN;
  return domain.replaceAll('-', '_');
}

/** A copy of the schema with its texts translated. */
export function translateSchema(schema: JsonObject, translate: TranslateText): JsonObject {
  const contexts = [...CONTEXTS, ...ownContexts(schema)];
  const contextOf = (path: string): string | undefined =>
    contexts.find(({ pattern }) => pattern.test(path))?.context;
  const copy = (value: unknown, path: string): unknown => {
    if (typeof value === 'string') {
      const context = contextOf(path);
      return context === undefined ? value : translate(context, value);
    }
    if (isJsonObject(value)) {
      return Object.fromEntries(
        Object.entries(value).map(([key, below]) => [key, copy(below, `${path}/${key}`)]),
      );
    }
    if (!Array.isArray(value)) return value;
    return value.map((element: unknown, index) =>
      isJsonObject(element) ? copy(element, `${path}[${index}]`) : element,
    );
  };
  return copy(schema, '') as JsonObject;
}

/** A schema may name more of its texts. An expression that JavaScript does not know selects nothing. */
function ownContexts(schema: JsonObject): { pattern: RegExp; context: string }[] {
  const selectors = objectAt(schema, INTERNATIONALIZATION)['selectors'];
  if (!Array.isArray(selectors)) return [];
  return selectors.flatMap((selector) => {
    try {
      return [{ pattern: new RegExp(`^/${String(selector)}$`), context: 'schema' }];
    } catch {
      return [];
    }
  });
}
