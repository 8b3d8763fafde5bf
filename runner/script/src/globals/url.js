// `URL` and `URLSearchParams`. Parsing and setting are done by the `url` crate.

import native from 'canary:native';

const PARTS = ['protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'hash'];
/** Asked of the script by `URLSearchParams` of a URL: how to tell the URL. */
const owners = new WeakMap();

export class URL {
  #parts;
  #searchParams;

  constructor(url, base) {
    if (arguments.length === 0) throw new TypeError('URL needs a text');
    const parts = native.parseUrl(String(url).toWellFormed(), base === undefined ? undefined : String(base).toWellFormed());
    if (!parts) {
      const error = new TypeError(base === undefined ? `Invalid URL: ${url}` : `Invalid URL: ${url} with base ${base}`);
      error.code = 'ERR_INVALID_URL';
      throw error;
    }
    this.#parts = parts;
  }

  static canParse(url, base) {
    return native.parseUrl(String(url), base === undefined ? undefined : String(base)) !== undefined;
  }

  static parse(url, base) {
    return URL.canParse(url, base) ? new URL(url, base) : null;
  }

  get href() {
    return this.#parts.href;
  }

  set href(value) {
    this.#parts = new URL(value).#parts;
    this.#tellParams();
  }

  get origin() {
    return this.#parts.origin;
  }

  get searchParams() {
    if (!this.#searchParams) {
      this.#searchParams = new URLSearchParams(this.search);
      owners.set(this.#searchParams, (query) => this.#set('search', query));
    }
    return this.#searchParams;
  }

  static {
    for (const part of PARTS) {
      Object.defineProperty(URL.prototype, part, {
        configurable: true,
        enumerable: true,
        get() {
          return this.#parts[part];
        },
        set(value) {
          this.#set(part, value);
          if (part === 'search') this.#tellParams();
        },
      });
    }
  }

  #set(part, value) {
    this.#parts = native.setUrlPart(this.#parts.href, part, String(value).toWellFormed()) ?? this.#parts;
  }

  #tellParams() {
    if (this.#searchParams) URLSearchParams.replace(this.#searchParams, this.search);
  }

  toString() {
    return this.href;
  }

  toJSON() {
    return this.href;
  }

  get [Symbol.toStringTag]() {
    return 'URL';
  }
}

export class URLSearchParams {
  #list = [];

  constructor(init = '') {
    if (init !== null && typeof init === 'object') {
      const pairs = typeof init[Symbol.iterator] === 'function' ? [...init] : Object.entries(init);
      this.#list = pairs.map((pair) => {
        const [name, value, ...more] = pair;
        if (value === undefined || more.length) throw new TypeError('URLSearchParams needs pairs of name and value');
        return [String(name), String(value)];
      });
    } else {
      this.#list = native.parseQuery(String(init ?? '').toWellFormed().replace(/^\?/, ''));
    }
  }

  static replace(params, query) {
    params.#list = native.parseQuery(query.replace(/^\?/, ''));
  }

  #changed() {
    owners.get(this)?.(this.toString());
  }

  get size() {
    return this.#list.length;
  }

  append(name, value) {
    this.#list.push([String(name), String(value)]);
    this.#changed();
  }

  delete(name, value) {
    this.#list = this.#list.filter(([key, one]) => key !== String(name) || (value !== undefined && one !== String(value)));
    this.#changed();
  }

  get(name) {
    return this.#list.find(([key]) => key === String(name))?.[1] ?? null;
  }

  getAll(name) {
    return this.#list.filter(([key]) => key === String(name)).map(([, value]) => value);
  }

  has(name, value) {
    return this.#list.some(([key, one]) => key === String(name) && (value === undefined || one === String(value)));
  }

  set(name, value) {
    const index = this.#list.findIndex(([key]) => key === String(name));
    if (index < 0) this.#list.push([String(name), String(value)]);
    else {
      this.#list = this.#list.filter(([key], at) => key !== String(name) || at === index);
      this.#list[index] = [String(name), String(value)];
    }
    this.#changed();
  }

  sort() {
    this.#list.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    this.#changed();
  }

  forEach(callback, self) {
    for (const [name, value] of this.#list) callback.call(self, value, name, this);
  }

  *entries() {
    for (const [name, value] of this.#list) yield [name, value];
  }

  *keys() {
    for (const [name] of this.#list) yield name;
  }

  *values() {
    for (const [, value] of this.#list) yield value;
  }

  [Symbol.iterator]() {
    return this.entries();
  }

  toString() {
    return native.formatQuery(this.#list.map(([name, value]) => [name.toWellFormed(), value.toWellFormed()]));
  }

  get [Symbol.toStringTag]() {
    return 'URLSearchParams';
  }
}
