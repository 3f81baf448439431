/** A chart by what it says of itself, not by its data; null where that is in no form that is known. */
export function chartText(mediaType: string, value: unknown): string | null {
  if (!isRecord(value)) return null;
  if (mediaType === 'application/vnd.plotly.v1+json') return plotlyText(value);
  if (/^application\/vnd\.vegalite\.v\d+(?:\.\d+)*\+json$/.test(mediaType)) return vegaLiteText(value);
  if (/^application\/vnd\.vega\.v\d+(?:\.\d+)*\+json$/.test(mediaType)) return vegaText(value);
  return null;
}

const mostTraces = 20;

function plotlyText({ data, layout }: Json): string {
  const traces = listOf(data);
  const axes = Object.entries(isRecord(layout) ? layout : {}).flatMap(([name, axis]) => {
    const title = /^[xyz]axis\d*$/.test(name) && isRecord(axis) ? titleOf(axis.title) : '';
    return title === '' ? [] : [`${name}: ${title}`];
  });
  const lines = traces.slice(0, mostTraces).map((trace) => {
    const points = Math.max(0, ...['x', 'y', 'z', 'values', 'lat'].map((key) => lengthOf(trace[key])));
    const type = wordOf(trace.type) || 'scatter';
    return `trace ${type}${named(wordOf(trace.name))}${points > 0 ? `, ${points} points` : ''}`;
  });
  const title = isRecord(layout) ? titleOf(layout.title) : '';
  const more = traces.length > mostTraces ? [`[… ${traces.length - mostTraces} traces left out …]`] : [];
  return [`Plotly chart${named(title)}`, ...axes, ...lines, ...more].join('\n');
}

function vegaLiteText(spec: Json): string {
  const views = ['layer', 'hconcat', 'vconcat', 'concat'].flatMap((key) => listOf(spec[key]));
  const inner = isRecord(spec.spec) ? [...views, spec.spec] : views;
  const values = isRecord(spec.data) ? lengthOf(spec.data.values) : 0;
  const head = `Vega-Lite chart${named(titleOf(spec.title))}${values > 0 ? `, ${values} rows of data` : ''}`;
  return [head, ...[spec, ...inner].slice(0, mostTraces).flatMap(vegaLiteView)].join('\n');
}

function vegaLiteView({ mark, encoding }: Json): string[] {
  const type = isRecord(mark) ? wordOf(mark.type) : wordOf(mark);
  if (type === '') return [];
  const channels = Object.entries(isRecord(encoding) ? encoding : {}).flatMap(([channel, definition]) => {
    if (!isRecord(definition)) return [];
    const what = [wordOf(definition.aggregate), wordOf(definition.field), titleOf(definition.title)];
    const said = what.filter((word) => word !== '').join(' ');
    return said === '' ? [] : [`${channel}: ${said}`];
  });
  return [`mark ${type}; ${channels.join('; ')}`];
}

function vegaText({ title, marks, axes }: Json): string {
  const ofMarks = listOf(marks).map((mark) => wordOf(mark.type));
  const ofAxes = listOf(axes)
    .map((axis) => titleOf(axis.title))
    .filter((axis) => axis !== '');
  return `Vega chart${named(titleOf(title))}; marks ${ofMarks.slice(0, mostTraces).join(', ')}; axes ${ofAxes.join(', ')}`;
}

type Json = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** Plotly 6 sends arrays of numbers as base64 with a shape. */
function lengthOf(value: unknown): number {
  if (Array.isArray(value)) return value.length;
  if (!isRecord(value) || typeof value.bdata !== 'string') return 0;
  const bytes = Number(/\d+$/.exec(wordOf(value.dtype))?.[0] ?? 8);
  return Math.floor((value.bdata.length * 3) / 4 / bytes);
}

function wordOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 200) : '';
}

function titleOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(wordOf).join(' ');
  return isRecord(value) ? wordOf(value.text) : wordOf(value);
}

function named(name: string): string {
  return name === '' ? '' : ` ${JSON.stringify(name)}`;
}
