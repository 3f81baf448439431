import { expect, test } from 'vitest';
import { WidgetModels } from './widget-models.ts';

const open = (id: string, state: object, more: object = {}): Record<string, unknown> => ({
  comm_id: id,
  target_name: 'jupyter.widget',
  data: {
    state: { _model_name: 'M', _model_module: 'm', _model_module_version: '2.0.0', ...state },
    ...more,
  },
});
const message = (
  id: string,
  method: string,
  state: object,
  paths: unknown[] = [],
): Record<string, unknown> => ({
  comm_id: id,
  data: { method, state, buffer_paths: paths },
});

test('widgets are as the kernel, or a page through it, has set them last, with all that they refer to', () => {
  const models = new WidgetModels();
  models.hear('comm_open', open('layout', { width: null }), []);
  models.hear('comm_open', open('slider', { value: 1, layout: 'IPY_MODEL_layout' }), []);
  models.hear('comm_open', open('other', {}), []);
  models.hear('comm_open', { comm_id: 'x', target_name: 'something', data: {} }, []);
  models.hear('comm_msg', message('slider', 'update', { value: 2 }), []);
  models.hear('comm_msg', message('slider', 'echo_update', { value: 3 }), []);
  models.hear('comm_msg', message('slider', 'custom', { value: 4 }), []);
  const stored = models.stored(['slider', 'gone']);
  expect(Object.keys(stored)).toEqual(['slider', 'layout']);
  expect(stored['slider']).toMatchObject({
    model_name: 'M',
    model_module: 'm',
    model_module_version: '2.0.0',
    state: { value: 3, layout: 'IPY_MODEL_layout' },
  });
  models.hear('comm_close', { comm_id: 'slider' }, []);
  expect(models.stored(['slider'])).toEqual({});
});

test('binary parts are stored as text, until something else takes their place', () => {
  const models = new WidgetModels();
  models.hear('comm_open', open('image', { format: 'png' }, { buffer_paths: [['value']] }), [
    Buffer.from('one'),
  ]);
  expect(models.stored(['image'])['image']?.buffers).toEqual([
    { encoding: 'base64', path: ['value'], data: Buffer.from('one').toString('base64') },
  ]);
  models.hear('comm_msg', message('image', 'update', { value: null }), []);
  expect(models.stored(['image'])['image']).not.toHaveProperty('buffers');
});

test('what is too large for a notebook is left out', () => {
  const models = new WidgetModels();
  models.hear('comm_open', open('large', { value: 'x'.repeat(9_000_000) }), []);
  expect(models.stored(['large'])).toEqual({});
});
