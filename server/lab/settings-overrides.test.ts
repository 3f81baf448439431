import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { installLab, LAB } from '../../test/doubles/installed-lab.ts';
import type { InstalledLab } from '../../test/doubles/installed-lab.ts';
import { DerivedFromFiles } from './derived-from-files.ts';
import { overrideDefaults } from './settings-catalogue.ts';
import { readSettingsOverrides } from './settings-overrides.ts';

let lab: InstalledLab;
beforeEach(async () => {
  lab = await installLab();
});
afterEach(() => lab.remove());

test('parts, the file, its JSON5 twin, then configuration: each goes over the one before', async () => {
  const settings = `${LAB}/settings`;
  await lab.put(`${settings}/overrides.d/1.json`, { p: { a: 'part 1', b: 'part 1', list: [1] } });
  await lab.put(
    `${settings}/overrides.d/2.json5`,
    "{ p: { a: 'part 2', /* more */ list: [2], c: 'part 2' } }",
  );
  await lab.put(`${settings}/overrides.d/.hidden.json`, { p: { a: 'hidden' } });
  await lab.put(`${settings}/overrides.d/notes.txt`, 'no JSON');
  await lab.put(`${settings}/overrides.json`, { p: { b: 'file', d: 'file' } });
  await lab.put(`${settings}/overrides.json5`, "{ p: { d: 'file 5' } }");
  await lab.put('env/labconfig/default_setting_overrides.json', { p: { e: 'env', f: 'env' } });
  await lab.put('user/labconfig/default_setting_overrides.json', { p: { f: 'user', c: null } });
  const read = new DerivedFromFiles((inputs) =>
    readSettingsOverrides(inputs, join(lab.folder, settings), lab.directories.config, lab.application.log),
  );
  expect(await read.get()).toEqual({
    // As in Jupyter, a null takes away what the same folder says, and nothing of other folders.
    p: { a: 'part 2', b: 'file', c: 'part 2', d: 'file 5', e: 'env', f: 'user', list: [2] },
  });
});

test('overridden defaults replace those of the schema, and objects are merged into them', () => {
  const schema = {
    type: 'object',
    properties: { size: { type: 'number', default: 1 }, fonts: { default: { code: 'a', text: 'b' } } },
  };
  expect(overrideDefaults(schema, { size: 2, fonts: { text: 'c' }, unknown: true })).toEqual({
    type: 'object',
    properties: {
      size: { type: 'number', default: 2 },
      fonts: { default: { code: 'a', text: 'c' } },
      unknown: { default: true },
    },
  });
  expect(schema.properties.size.default).toBe(1);
  expect(overrideDefaults(schema, {})).toBe(schema);
});
