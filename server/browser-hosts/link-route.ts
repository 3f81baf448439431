import { LONGEST_MESSAGE } from '../../kernel-bridge/agent/link-socket.ts';
import type { Authorize } from '../auth/authorize.ts';
import type { Identity } from '../auth/identity.ts';
import { type DialInGuest, receiveDialIn } from '../dial-in-socket.ts';
import type { Logger } from '../logger.ts';
import { plainWebSockets } from '../plain-websockets.ts';
import type { UpgradeRoute } from '../upgrade-route.ts';
import { HOST_LINK_PATH, type HostHello } from '../wire/browser-runtime.ts';
import type { BrowserHosts } from './browser-hosts.ts';
import { hostHelloSchema } from './host-says.ts';
import type { PageHost } from './page-host.ts';

/** `/api/in-the-loop/v1/browser-runtime/link`: where pages dial in that run kernels, as the person that they are of. */
export function hostUpgradeRoute(deps: {
  readonly hosts: BrowserHosts;
  readonly authorize: Authorize;
  readonly logger: Logger;
}): UpgradeRoute {
  const { hosts, authorize, logger } = deps;
  const sockets = plainWebSockets(LONGEST_MESSAGE);
  return {
    pattern: new RegExp(`^/${HOST_LINK_PATH}$`),
    handle({ request, socket, head, identity }) {
      authorize(identity, 'execute', 'kernels');
      sockets.handleUpgrade(request, socket, head, (open) =>
        receiveDialIn(open, dialledIn(hosts, identity), 'page that runs kernels', logger),
      );
    },
  };
}

function dialledIn(hosts: BrowserHosts, identity: Identity): DialInGuest<HostHello> {
  let known: PageHost | null = null;
  return {
    parse: (words) => hostHelloSchema.parse(words),
    arrived(hello, link) {
      const { answer, host } = hosts.arrived(hello, identity, link);
      known = host;
      return answer;
    },
    heard: () => false,
    left(link) {
      if (known !== null) hosts.closed(known, link);
    },
  };
}
