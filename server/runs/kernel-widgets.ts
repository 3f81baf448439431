import type { EventLog } from '../../event-log/event-log.ts';
import { parseJsonFrame } from './json-frame.ts';
import type { StoredWidget } from './widget-models.ts';
import { WidgetModels } from './widget-models.ts';

/** The log's frames of a Jupyter message: header, parent header, metadata, content, then its buffers. */
const CONTENT = 3;
/** Kernels whose widgets are held at once. */
const MOST_KERNELS = 20;

/** The last states of widgets, read from the streams of their kernels whenever somebody asks, from where that ended last. */
export class KernelWidgets {
  readonly #log: EventLog;
  readonly #kernels = new Map<
    string,
    { readonly models: WidgetModels; through: number; reading: Promise<void> }
  >();

  constructor(log: EventLog) {
    this.#log = log;
  }

  /** @throws EventLogError */
  async stored(kernelId: string, ids: Iterable<string>): Promise<Record<string, StoredWidget>> {
    const kernel = this.#kernels.get(kernelId) ?? {
      models: new WidgetModels(),
      through: 0,
      reading: Promise.resolve(),
    };
    this.#kernels.delete(kernelId);
    this.#kernels.set(kernelId, kernel);
    for (const oldest of [...this.#kernels.keys()].slice(0, -MOST_KERNELS)) this.#kernels.delete(oldest);
    kernel.reading = kernel.reading.catch(() => undefined).then(() => this.#read(kernelId, kernel));
    await kernel.reading;
    return kernel.models.stored(ids);
  }

  async #read(kernelId: string, kernel: { readonly models: WidgetModels; through: number }): Promise<void> {
    for await (const event of this.#log.read(`kernel/${kernelId}`, { after: kernel.through })) {
      kernel.through = event.sequence;
      // Those of the process before are gone with it.
      if (event.type === 'kernel-restarted') kernel.models.clear();
      if (event.type !== 'kernel-message' || !event.data.messageType.startsWith('comm_')) continue;
      const content = parseJsonFrame(event.frames[CONTENT]);
      kernel.models.hear(event.data.messageType, content, event.frames.slice(CONTENT + 1));
    }
  }
}
