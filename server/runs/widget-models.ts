import type { JsonObject } from './nbformat-output.ts';

/** A widget's model as notebooks store it (`application/vnd.jupyter.widget-state+json`, version 2). */
export interface StoredWidget {
  readonly model_name: string;
  readonly model_module: string;
  readonly model_module_version: string;
  readonly state: JsonObject;
  readonly buffers?: readonly StoredBuffer[];
}

interface StoredBuffer {
  readonly encoding: 'base64';
  readonly path: readonly (string | number)[];
  readonly data: string;
}

interface Model {
  readonly state: Record<string, unknown>;
  /** By their paths, as JSON. */
  readonly buffers: Map<string, Uint8Array>;
}

/** More than that of one kernel is not kept: a notebook is to be opened, too. Code units and bytes. */
const MOST = 8 * 1024 * 1024;
const REFERENCE = /IPY_MODEL_([\w-]+)/g;

/** The widgets of one kernel as its comm messages say: what they were, and each state that they took on. */
export class WidgetModels {
  readonly #models = new Map<string, Model>();

  hear(messageType: string, content: JsonObject, buffers: readonly Uint8Array[]): void {
    const id = content['comm_id'];
    if (typeof id !== 'string') return;
    if (messageType === 'comm_close') this.#models.delete(id);
    else if (messageType === 'comm_open' && content['target_name'] === 'jupyter.widget') {
      this.#models.set(id, { state: {}, buffers: new Map() });
      this.#update(id, content['data'], buffers);
    } else if (messageType === 'comm_msg') {
      const method = (content['data'] as JsonObject | undefined)?.['method'];
      // What pages change, their kernel repeats to all.
      if (method === 'update' || method === 'echo_update') this.#update(id, content['data'], buffers);
    }
  }

  clear(): void {
    this.#models.clear();
  }

  /** These models, and all that they refer to; without those that are not there, or too large together. */
  stored(ids: Iterable<string>): Record<string, StoredWidget> {
    const stored: Record<string, StoredWidget> = {};
    const wanted = [...ids];
    let size = 0;
    for (let id = wanted.shift(); id !== undefined; id = wanted.shift()) {
      const model = this.#models.get(id);
      if (model === undefined || id in stored) continue;
      const text = JSON.stringify(model.state);
      size += text.length;
      for (const buffer of model.buffers.values()) size += buffer.length;
      if (size > MOST) return {};
      stored[id] = storedWidget(model);
      for (const [, other] of text.matchAll(REFERENCE)) if (other !== undefined) wanted.push(other);
    }
    return stored;
  }

  #update(id: string, data: unknown, buffers: readonly Uint8Array[]): void {
    const model = this.#models.get(id);
    const { state, buffer_paths: paths = [] } = (data ?? {}) as { state?: unknown; buffer_paths?: unknown };
    if (model === undefined || typeof state !== 'object' || state === null) return;
    for (const [key, value] of Object.entries(state)) {
      model.state[key] = value;
      for (const path of model.buffers.keys())
        if ((JSON.parse(path) as unknown[])[0] === key) model.buffers.delete(path);
    }
    if (!Array.isArray(paths)) return;
    paths.forEach((path: unknown, index) => {
      const buffer = buffers[index];
      if (Array.isArray(path) && buffer !== undefined) model.buffers.set(JSON.stringify(path), buffer);
    });
  }
}

function storedWidget({ state, buffers }: Model): StoredWidget {
  const text = (key: string): string => (typeof state[key] === 'string' ? state[key] : '');
  const widget = {
    model_name: text('_model_name'),
    model_module: text('_model_module'),
    model_module_version: text('_model_module_version'),
    state: { ...state },
  };
  if (buffers.size === 0) return widget;
  return {
    ...widget,
    buffers: [...buffers].map(([path, data]) => ({
      encoding: 'base64',
      path: JSON.parse(path) as (string | number)[],
      data: Buffer.from(data).toString('base64'),
    })),
  };
}
