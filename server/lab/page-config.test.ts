import { expect, test } from 'vitest';
import { layerPageConfig } from './page-config.ts';

const nothing = { application: {}, configured: {}, federated: [], disabledBy: new Map(), excluded: [] };

test('lists and sets of ids are the same thing, and what is configured wins over the application', () => {
  const config = layerPageConfig({
    ...nothing,
    application: { disabledExtensions: ['a', 'b'], deferredExtensions: ['d'], own: 1 },
    configured: {
      disabledExtensions: { b: false, c: true },
      own: 2,
      lockedExtensions: { l: true, m: false },
    },
  });
  expect(config).toEqual({
    disabledExtensions: ['a', 'c'],
    deferredExtensions: ['d'],
    lockedExtensions: ['l'],
    own: 2,
    federated_extensions: [],
  });
});

test('a package disables what it replaces, unless it is disabled itself or somebody says otherwise', () => {
  const config = layerPageConfig({
    ...nothing,
    configured: { disabledExtensions: { off: true, 'on:one': true, kept: false } },
    disabledBy: new Map([
      ['off', ['by-off']],
      ['off:plugin', ['by-plugin-of-off']],
      ['on', ['by-on', 'kept']],
      ['on:one', ['by-one']],
      ['on:other', ['by-other']],
    ]),
  });
  expect(config['disabledExtensions']).toEqual(['by-on', 'by-other', 'off', 'on:one']);
});

test('there is always a list of federated extensions: without it no page starts', () => {
  expect(layerPageConfig(nothing)).toEqual({ federated_extensions: [], disabledExtensions: [] });
});

test('an excluded extension is disabled and disables nothing, whatever was configured', () => {
  const config = layerPageConfig({
    ...nothing,
    configured: { disabledExtensions: { excluded: false } },
    disabledBy: new Map([['excluded', ['by-excluded']]]),
    excluded: ['excluded'],
  });
  expect(config['disabledExtensions']).toEqual(['excluded']);
});
