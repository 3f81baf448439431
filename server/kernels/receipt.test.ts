import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Receipt } from './receipt.ts';

function receipt(received = 0) {
  const pings: Buffer[] = [];
  return { pings, receipt: new Receipt(received, (payload) => pings.push(payload)) };
}

describe('a receipt', () => {
  test('confirms what was sent before the ping that is answered, and nothing after it', () => {
    const { pings, receipt: of } = receipt(10);
    expect(of.confirmed).toBe(10);
    of.ask(12);
    expect(of.confirmed).toBe(10);
    of.ponged(pings[0]!, 20);
    expect(of.confirmed).toBe(12);
    // What was sent since is asked for at once.
    expect(pings).toHaveLength(2);
    of.ponged(pings[1]!, 20);
    expect(of.confirmed).toBe(20);
  });

  test('asks nothing where nothing is new, unless it is to hear whether anybody is there', () => {
    const { pings, receipt: of } = receipt(5);
    of.ask(5);
    expect(pings).toHaveLength(0);
    of.askAgain(5);
    expect(pings).toHaveLength(1);
    of.ponged(pings[0]!, 5);
    expect(of.confirmed).toBe(5);
    expect(pings).toHaveLength(1);
  });

  test('has few pings on their way, however much is sent, and goes on when they are answered', () => {
    const { pings, receipt: of } = receipt();
    for (let sent = 1; sent <= 1000; sent++) of.ask(sent);
    expect(pings.length).toBeLessThanOrEqual(4);
    let answered = 0;
    while (answered < pings.length) of.ponged(pings[answered++]!, 1000);
    expect(of.confirmed).toBe(1000);
  });

  test('ignores pongs that answer no ping of ours', () => {
    const { pings, receipt: of } = receipt(5);
    of.ask(7);
    const payload = (sequence: number): Buffer => {
      const bytes = Buffer.alloc(8);
      bytes.writeDoubleBE(sequence);
      return bytes;
    };
    for (const foreign of [
      Buffer.alloc(0),
      Buffer.from('hello'),
      payload(8),
      payload(4),
      payload(NaN),
      payload(-1),
    ])
      of.ponged(foreign, 7);
    expect(of.confirmed).toBe(5);
    of.ponged(pings[0]!, 7);
    expect(of.confirmed).toBe(7);
  });

  test('never confirms what was not sent, never goes back, and ends at what was sent last', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('send' as const), count: fc.integer({ min: 1, max: 5 }) }),
      fc.record({ kind: fc.constant('again' as const), count: fc.constant(0) }),
      // A client may leave pongs out, but not the last one (RFC 6455 §5.5.3).
      fc.record({ kind: fc.constant('pong' as const), count: fc.integer({ min: 1, max: 3 }) }),
    );
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const { pings, receipt: of } = receipt();
        let sent = 0;
        let before = 0;
        const pong = (skipped: number): void => {
          const answered = pings.splice(0, Math.min(skipped, pings.length)).at(-1);
          if (answered) of.ponged(answered, sent);
        };
        for (const { kind, count } of steps) {
          if (kind === 'send') of.ask((sent += count));
          else if (kind === 'again') of.askAgain(sent);
          else pong(count);
          expect(of.confirmed).toBeGreaterThanOrEqual(before);
          expect(of.confirmed).toBeLessThanOrEqual(sent);
          before = of.confirmed;
        }
        while (pings.length > 0) pong(1);
        expect(of.confirmed).toBe(sent);
      }),
    );
  });
});
