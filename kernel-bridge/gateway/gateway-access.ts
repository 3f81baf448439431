import { PlaceError } from '../places/place-error.ts';
import { GatewayClient } from './gateway-client.ts';
import type { GatewaySettings } from './gateway-settings.ts';
import {
  type GatewayWebsocket,
  type GatewayWebsocketListener,
  openGatewayWebsocket,
  type WebsocketTimes,
} from './gateway-websocket.ts';
import { readGatewaySettings } from './settings-file.ts';

/** The way to one server as its place describes it now. */
export class GatewayAccess {
  readonly #settingsFile: string;
  readonly #url: string;

  /** @param url a kernel stays where it was started, whatever becomes of the place */
  constructor(settingsFile: string, url: string) {
    this.#settingsFile = settingsFile;
    this.#url = url;
  }

  get host(): string {
    return new URL(this.#url).host;
  }

  /** @throws PlaceError */
  get settings(): GatewaySettings {
    try {
      return { ...readGatewaySettings(this.#settingsFile), url: this.#url };
    } catch (cause) {
      throw new PlaceError(
        'PLACE_DENIED',
        `How to sign in at ${this.host} is not known any more.`,
        'Add the place again.',
        {},
        { cause },
      );
    }
  }

  /** @throws PlaceError */
  get client(): GatewayClient {
    return new GatewayClient(this.settings);
  }

  /** @throws PlaceError */
  async openWebsocket(
    remoteId: string,
    sessionId: string,
    listener: GatewayWebsocketListener,
    times: WebsocketTimes,
    hasAnswered: boolean,
  ): Promise<GatewayWebsocket> {
    const { settings } = this;
    const { http } = new GatewayClient(settings);
    return openGatewayWebsocket(settings, http, remoteId, sessionId, listener, times, hasAnswered);
  }
}
