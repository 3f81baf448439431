import { expect, test } from 'vitest';
import { quiet } from '../../test/doubles/far-machine.ts';
import { ServerDialInDesk } from './dial-in-desk.ts';

const deskOf = (secret: string): ServerDialInDesk =>
  new ServerDialInDesk({ secret, url: () => 'http://here/', programVersion: '1', log: quiet });

test('[I10] keys are made of the secret and the id, so that they hold over restarts, and for nobody else', () => {
  const { key } = deskOf('secret').expect('job-1');
  const next = deskOf('secret');
  expect(next.expect('job-1').key).toBe(key);
  expect(next.find(key)).not.toBeNull();
  expect(next.expect('job-2').key).not.toBe(key);
  expect(deskOf('other').expect('job-1').key).not.toBe(key);
  expect(next.find(key.replace('job-1', 'job-2'))).toBeNull();
  expect(next.find('itlj_job-1_')).toBeNull();
});

test('whoever is not expected any more, or not yet, is told to come again', () => {
  const desk = deskOf('secret');
  const dialIn = desk.expect('job-1');
  dialIn.close();
  expect(() => desk.find(dialIn.key)).toThrow('does not expect');
  desk.expect('job-1');
  expect(desk.find(dialIn.key)).not.toBeNull();
});
