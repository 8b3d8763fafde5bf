// `node:url`.

const { URL, URLSearchParams } = globalThis;

/** Returns the path of a `file:` URL. */
export function fileURLToPath(url) {
  const parsed = typeof url === 'string' ? new URL(url) : url;
  if (parsed.protocol !== 'file:') throw new TypeError(`a path is made of a file: URL, not of ${parsed.protocol}`);
  return decodeURIComponent(parsed.pathname);
}

/** Returns the `file:` URL of a path. */
export const pathToFileURL = (path) => new URL(`file://${path.startsWith('/') ? '' : '/'}${encodeURI(path)}`);

export function format(url) {
  return typeof url === 'string' ? url : url.href ?? String(url);
}

export function parse(text) {
  const { href, protocol, host, hostname, port, pathname, search, hash, username, password } = new URL(text);
  const auth = username ? `${username}${password ? `:${password}` : ''}` : null;
  return { href, protocol, host, hostname, port: port || null, pathname, search: search || null, query: search.slice(1) || null, hash: hash || null, auth, path: pathname + search, slashes: true };
}

export { URL, URLSearchParams };
export default { fileURLToPath, pathToFileURL, format, parse, URL, URLSearchParams };
