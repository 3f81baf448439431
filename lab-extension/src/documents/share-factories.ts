import type { DocumentRegistry } from '@jupyterlab/docregistry';

const SHARED_MODELS = new Set(['notebook', 'text']);
/** They show tables of any size, and nobody types in them. */
const VIEWERS_OF_LARGE_FILES = new Set(['CSVTable', 'TSVTable']);

/**
 * Has all widgets of notebooks and texts load and save through our content provider, also those that come later. Not
 * only editors: JupyterLab gives an editor the model that a preview of the same file has made before.
 */
export function shareFactories(registry: DocumentRegistry, contentProviderId: string): void {
  const share = (factory: DocumentRegistry.WidgetFactory): void => {
    const isShared =
      SHARED_MODELS.has(factory.modelName ?? 'text') && !VIEWERS_OF_LARGE_FILES.has(factory.name);
    // Whoever has set one of their own keeps it: it cannot be changed twice.
    if (!isShared || factory.contentProviderId !== undefined) return;
    (factory as { contentProviderId?: string }).contentProviderId = contentProviderId;
  };
  for (const factory of registry.widgetFactories()) share(factory);
  registry.changed.connect((_, { type, change, name }) => {
    if (type !== 'widgetFactory' || change !== 'added' || name === undefined) return;
    const factory = registry.getWidgetFactory(name);
    if (factory !== undefined) share(factory);
  });
}
