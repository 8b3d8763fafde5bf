// `node:path`, as on Linux.

export const sep = '/';
export const delimiter = ':';

/** Resolves `.` and `..`. */
export function normalize(path) {
  const absolute = path.startsWith('/');
  const parts = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length && parts.at(-1) !== '..') parts.pop();
    else if (part !== '..' || !absolute) parts.push(part);
  }
  const text = parts.join('/') + (path.endsWith('/') && parts.length ? '/' : '');
  return absolute ? `/${text}` : text || '.';
}

export const join = (...parts) => normalize(parts.filter(Boolean).join('/') || '.');

export function resolve(...parts) {
  let path = '';
  for (const part of parts.toReversed()) {
    if (part) path = path ? `${part}/${path}` : part;
    if (path.startsWith('/')) break;
  }
  const full = normalize(path.startsWith('/') ? path : `/${path}`);
  return full.length > 1 ? full.replace(/\/$/, '') : full;
}

export const isAbsolute = (path) => path.startsWith('/');

export function dirname(path) {
  const trimmed = path.replace(/\/+$/, '');
  const end = trimmed.lastIndexOf('/');
  if (end < 0) return path.startsWith('/') ? '/' : '.';
  return trimmed.slice(0, end) || '/';
}

export function basename(path, ending = '') {
  const name = path.replace(/\/+$/, '').split('/').at(-1);
  return ending && name.endsWith(ending) && name !== ending ? name.slice(0, -ending.length) : name;
}

export function extname(path) {
  const name = basename(path);
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(dot) : '';
}

export function relative(from, to) {
  const left = resolve(from).split('/').filter(Boolean);
  const right = resolve(to).split('/').filter(Boolean);
  let shared = 0;
  while (shared < left.length && left[shared] === right[shared]) shared++;
  return [...left.slice(shared).map(() => '..'), ...right.slice(shared)].join('/');
}

export function parse(path) {
  const base = basename(path);
  const ext = extname(path);
  const dir = dirname(path);
  return { root: isAbsolute(path) ? '/' : '', dir: dir === '.' && !path.startsWith('.') ? '' : dir, base, ext, name: ext ? base.slice(0, -ext.length) : base };
}

export function format({ root = '', dir, base, name = '', ext = '' }) {
  const file = base ?? name + ext;
  if (!dir) return root + file;
  return dir === root ? dir + file : `${dir}/${file}`;
}

export const toNamespacedPath = (path) => path;

const path = { sep, delimiter, normalize, join, resolve, isAbsolute, dirname, basename, extname, relative, parse, format, toNamespacedPath };
path.posix = path;
export const posix = path;
export default path;
