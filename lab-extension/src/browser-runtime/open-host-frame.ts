import type { FrameOpen, FrameReady } from './host/frame-talk.ts';

/** In milliseconds: a slow network may take its time, and nobody waits for more. */
const PATIENCE = 30_000;

/**
 * Puts the host's frame into the page, where nobody sees it.
 * @returns the port to its worker
 * @throws Error for people where it cannot be loaded
 */
export async function openHostFrame(url: string): Promise<MessagePort> {
  const frame = document.createElement('iframe');
  frame.title = 'Kernels of this page';
  frame.setAttribute('aria-hidden', 'true');
  frame.tabIndex = -1;
  // Cells of HTML lay out in frames within it, which browsers leave undone for what is hidden or out of view.
  frame.style.cssText =
    'position:fixed;left:0;top:0;width:1px;height:1px;border:0;opacity:0;pointer-events:none;z-index:-1';
  frame.src = url;
  const { port1: port, port2 } = new MessageChannel();
  const opened = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(
      () => done(new Error('What runs kernels in this browser did not load.')),
      PATIENCE,
    );
    const hear = ({ source, data }: MessageEvent<FrameReady>): void => {
      if (source === frame.contentWindow && data?.type === 'in-the-loop:host-ready') done(null);
    };
    function done(error: Error | null): void {
      clearTimeout(timer);
      removeEventListener('message', hear);
      if (error === null) resolve();
      else reject(error);
    }
    addEventListener('message', hear);
    // What the server answers without the file is a page, too, which is loaded and says nothing: its script comes before `load`.
    frame.addEventListener('load', () =>
      setTimeout(
        () => done(new Error('What runs kernels in this browser cannot be loaded from the server.')),
        1000,
      ),
    );
  });
  document.body.append(frame);
  try {
    await opened;
  } catch (error) {
    frame.remove();
    throw error;
  }
  frame.contentWindow?.postMessage({ type: 'in-the-loop:host-open' } satisfies FrameOpen, location.origin, [
    port2,
  ]);
  return port;
}
