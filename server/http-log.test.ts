import { expect, test } from 'vitest';
import { withoutSecrets } from './http-log.ts';

test.each([
  ['/lab', '/lab'],
  ['/lab?', '/lab?'],
  ['/lab?123&a=b', '/lab?123&a=b'],
  ['/lab?token=x', '/lab?token=[secret]'],
  ['/lab?a=1&my_auth_token=x&_xsrf=y&b=2', '/lab?a=1&my_auth_token=[secret]&_xsrf=[secret]&b=2'],
  ['/lab?token=x=y', '/lab?token=[secret]'],
  ['/lab?%74oken=x', '/lab?%74oken=[secret]'],
  ['/login?next=%2Flab%3Ftoken%3Dx', '/login?next=[secret]'],
  ['/login?next=%2Flogin%3Fnext%3D%252Flab%253Ftoken%253Dx', '/login?next=[secret]'],
  ['/login?next=%2Flab%2Ftree%2Ftoken.txt', '/login?next=%2Flab%2Ftree%2Ftoken.txt'],
])('I10: %s is logged as %s', (target, logged) => expect(withoutSecrets(target)).toBe(logged));
