import type { HtmlDisplay } from '../../../../kernel-bridge/hosted/html/html-display.ts';
import type { formatValue } from './format-value.ts';
import type { CellRunner } from './run-cells.ts';

export interface DisplayParts {
  readonly formatValue: typeof formatValue;
  readonly closeDoors: (frame: Window & typeof globalThis) => void;
  readonly createCellRunner: (frame: Window & typeof globalThis, format: typeof formatValue) => CellRunner;
}

/**
 * The frame that shows a cell: it runs again what the cell needs, unseen, then the cell itself, and tells how high it is.
 * Its text is put into frames (frame-program.ts): it uses nothing from outside itself but its parameters.
 */
export function displayMain(
  frame: Window & typeof globalThis,
  parts: DisplayParts,
  display: HtmlDisplay,
): void {
  const { document } = frame;
  document.currentScript?.remove();
  const page = frame.parent.parent;
  const tell = (message: object): void => page.postMessage(message, '*');

  frame.addEventListener('message', ({ source, data }: MessageEvent<unknown>) => {
    if (source !== page || typeof data !== 'object' || data === null) return;
    const { type, colors } = data as { readonly type?: unknown; readonly colors?: Record<string, string> };
    if (type !== 'colors' || colors === undefined) return;
    for (const [name, value] of Object.entries(colors))
      document.documentElement.style.setProperty(name, value);
  });

  parts.closeDoors(frame);
  const runner = parts.createCellRunner(frame, parts.formatValue);
  let told = 0;
  const measure = (): void => {
    const { documentElement } = document;
    const overflows = documentElement.scrollHeight > frame.innerHeight;
    const natural = documentElement.getBoundingClientRect().height;
    const height = Math.ceil(overflows ? documentElement.scrollHeight : natural);
    if (height === told) return;
    told = height;
    tell({ type: 'height', height });
  };
  const showAll = async (): Promise<void> => {
    // In its own task, so that the page hears of the beginning before a script that never ends.
    tell({ type: 'begins' });
    await new Promise((resolve) => frame.setTimeout(resolve, 0));
    // The same that failed in the kernel fails here, and was told there.
    for (const cell of [...display.before, display.cell]) await runner.run(cell).catch(() => undefined);
    tell({ type: 'ends' });
    measure();
    new frame.ResizeObserver(measure).observe(document.documentElement);
    new frame.ResizeObserver(measure).observe(document.body);
  };
  void showAll();
}
