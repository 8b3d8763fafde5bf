// Cookies as scripts give them, and which of them a filter means.

import { invalid } from './errors.js';
import { search } from './matching.js';
import { check, listOf, required } from './shape.js';

const COOKIE = {
  name: required('string'),
  value: required('string'),
  url: 'string',
  domain: 'string',
  path: 'string',
  expires: 'float',
  httpOnly: 'boolean',
  secure: 'boolean',
  sameSite: ['Strict', 'Lax', 'None'],
  partitionKey: 'string',
  _crHasCrossSiteAncestor: 'boolean',
};

/** Checks cookies that are to be set. */
export function checkCookies(api, cookies) {
  check(api, 'cookies', cookies, listOf(COOKIE));
  for (const { name, url, domain, path, expires } of cookies) {
    if (!url && !(domain && path)) invalid(api, 'Cookie should have a url or a domain/path pair');
    if (url && domain) invalid(api, 'Cookie should have either url or domain');
    if (url && path) invalid(api, 'Cookie should have either url or path');
    if (url === 'about:blank') invalid(api, `Blank page can not have cookie "${name}"`);
    if (url?.startsWith('data:')) invalid(api, `Data URL page can not have cookie "${name}"`);
    if (expires !== undefined && expires < 0 && expires !== -1) {
      invalid(api, 'Cookie should have a valid expires, only -1 or a positive number for the unix timestamp in seconds is allowed');
    }
  }
}

/** Tells whether a filter of `clearCookies` means a cookie. */
export function isMeant(cookie, { name, domain, path }) {
  const fits = (value, wanted) => wanted === undefined || (wanted instanceof RegExp ? search(wanted, value) : value === wanted);
  return fits(cookie.name, name) && fits(cookie.domain, domain) && fits(cookie.path, path);
}
