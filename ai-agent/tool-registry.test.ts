import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { repairJson } from './repair-json.ts';
import { ToolRegistry } from './tool-registry.ts';
import type { Tool } from './tool.ts';

const schema = z.object({
  cell_id: z.string(),
  source: z.string().optional(),
  index: z.number().int().optional(),
  ids: z.array(z.string()).optional(),
  run: z.boolean().default(false),
});

const edit: Tool<z.infer<typeof schema>> = {
  name: 'edit_cell',
  description: 'Changes a cell.',
  effect: 'edits',
  schema,
  timeLimit: 1_000,
  isRepeatable: true,
  use: () => Promise.reject(new Error('not used')),
};

function parse(argumentsText: string, toolName = 'edit_cell') {
  const parsed = new ToolRegistry([edit]).parse({ type: 'tool-call', callId: '1', toolName, argumentsText });
  return 'problem' in parsed ? parsed.problem : parsed.arguments;
}

describe('a registry of tools', () => {
  it('describes them for a model by JSON Schema', () => {
    expect(new ToolRegistry([edit]).descriptions()).toEqual([
      {
        name: 'edit_cell',
        description: 'Changes a cell.',
        argumentsSchema: expect.objectContaining({
          type: 'object',
          required: ['cell_id'],
          properties: expect.objectContaining({ cell_id: { type: 'string' } }) as unknown,
        }) as unknown,
      },
    ]);
  });

  it('refuses a name that no provider takes, one twice, and arguments that are no object', () => {
    expect(() => new ToolRegistry([{ ...edit, name: 'edit cell' }])).toThrow(TypeError);
    expect(() => new ToolRegistry([edit, edit])).toThrow(TypeError);
    expect(() => new ToolRegistry([{ ...edit, schema: z.string() }])).toThrow(TypeError);
  });

  it('[M4] says which tools there are to a model that names another', () => {
    expect(parse('{}', 'rm')).toMatch(/no tool "rm".*edit_cell/);
    expect(parse('{"cell_id":"a"}', 'functions.edit_cell')).toEqual({ cell_id: 'a', run: false });
  });

  it.each([
    ['a code fence', '```json\n{"cell_id": "a"}\n```', { cell_id: 'a', run: false }],
    ['commas at the end', '{"cell_id": "a", "ids": ["b", ],\n}', { cell_id: 'a', ids: ['b'], run: false }],
    [
      'line ends in a string',
      '{"cell_id": "a", "source": "x = 1\ny\t= 2"}',
      { cell_id: 'a', source: 'x = 1\ny\t= 2', run: false },
    ],
    [
      "Python's words",
      '{"cell_id": "a", "run": True, "source": "None, ]"}',
      { cell_id: 'a', run: true, source: 'None, ]' },
    ],
    ['an escaped quote', String.raw`{"cell_id": "it\'s"}`, { cell_id: "it's", run: false }],
    ['JSON in JSON', JSON.stringify('{"cell_id": "a"}'), { cell_id: 'a', run: false }],
    [
      'a number and a list in quotes',
      '{"cell_id": "a", "index": "3", "ids": "[\\"b\\"]"}',
      { cell_id: 'a', index: 3, ids: ['b'], run: false },
    ],
    ['null for what is not said', '{"cell_id": "a", "index": null}', { cell_id: 'a', run: false }],
    ['more than there is', '{"cell_id": "a", "other": 1}', { cell_id: 'a', run: false }],
  ])('[M4] takes %s as meant', (_what, text, value) => {
    expect(parse(text)).toEqual(value);
  });

  it.each([
    ['', 'cell_id'],
    ['{"cell_id": "a", "source": "x = ', 'not JSON'],
    ['{"cell_id": "a"', 'not JSON'],
    ['I would like to edit', 'not JSON'],
    ['{"cell_id": 7}', 'cell_id'],
    ['{"cell_id": null}', 'cell_id'],
    ['[]', 'object'],
    ['null', 'object'],
  ])('[M4] says of %j what is wrong with it', (text, problem) => {
    expect(parse(text)).toContain(problem);
    expect(parse(text)).toContain('Nothing was done');
  });
});

describe('repaired JSON', () => {
  it('[M4] is the same where nothing was wrong', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(JSON.parse(repairJson(json))).toEqual(JSON.parse(json));
      }),
    );
  });

  it('[M4] completes nothing that was cut off', () => {
    const json = JSON.stringify({ cell_id: 'a, ]', source: 'print("x")\n', ids: ['b'], run: true });
    for (let length = 1; length < json.length; length += 1) {
      expect(() => void JSON.parse(repairJson(json.slice(0, length)))).toThrow(SyntaxError);
    }
  });
});
