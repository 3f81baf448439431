import { frameDocument } from '../../../../kernel-bridge/hosted/html/frame-document.ts';
import { realmProgram } from './frame-program.ts';

interface RealmFrame {
  readonly element: HTMLIFrameElement;
  close(): void;
}

/** The frames in which HTML kernels run, in the document of the host: unseen, and of a size for which cells can lay out. */
export class RealmFrames {
  readonly #container: HTMLElement;
  readonly #frames = new Map<number, RealmFrame>();

  constructor(container: HTMLElement) {
    this.#container = container;
  }

  /** @param port to the kernel; it is the frame's from then on */
  make(realm: number, port: MessagePort): void {
    this.end(realm);
    const element = document.createElement('iframe');
    element.setAttribute('sandbox', 'allow-scripts');
    element.title = 'An HTML kernel';
    element.style.cssText = 'position:fixed;left:0;top:0;width:800px;height:600px;border:0';
    element.srcdoc = frameDocument(realmProgram(), { title: element.title, colors: 'color-scheme:light' });
    // The frame within says that it is there before any code of people is in it; what speaks later is theirs.
    const connect = ({ source, data }: MessageEvent): void => {
      if (data !== 'in-the-loop-realm-here' || source === null || source !== innerWindow(element)) return;
      removeEventListener('message', connect);
      innerWindow(element)?.postMessage('in-the-loop-realm-port', '*', [port]);
    };
    addEventListener('message', connect);
    this.#frames.set(realm, {
      element,
      close: () => {
        removeEventListener('message', connect);
        element.remove();
      },
    });
    this.#container.append(element);
  }

  /** At once, whatever runs in it. Idempotent. */
  end(realm: number): void {
    this.#frames.get(realm)?.close();
    this.#frames.delete(realm);
  }
}

/** Of the frame within the frame, where people's code runs. */
export function innerWindow({ contentWindow }: HTMLIFrameElement): Window | null {
  return contentWindow?.[0] ?? null;
}
