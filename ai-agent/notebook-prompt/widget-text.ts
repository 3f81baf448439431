import type { WidgetView } from './notebook-view.ts';

const mostWidgets = 40;

/** A widget by its state, and those in it, one a line; null where the state is not known. */
export function widgetText(modelId: string, widgets: Readonly<Record<string, WidgetView>>): string | null {
  if (!Object.hasOwn(widgets, modelId)) return null;
  const lines: string[] = [];
  addLines(modelId, widgets, 0, lines, new Set());
  return lines.join('\n');
}

function addLines(
  modelId: string,
  widgets: Readonly<Record<string, WidgetView>>,
  depth: number,
  lines: string[],
  seen: Set<string>,
): void {
  const widget = Object.hasOwn(widgets, modelId) ? widgets[modelId] : undefined;
  if (!widget || seen.has(modelId) || lines.length >= mostWidgets) return;
  seen.add(modelId);
  lines.push(`${'  '.repeat(depth)}Widget ${widget.modelName.replace(/Model$/, '')}${stateOf(widget.state)}`);
  const { children } = widget.state;
  if (!Array.isArray(children)) return;
  for (const child of children) {
    if (typeof child === 'string')
      addLines(child.replace(/^IPY_MODEL_/, ''), widgets, depth + 1, lines, seen);
  }
}

/** What a person sees of it. */
const shown = ['description', 'value', 'min', 'max', 'index', '_options_labels', 'placeholder', 'disabled'];

function stateOf(state: WidgetView['state']): string {
  const said = shown.flatMap((key) => {
    const value = state[key];
    // A zero-width space is the placeholder of a text field that has none.
    if (value === undefined || value === null || value === '' || value === '\u200b' || value === false) {
      return [];
    }
    return [`${key.replace('_options_labels', 'options')} ${(JSON.stringify(value) ?? '').slice(0, 200)}`];
  });
  return said.length === 0 ? '' : `: ${said.join(', ')}`;
}
