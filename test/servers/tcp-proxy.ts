import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A network between two ends, which can be cut, in each way that networks are, and lead elsewhere afterwards. */
export interface TcpProxy {
  readonly port: number;
  /** Ends all connections and takes no more; `silently`: it takes them, and what is sent goes nowhere. */
  cut(how?: 'loudly' | 'silently'): void;
  mend(): void;
  /** Of each piece of bytes from now on, in milliseconds. */
  slow(delay: number): void;
  /** Connections from now on go to that port. */
  leadTo(port: number): void;
  close(): Promise<void>;
}

export async function startTcpProxy(target: number): Promise<TcpProxy> {
  let port = target;
  let delay = 0;
  let state: 'open' | 'loudly' | 'silently' = 'open';
  const pairs = new Set<readonly [Socket, Socket]>();
  const server = createServer((near) => {
    if (state === 'loudly') return void near.resetAndDestroy();
    const far = connect(port, '127.0.0.1');
    const pair = [near, far] as const;
    pairs.add(pair);
    for (const [from, to] of [pair, [far, near] as const]) {
      from.setNoDelay(true);
      from.on('data', (chunk) => {
        if (state === 'silently') return;
        if (delay > 0) setTimeout(() => to.writable && to.write(chunk), delay);
        else if (!to.write(chunk)) from.pause();
      });
      to.on('drain', () => from.resume());
      from.on('error', () => to.destroy());
      from.on('close', () => {
        to.destroy();
        pairs.delete(pair);
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const reset = (): void => {
    for (const [near, far] of pairs) {
      near.resetAndDestroy();
      far.resetAndDestroy();
    }
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut: (how = 'loudly') => {
      state = how;
      if (how === 'loudly') reset();
    },
    mend: () => {
      // What was lost on the way spoils a stream that goes on.
      if (state === 'silently') reset();
      state = 'open';
    },
    slow: (milliseconds) => (delay = milliseconds),
    leadTo: (other) => (port = other),
    close: () => {
      reset();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
