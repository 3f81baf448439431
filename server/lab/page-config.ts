import { isJsonObject, objectAt } from './json-object.ts';
import type { JsonObject } from './json-object.ts';
import { mergeConfiguration } from './merge-configuration.ts';

/** The layers of the page config that come from files, lowest first (contract §1.3). */
export interface PageConfigLayers {
  /** page_config.json(5) beside the application. */
  readonly application: JsonObject;
  /** The merged labconfig/page_config.json of all config folders. */
  readonly configured: JsonObject;
  readonly federated: readonly JsonObject[];
  /** Extension, or one plugin of it → the plugins that its package says it replaces. */
  readonly disabledBy: ReadonlyMap<string, readonly string[]>;
  /** Extensions that would break this page, whatever was configured. */
  readonly excluded: readonly string[];
}

const DISABLED = 'disabledExtensions';

/** Which extensions and plugins the page loads, and whatever else was configured for it. */
export function layerPageConfig(layers: PageConfigLayers): JsonObject {
  let config = mergeConfiguration(withSets(layers.application), withSets(layers.configured));
  const excluded = Object.fromEntries(layers.excluded.map((name) => [name, true]));
  const explicit = { ...objectAt(config, DISABLED), ...excluded };
  const declared: JsonObject = {};
  for (const name of [...layers.disabledBy.keys()].sort()) {
    // What is itself disabled, alone or with all of its extension, replaces nothing.
    if (explicit[name] === true || explicit[name.split(':')[0] as string] === true) continue;
    for (const plugin of layers.disabledBy.get(name) ?? []) declared[plugin] = true;
  }
  // What somebody wrote wins over what packages declare; it may be `false`.
  config = { ...config, federated_extensions: layers.federated, [DISABLED]: { ...declared, ...explicit } };
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key, isJsonObject(value) ? truthyKeys(value) : value]),
  );
}

/** Lists of ids and sets of ids (`{id: true}`) are both written in files; only sets can be merged. */
function withSets(config: JsonObject): JsonObject {
  const sets: JsonObject = { ...config };
  for (const key of [DISABLED, 'deferredExtensions']) {
    const value = config[key];
    if (Array.isArray(value)) sets[key] = Object.fromEntries(value.map((id) => [String(id), true]));
  }
  return sets;
}

function truthyKeys(object: JsonObject): string[] {
  return Object.keys(object).filter((key) => {
    const value = object[key];
    if (Array.isArray(value)) return value.length > 0;
    return isJsonObject(value) ? Object.keys(value).length > 0 : Boolean(value);
  });
}
