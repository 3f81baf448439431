import { HtmlKernel } from '../../../../kernel-bridge/hosted/html/html-kernel.ts';
import type { HostSays, KernelSays } from '../../../../kernel-bridge/hosted/host-protocol.ts';
import { displayProgram } from './frame-program.ts';

/** What is asked of the document, for workers have none: `RealmFrames`. The port is for the realm's frame. */
export interface RealmAsks {
  make(realm: number, port: MessagePort): void;
  end(realm: number): void;
}

export interface HtmlEngine {
  say(said: HostSays): void;
  /** At once, whatever it does. Idempotent. */
  end(): void;
}

let lastRealm = 0;

/** An HTML kernel in this worker, whose cells run in frames of the document. */
export function startHtmlEngine(frames: RealmAsks, says: (said: KernelSays) => void): HtmlEngine {
  let isOver = false;
  const kernel = new HtmlKernel({
    displayProgram: displayProgram(),
    says: (said) => {
      if (!isOver) says(said);
    },
    openRealm: (tells) => {
      const realm = (lastRealm += 1);
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }: MessageEvent) => tells(data);
      frames.make(realm, port2);
      return {
        say: (message) => port1.postMessage(message),
        end: () => {
          port1.close();
          frames.end(realm);
        },
      };
    },
  });
  return {
    say: (said) => kernel.say(said),
    end: () => {
      isOver = true;
      kernel.close();
    },
  };
}
