import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { executeRequest, spokenMessage } from '../../test/doubles/spoken-message.ts';
import { settle, StreamUnderTest } from '../../test/doubles/stream-under-test.ts';
import type { Tab } from '../../test/doubles/stream-under-test.ts';

let under: StreamUnderTest;
beforeEach(() => {
  under = new StreamUnderTest();
});

/** What a page shows, which appends what comes, and empties a cell when it is told to. */
function shown(tabs: readonly { tab: Tab; arrived: number }[]): string[] {
  let texts: string[] = [];
  for (const { tab, arrived } of tabs)
    for (const { header, content } of tab.received.slice(0, arrived)) {
      if (header.msg_type === 'clear_output') texts = [];
      if (header.msg_type === 'stream') texts.push(String(content['text']));
      if (header.msg_type === 'input_request') texts.push('?');
    }
  return texts;
}

describe('I5: a page that comes back', () => {
  test('shows all of a cell once, whatever of what was sent last had arrived', async () => {
    const lost = fc.nat(20);
    await fc.assert(
      fc.asyncProperty(fc.nat(20), fc.nat(20), lost, async (confirmed, more, arrivedOf) => {
        const fresh = new StreamUnderTest();
        const first = fresh.open('page');
        const request = executeRequest('page');
        first.send(request);
        await settle();
        const say = (text: string): void =>
          void fresh.hear(spokenMessage({ content: { name: 'stdout', text }, parent: request }));
        for (let each = 0; each < confirmed; each++) say(String(each));
        await settle();
        first.connection.answersPings = false;
        for (let each = confirmed; each < confirmed + more; each++) say(String(each));
        await settle();
        const arrived = confirmed + Math.min(more, arrivedOf);
        first.connection.breakOff();
        say('after');
        await settle();
        const second = fresh.open('page');
        await settle();
        say('live');
        await settle();
        const all = Array.from({ length: confirmed + more }, (_, each) => String(each));
        expect(
          shown([
            { tab: first, arrived },
            { tab: second, arrived: Infinity },
          ]),
        ).toEqual([...all, 'after', 'live']);
      }),
      { numRuns: 40 },
    );
  });

  test('is shown nothing anew where all is known to have arrived', async () => {
    const first = under.open('page');
    const request = executeRequest('page');
    first.send(request);
    under.hear(spokenMessage({ parent: request }));
    await settle();
    first.connection.breakOff();
    const second = under.open('page');
    await settle();
    expect(second.received).toEqual([]);
  });

  test("is asked again what is not answered, and is shown what was, with nobody else's cells touched", async () => {
    const first = under.open('page');
    const [request, foreign] = [executeRequest('page'), executeRequest('other')];
    first.send(request);
    await settle();
    const ask = (prompt: string): ReturnType<typeof spokenMessage> => {
      const content = { prompt, password: false };
      const question = spokenMessage({ channel: 'stdin', type: 'input_request', content, parent: request });
      under.hear(question);
      return question;
    };
    const question = ask('name:');
    await settle();
    const reply = {
      channel: 'stdin',
      type: 'input_reply',
      content: { value: 'me' },
      parent: question,
    } as const;
    first.send(spokenMessage({ ...reply, session: 'page' }));
    await settle();
    ask('age:');
    await settle();
    first.connection.answersPings = false;
    under.hear(spokenMessage({ content: { name: 'stdout', text: 'uncertain' }, parent: request }));
    under.hear(spokenMessage({ content: { name: 'stdout', text: 'foreign' }, parent: foreign }));
    await settle();
    first.connection.breakOff();
    const second = under.open('page');
    await settle();
    expect(second.types).toEqual(['clear_output', 'stream', 'input_request', 'stream', 'stream']);
    expect(second.texts).toEqual(['name: me\n', 'uncertain', 'foreign']);
  });
});
