// What a script attaches to its test.

import { lazy, report } from './native.js';

const TYPES = {
  css: 'text/css', csv: 'text/csv', gif: 'image/gif', html: 'text/html', jpeg: 'image/jpeg', jpg: 'image/jpeg',
  js: 'text/javascript', json: 'application/json', md: 'text/markdown', pdf: 'application/pdf', png: 'image/png',
  svg: 'image/svg+xml', txt: 'text/plain', webm: 'video/webm', webp: 'image/webp', xml: 'application/xml', zip: 'application/zip',
};

/** Attaches a text, bytes or a file; `info.attachments` lists it. */
export async function attach(name, { body, path, contentType } = {}) {
  if (typeof name !== 'string') throw new TypeError('attach needs a name');
  if ((body === undefined) === (path === undefined)) throw new TypeError('attach needs either a body or a path');
  const type = contentType ?? (path ? typeOf(path) : typeof body === 'string' ? 'text/plain' : 'application/octet-stream');
  const { encode } = lazy('globals/bytes');
  report({ type: 'attachment', name, contentType: type, body: body === undefined ? undefined : encode(body), path });
  return { name, contentType: type, body, path };
}

function typeOf(path) {
  return TYPES[path.split('.').at(-1).toLowerCase()] ?? 'application/octet-stream';
}
