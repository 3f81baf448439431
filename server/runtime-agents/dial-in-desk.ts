import { createHmac } from 'node:crypto';
import type { DialIn, DialInDesk } from '../../kernel-bridge/far/dial-in.ts';
import type { LinkSocket } from '../../kernel-bridge/agent/link-socket.ts';
import type { KernelLog } from '../../kernel-bridge/local/kernel-log.ts';
import { sameSecret } from '../auth/request-token.ts';
import { DialInSeat } from '../dial-in-seat.ts';
import { HttpError } from '../http-error.ts';
import type { Guest } from './link-route.ts';

const PREFIX = 'itlj_';
const KEY = new RegExp(`^${PREFIX}([A-Za-z0-9-]{1,64})_([\\w-]+)$`);

/**
 * Where supervisors dial in that this server starts elsewhere. Their keys are made of the server's secret and their id,
 * so that they hold over restarts of the server and nothing need be stored.
 */
export class ServerDialInDesk implements DialInDesk {
  readonly #options: {
    readonly secret: string;
    readonly url: () => string;
    readonly programVersion: string;
    readonly log: KernelLog;
  };
  readonly #seats = new Map<string, DialInSeat>();

  constructor(options: {
    readonly secret: string;
    readonly url: () => string;
    readonly programVersion: string;
    readonly log: KernelLog;
  }) {
    this.#options = options;
  }

  expect(id: string): DialIn {
    const known = this.#seats.get(id);
    if (known !== undefined && !known.isClosed) return known;
    if (!/^[A-Za-z0-9-]{1,64}$/.test(id)) throw new TypeError(`nobody can be expected as ${id}`);
    const { url, programVersion, log } = this.#options;
    const seat = new DialInSeat({ url, key: `${PREFIX}${id}_${this.#mark(id)}`, programVersion, log });
    this.#seats.set(id, seat);
    return seat;
  }

  /** Null for a key that is none of the server's. @throws HttpError 503 for one that is not expected, or not yet */
  find(key: string): Guest | null {
    const [, id = '', mark = ''] = KEY.exec(key) ?? [];
    if (id === '' || !sameSecret(mark, this.#mark(id))) return null;
    const seat = this.#seats.get(id);
    if (seat === undefined || seat.isClosed)
      throw new HttpError(503, 'The server does not expect this supervisor, or not yet.');
    return {
      arrived(_hello, link: LinkSocket) {
        const accepted = { type: 'accepted', title: id, note: null } as const;
        link.say(accepted);
        seat.take(link);
        return accepted;
      },
      described: () => undefined,
      left: (link) => void seat.left(link),
    };
  }

  /** The server ends. Idempotent. */
  close(): void {
    for (const seat of this.#seats.values()) seat.leave();
  }

  #mark(id: string): string {
    return createHmac('sha256', this.#options.secret).update(`dial in\0${id}`).digest('base64url');
  }
}
