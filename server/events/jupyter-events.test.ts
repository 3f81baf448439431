import { describe, expect, test } from 'vitest';
import { startApp } from '../../test/doubles/app-under-test.ts';
import type { Authorize } from '../auth/authorize.ts';
import { authorizeSignedIn } from '../auth/authorize.ts';
import { HttpError } from '../http-error.ts';
import { CONTENTS_EVENTS, KERNEL_EVENTS } from './event-schema.ts';
import { InvalidEvent, JupyterEvents } from './jupyter-events.ts';
import type { JupyterEvent } from './jupyter-events.ts';
import { eventRoutes } from './routes.ts';

const own = 'https://example.org/own/v2';
function subscribed(): { events: JupyterEvents; heard: JupyterEvent[] } {
  const events = new JupyterEvents();
  const heard: JupyterEvent[] = [];
  events.subscribe((event) => heard.push(event));
  return { events, heard };
}
const emission = (data: unknown, schema = CONTENTS_EVENTS, version: unknown = '1'): unknown => ({
  schema_id: schema,
  version,
  data,
});

describe('events', () => {
  test('are told to whoever subscribed, until they end it', () => {
    const { events, heard } = subscribed();
    const end = events.subscribe(() => heard.push());
    events.emit(CONTENTS_EVENTS, { action: 'save', path: 'a' });
    end();
    expect(heard).toEqual([
      {
        schemaId: CONTENTS_EVENTS,
        data: { action: 'save', path: 'a' },
        text: `{"schema_id":"${CONTENTS_EVENTS}","action":"save","path":"a"}`,
      },
    ]);
  });

  test('of a schema that nobody registered are a mistake of ours', () => {
    expect(() => new JupyterEvents().emit(own, {})).toThrow(TypeError);
  });

  test('cannot pass for those of another schema', () => {
    const { events, heard } = subscribed();
    events.emitFromOutside(CONTENTS_EVENTS, '1', { action: 'get', path: 'a', schema_id: KERNEL_EVENTS });
    expect(JSON.parse(heard[0]?.text ?? '')).toEqual({
      schema_id: CONTENTS_EVENTS,
      action: 'get',
      path: 'a',
    });
  });

  test('of schemas that are registered later come through too, once', () => {
    const { events, heard } = subscribed();
    const schema = { $id: own, version: '2', type: 'object', properties: { n: { type: 'number' } } } as const;
    events.register(schema);
    expect(() => events.register(schema)).toThrow('already registered');
    expect(() => events.register({ ...schema, $id: `${own}/x`, properties: { __n: {} } })).toThrow(
      'reserved',
    );
    events.emitFromOutside(own, '2', { n: 1 });
    expect(heard).toHaveLength(1);
  });
});

describe('from outside', () => {
  test.each([
    [own, '1', {}, `'The requested schema, ${own}, was not found in the schema registry.`],
    [CONTENTS_EVENTS, '2', { action: 'get', path: '' }, `Unregistered version: '2'≠'1'`],
    [CONTENTS_EVENTS, '1', { path: '' }, "'action' is a required property"],
    [CONTENTS_EVENTS, '1', { action: 'eat', path: '' }, "'eat' is not one of ['get', 'create', 'save'"],
    [CONTENTS_EVENTS, '1', { action: null, path: '' }, "None is not one of ['get'"],
    [CONTENTS_EVENTS, '1', { action: 'get', path: 5 }, "5 is not of type 'string'"],
    [CONTENTS_EVENTS, '1', [true], "[true] is not of type 'object'"],
    [CONTENTS_EVENTS, '1', null, "None is not of type 'object'"],
    [KERNEL_EVENTS, '1', { action: 'start', msg: '', status: 'success' }, "'kernel_id' is a required"],
    [KERNEL_EVENTS, '1', { action: 'restart', msg: '', status: 'error' }, "'kernel_id' is a required"],
  ])('%s %s %j is refused', (schema, version, data, message) => {
    const { events, heard } = subscribed();
    const emit = (): void => events.emitFromOutside(schema, version, data);
    expect(emit).toThrow(InvalidEvent);
    expect(emit).toThrow(message);
    expect(heard).toEqual([]);
  });

  test.each([
    [KERNEL_EVENTS, { action: 'start', msg: 'no such kernel', status: 'error' }],
    [KERNEL_EVENTS, { action: 'start', msg: '', kernel_id: 'x', kernel_name: 'python3', status: 'success' }],
    [CONTENTS_EVENTS, { action: 'rename', path: 'b', source_path: 'a', and: 'more' }],
  ])('%s %j is taken', (schema, data) => {
    const { events, heard } = subscribed();
    events.emitFromOutside(schema, '1', data);
    expect(heard).toHaveLength(1);
  });
});

describe('over HTTP', () => {
  const post = async (body: unknown, authorize: Authorize = authorizeSignedIn) => {
    const { events, heard } = subscribed();
    const app = await startApp({ authenticatedRoutes: () => [eventRoutes(events, authorize)] });
    const answer = await app.ask('/api/events', {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    await app.close();
    return {
      status: answer.status,
      message: answer.text && (answer.json() as { message: string }).message,
      heard,
    };
  };
  const good = { action: 'get', path: 'a' };

  test.each([
    ['1', undefined],
    [1, undefined],
    ['1', '2022-05-26T13:50:00+05:00Z'],
    ['1', '2022-05-26T13:50:00-0500Z'],
    ['1', '2022-05-26T13:50:00ZZ'],
  ])('version %j, timestamp %j is taken', async (version, timestamp) => {
    const body = { ...(emission(good, CONTENTS_EVENTS, version) as object), timestamp };
    expect(await post(body)).toMatchObject({ status: 204, message: '', heard: [{ data: good }] });
  });

  test.each([
    ['', 'No JSON data provided'],
    ['null', 'No JSON data provided'],
    ['5', 'Missing `schema_id` in the JSON request body.'],
    [{ version: '1', data: {} }, 'Missing `schema_id` in the JSON request body.'],
    [{ schema_id: own, data: {} }, 'Missing `version` in the JSON request body.'],
    [{ schema_id: own, version: '1' }, 'Missing `data` in the JSON request body.'],
    [emission(good, CONTENTS_EVENTS, null), `Unregistered version: 'None'≠'1' for \`${CONTENTS_EVENTS}\``],
    [{ ...(emission(good) as object), timestamp: 'now' }, /^Failed to parse timestamp/],
    [{ ...(emission(good) as object), timestamp: 5 }, /^Failed to parse timestamp/],
    [emission({}), "'action' is a required property"],
  ])('%j is refused', async (body, message) => {
    const answer = await post(body);
    expect(answer).toMatchObject({ status: 400, heard: [] });
    expect(answer.message).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
  });

  test('I7: who may not write emits nothing', async () => {
    const reader: Authorize = (_identity, action) => {
      if (action !== 'read') throw new HttpError(403, 'Forbidden');
    };
    expect(await post(emission(good), reader)).toMatchObject({ status: 403, heard: [] });
  });
});
