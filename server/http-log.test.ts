import { expect, test } from 'vitest';
import { withoutSecrets } from './http-log.ts';

test.each([
  ['/lab', '/lab'],
  ['/lab?', '/lab?'],
  ['/lab?123&a=b', '/lab?123&a=b'],
  ['/lab?token=x', '/lab?token=[secret]'],
  ['/lab?a=1&my_auth_token=x&_xsrf=y&b=2', '/lab?a=1&my_auth_token=[secret]&_xsrf=[secret]&b=2'],
  ['/lab?token=x=y', '/lab?token=[secret]'],
])('I10: %s is logged as %s', (target, logged) => expect(withoutSecrets(target)).toBe(logged));
