import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { JsonObject } from './nbformat-output.ts';
import {
  addDisplay,
  addStream,
  clearOutputArea,
  emptyOutputArea,
  newDisplay,
  readOutputArea,
  replaceOutputs,
  type OutputArea,
} from './output-area.ts';
import type { OutputLimits } from './output-limits.ts';
import { parseRichOutput, parseStoredOutputs, parseStream } from './output-content.ts';

/**
 * ipywidgets' Output widgets. While one says `msg_id`, all that the kernel says about that request goes into the
 * widget's `outputs` and no further:
 *   comm_open   jupyter.widget, OutputModel {msg_id: '', outputs: ()}
 *   comm_msg    update {msg_id: <request>}         `with out:`
 *   stream …    parent <request>                   into the widget
 *   comm_msg    update {msg_id: ''}                the end of `with`
 */
export interface OutputWidgets {
  readonly byComm: Map<string, OutputWidget>;
  /** By request, the widgets that ask for its outputs; the last one gets them. */
  readonly redirections: Map<string, OutputWidget[]>;
}

export interface OutputWidget {
  readonly area: OutputArea;
  messageId: string;
  /** Grows with each change of `outputs`. */
  revision: number;
}

const openSchema = z.object({
  comm_id: z.string(),
  target_name: z.literal('jupyter.widget'),
  data: z.object({
    state: z.looseObject({
      _model_module: z.literal('@jupyter-widgets/output'),
      _model_name: z.literal('OutputModel'),
      msg_id: z.string().optional(),
    }),
  }),
});
const updateSchema = z.object({
  comm_id: z.string(),
  // `echo_update` repeats to all clients what one client sent: an older state of what is folded here (W5).
  data: z.object({ method: z.literal('update'), state: z.record(z.string(), z.unknown()) }),
});

export function noOutputWidgets(): OutputWidgets {
  return { byComm: new Map(), redirections: new Map() };
}

export function widgetCapturing(widgets: OutputWidgets, requestId: string): OutputWidget | undefined {
  return widgets.redirections.get(requestId)?.at(-1);
}

export function foldIntoWidget(widget: OutputWidget, messageType: string, content: JsonObject): void {
  if (addToArea(widget.area, messageType, content)) widget.revision++;
}

function addToArea(area: OutputArea, messageType: string, content: JsonObject): boolean {
  switch (messageType) {
    case 'stream': {
      const stream = parseStream(content);
      if (stream !== null) addStream(area, stream.name, stream.text);
      return stream !== null;
    }
    case 'clear_output':
      if (typeof content['wait'] === 'boolean') clearOutputArea(area, content['wait']);
      return true;
    case 'update_display_data':
      return false;
    default: {
      const output = parseRichOutput(messageType, content);
      if (output !== null) addDisplay(area, newDisplay(output));
      return output !== null;
    }
  }
}

export function foldComm(
  widgets: OutputWidgets,
  messageType: string,
  content: JsonObject,
  limits: OutputLimits,
): void {
  if (messageType === 'comm_open') openWidget(widgets, content, limits);
  else if (messageType === 'comm_msg') updateWidget(widgets, content);
  else if (messageType === 'comm_close') closeWidget(widgets, content);
}

function openWidget(widgets: OutputWidgets, content: JsonObject, limits: OutputLimits): void {
  const { data: open } = openSchema.safeParse(content);
  if (open === undefined) return;
  const { state } = open.data;
  const widget = { area: emptyOutputArea(limits), messageId: state.msg_id ?? '', revision: 1 };
  replaceOutputs(widget.area, parseStoredOutputs(state['outputs']));
  widgets.byComm.set(open.comm_id, widget);
}

function updateWidget(widgets: OutputWidgets, content: JsonObject): void {
  const widget = widgets.byComm.get(String(content['comm_id']));
  if (widget === undefined) return;
  const { data: update } = updateSchema.safeParse(content);
  if (update === undefined) return;
  const { msg_id: messageId, outputs } = update.data.state;
  if (typeof messageId === 'string' && messageId !== widget.messageId) {
    stopCapturing(widgets, widget);
    widget.messageId = messageId;
    if (messageId !== '')
      widgets.redirections.set(messageId, [...(widgets.redirections.get(messageId) ?? []), widget]);
  }
  if (outputs === undefined) return;
  // A state that changes nothing must not end a line that a `\r` is about to overwrite.
  const next = parseStoredOutputs(outputs);
  if (
    isDeepStrictEqual(
      next,
      readOutputArea(widget.area, () => null),
    )
  )
    return;
  replaceOutputs(widget.area, next);
  widget.revision++;
}

/** A closed widget no longer swallows what its cell prints, as it goes on doing in JupyterLab (W6). */
function closeWidget(widgets: OutputWidgets, content: JsonObject): void {
  const commId = String(content['comm_id']);
  const widget = widgets.byComm.get(commId);
  if (widget === undefined) return;
  stopCapturing(widgets, widget);
  widgets.byComm.delete(commId);
}

function stopCapturing(widgets: OutputWidgets, widget: OutputWidget): void {
  const capturing = widgets.redirections.get(widget.messageId)?.filter((other) => other !== widget);
  if (capturing === undefined) return;
  if (capturing.length === 0) widgets.redirections.delete(widget.messageId);
  else widgets.redirections.set(widget.messageId, capturing);
}
