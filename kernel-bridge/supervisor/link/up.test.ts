import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { spokenMessage } from '../../../test/doubles/spoken-message.ts';
import { parseDown } from './down.ts';
import { encodeJson } from './frame.ts';
import { FRAME_HEADER_BYTES } from '../../hosted/codec/frame.ts';
import { MalformedError } from '../../hosted/codec/malformed-error.ts';
import { MessageBodyReader } from './message-body-reader.ts';
import { commonProtocol } from '../../hosted/codec/protocol-version.ts';
import { decodeSentMessage } from '../../hosted/codec/sent-message.ts';
import { encodeSentMessage } from './sent-message.ts';
import { parseUp, type Up } from './up.ts';

const bytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const launch = {
  kernelId: 'k',
  kernelspec: {
    name: 'python3',
    resourceDirectory: '/r',
    prefix: null,
    spec: {
      argv: ['python'],
      display_name: 'Python',
      language: 'python',
      env: { A: 'b' },
      interrupt_mode: 'signal',
      metadata: { debugger: true },
    },
  },
  workingDirectory: '/w',
  sessionPath: null,
  environment: { HOME: '/' },
  pythonPrefix: '/p',
  runtimeDirectory: '/run',
} as const;
const all: Up[] = [
  { type: 'hello', protocols: { min: 1, max: 2 }, program: '1', clientId: 'c', role: 'owner' },
  { type: 'attach', kernelId: 'k', after: 3, acknowledged: 2 },
  { type: 'acknowledge', kernelId: 'k', position: 5 },
  { type: 'request', id: 1, request: { do: 'launch', launch } },
  {
    type: 'request',
    id: 1,
    request: {
      do: 'launch',
      launch: {
        ...launch,
        kernelspec: { ...launch.kernelspec, place: 'cluster' },
        target: { kind: 'slurm', partition: 'long', options: { extra: ['--exclusive'], none: null } },
        inherits: true,
        isSpare: true,
      },
    },
  },
  {
    type: 'assign',
    kernelId: 'k',
    assignment: { workingDirectory: '/other', sessionPath: '/other/a.ipynb' },
  },
  {
    type: 'assign',
    kernelId: 'k',
    assignment: {
      workingDirectory: '/other',
      sessionPath: null,
      limits: { softMemory: null, memory: 1, cpuTime: null, wallTime: 2, idleTime: null },
    },
  },
  { type: 'request', id: 2, request: { do: 'restart', kernelId: 'k', sessionPath: null } },
  { type: 'request', id: 3, request: { do: 'restart', kernelId: 'k' } },
  { type: 'request', id: 4, request: { do: 'shutdown', kernelId: 'k', now: true } },
  { type: 'request', id: 5, request: { do: 'interrupt', kernelId: 'k' } },
  { type: 'request', id: 6, request: { do: 'status' } },
];

describe('what a server says', () => {
  test.each(all.map((message) => [message.type, message] as const))(
    '[K4] %s is read as it was said',
    (_type, message) => {
      expect(parseUp(encodeJson(message).subarray(FRAME_HEADER_BYTES))).toEqual(message);
    },
  );

  test.each([
    ['target', { target: 'slurm' }],
    ['kind', { target: { partition: 'long' } }],
    ['inherits', { inherits: 'yes' }],
    ['place', { kernelspec: { ...launch.kernelspec, place: 7 } }],
  ])('[K4] a launch with a wrong %s is refused', (field, wrong) => {
    const request = { do: 'launch', launch: { ...launch, ...wrong } };
    expect(() => parseUp(bytes({ type: 'request', id: 1, request }))).toThrow(field);
  });

  test('[K4] a field that is missing or of another kind is named', () => {
    const without = { ...launch, environment: { HOME: 1 } };
    expect(() =>
      parseUp(bytes({ type: 'request', id: 1, request: { do: 'launch', launch: without } })),
    ).toThrow('environment');
    expect(() => parseUp(bytes({ type: 'attach', kernelId: 'k', after: -1, acknowledged: 0 }))).toThrow(
      'after',
    );
  });

  test('[K5] a type that only a newer version knows is passed over', () => {
    expect(parseUp(bytes({ type: 'levitate' }))).toBeNull();
    expect(parseDown(bytes({ type: 'levitate' }))).toBeNull();
  });

  test('[K4] whatever JSON comes, it is read or refused', () => {
    const types = fc.constantFrom(
      'hello',
      'attach',
      'acknowledge',
      'request',
      'welcome',
      'answer',
      'refused',
      'x',
    );
    const anything = fc.oneof(
      fc.json(),
      fc.string(),
      fc
        .tuple(types, fc.dictionary(fc.constantFrom('id', 'request', 'kernelId', 'error'), fc.jsonValue()))
        .map(([type, rest]) => JSON.stringify({ ...rest, type })),
    );
    fc.assert(
      fc.property(anything, fc.constantFrom(parseUp, parseDown), (text, parse) => {
        try {
          parse(Buffer.from(text));
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedError);
        }
      }),
    );
  });
});

describe('a message for a kernel', () => {
  test('[K3] is read as it was sent', () => {
    const message = spokenMessage({ channel: 'shell', buffers: [Buffer.from([1, 2, 3])] });
    const frame = encodeSentMessage({ kernelId: 'küche', number: 2 ** 40, message });
    const { kernelId, number, body } = decodeSentMessage(frame.subarray(FRAME_HEADER_BYTES));
    expect([kernelId, number]).toEqual(['küche', 2 ** 40]);
    expect(new MessageBodyReader().read(body)).toEqual(message);
  });

  test('[K2] that is cut off is refused', () => {
    expect(() => decodeSentMessage(Buffer.from([200, 1, 2]))).toThrow(MalformedError);
  });
});

test('[V1] peers speak the newest version that both know', () => {
  expect(commonProtocol({ min: 1, max: 3 }, { min: 2, max: 5 })).toBe(3);
  expect(commonProtocol({ min: 1, max: 1 }, { min: 2, max: 5 })).toBeNull();
  expect(commonProtocol({ min: 4, max: 6 }, { min: 1, max: 4 })).toBe(4);
});
