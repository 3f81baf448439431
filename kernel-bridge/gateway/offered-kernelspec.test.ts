import { expect, test } from 'vitest';
import { nameAtGateway, offeredKernelspec } from './offered-kernelspec.ts';

const spec = { display_name: 'It', language: 'python', argv: ['/home/ada/python'], resources: {} };

test.each(['python3', 'conda-env-base-py', 'Python 3 (é)', 'a/b', '..', 'x'.repeat(200)])(
  'a kernelspec that is named %j there is plainly named here, and found again there',
  (name) => {
    const offered = offeredKernelspec({ ...spec, name }, '/logos');
    expect(offered.name).toMatch(/^[\w.-]{1,100}$/);
    expect(nameAtGateway({ ...offered, name: `lab.${offered.name}`, place: 'lab' })).toBe(name);
  },
);

test('two odd names do not become one', () => {
  const names = ['a b', 'a/b'].map((name) => offeredKernelspec({ ...spec, name }, '/logos').name);
  expect(new Set(names).size).toBe(2);
});

test('what that server says of its own places, and where its programs are, stays there', () => {
  const offered = offeredKernelspec(
    { ...spec, name: 'x', metadata: { debugger: true, in_the_loop: { place: { id: 'other' } } } },
    '/logos',
  );
  expect(offered.spec.metadata).toEqual({ debugger: true });
  expect(JSON.stringify(offered)).not.toContain('/home/ada');
});
