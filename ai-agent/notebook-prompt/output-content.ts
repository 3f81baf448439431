import type { ContentPart, ImagePart } from '../message.ts';
import { shortenText } from '../shorten-text.ts';
import { chartText } from './chart-text.ts';
import { textOfHtml } from './html-scan.ts';
import { parseHtmlTable } from './html-table.ts';
import { imageSize } from './image-size.ts';
import { joinedLines } from './joined-lines.ts';
import type { MimeBundle, OutputView, WidgetView } from './notebook-view.ts';
import { tableMarkdown } from './table-markdown.ts';
import { terminalText } from './terminal-text.ts';
import { tracebackText } from './traceback-text.ts';
import { widgetText } from './widget-text.ts';

/** How much of an output is told. */
export interface OutputRoom {
  readonly characters: number;
  readonly tableRows: number;
  readonly tableColumns: number;
  /** In characters of base64; a larger image is described. 0 where the model takes none. */
  readonly imageCharacters: number;
}

/** An output as a model is told of it: text, and images where there is room for them. */
export function outputContent(
  output: OutputView,
  room: OutputRoom,
  widgets: Readonly<Record<string, WidgetView>>,
): readonly ContentPart[] {
  switch (output.output_type) {
    case 'stream':
      return text(terminalText(joinedLines(output.text) ?? ''), room);
    case 'error':
      return text(tracebackText(output, room.characters), room);
    case 'display_data':
    case 'execute_result':
      return bundleContent(output.data, room, widgets, output.dtypes);
  }
}

/** Of a value in several forms the one that tells a model most. */
export function bundleContent(
  data: MimeBundle,
  room: OutputRoom,
  widgets: Readonly<Record<string, WidgetView>>,
  dtypes: Readonly<Record<string, string>> = {},
): readonly ContentPart[] {
  const plain = terminalText(joinedLines(data['text/plain']) ?? '').trim();
  const chart = Object.entries(data).flatMap(([mediaType, value]) => chartText(mediaType, value) ?? []);
  const image = imageOf(data, plain);
  if (chart.length > 0 || image) {
    const said = chart.length > 0 ? text(chart.join('\n'), room) : [];
    return image ? [...said, ...imageContent(image, room)] : said;
  }
  const widget = widgetOf(data, widgets);
  if (widget !== null) return text(widget, room);
  return text(textOf(data, plain, room, dtypes), room);
}

function textOf(
  data: MimeBundle,
  plain: string,
  room: OutputRoom,
  dtypes: Readonly<Record<string, string>>,
): string {
  const html = joinedLines(data['text/html']);
  const table = html === null ? null : parseHtmlTable(html);
  if (table) {
    return tableMarkdown(
      table,
      { rows: room.tableRows, columns: room.tableColumns, characters: room.characters },
      dtypes,
    );
  }
  for (const mediaType of ['text/markdown', 'text/latex']) {
    const written = joinedLines(data[mediaType]);
    if (written !== null) return written;
  }
  if (data['application/json'] !== undefined) return JSON.stringify(data['application/json']);
  // IPython's stand-in for what has no text of its own.
  if (plain !== '' && !/^<IPython\.core\.display\.\w+ object>$/.test(plain)) return plain;
  if (html !== null) return textOfHtml(html.slice(0, room.characters * 20));
  const svg = joinedLines(data['image/svg+xml']);
  if (svg !== null) return `[Image: SVG drawing. Text in it: ${textOfHtml(svg.slice(0, 100_000))}]`;
  const mediaTypes = Object.keys(data).filter((mediaType) => mediaType !== 'text/plain');
  return mediaTypes.length === 0 ? plain : `[Output of type ${mediaTypes.join(', ')}]`;
}

function widgetOf(data: MimeBundle, widgets: Readonly<Record<string, WidgetView>>): string | null {
  const view = data['application/vnd.jupyter.widget-view+json'];
  if (typeof view !== 'object' || view === null || !('model_id' in view)) return null;
  return widgetText(String(view.model_id), widgets);
}

/** Those that models take. */
const imageTypes = ['image/png', 'image/jpeg', 'image/webp', 'image/gif'];

function imageOf(data: MimeBundle, plain: string): ImagePart | null {
  for (const mediaType of imageTypes) {
    const base64 = joinedLines(data[mediaType])?.replaceAll(/\s/g, '');
    if (base64 === undefined || base64 === '') continue;
    const size = imageSize(mediaType, base64);
    const pixels = size ? `, ${size.width} × ${size.height} pixels` : '';
    const description = `${mediaType}${pixels}${plain === '' ? '' : `, ${plain.slice(0, 300)}`}`;
    return { type: 'image', mediaType, data: base64, description };
  }
  return null;
}

function imageContent(image: ImagePart, { imageCharacters }: OutputRoom): readonly ContentPart[] {
  return image.data.length <= imageCharacters ? [image] : [describedImage(image)];
}

/** What stands in the place of an image that is not sent. */
export function describedImage({ description }: ImagePart): ContentPart {
  return { type: 'text', text: `[Image, not shown: ${description}]` };
}

function text(written: string, { characters }: OutputRoom): readonly ContentPart[] {
  const short = shortenText(written.trimEnd(), characters).toWellFormed();
  return short === '' ? [] : [{ type: 'text', text: short }];
}
