// Fixtures as declared: layers of registrations, their options, and what each depends on.

import { config } from './config.js';
import { fixtures as builtin } from './fixtures.js';

let nextId = 0;
const ids = new Map();
const marks = new WeakMap();

/** Returns a number that is the same for the same value over the same registration, whoever asks. */
function identity(name, value, previous) {
  const held = typeof value === 'function' || (typeof value === 'object' && value !== null);
  if (held && !marks.has(value)) marks.set(value, nextId++);
  const key = `${name}|${held ? `#${marks.get(value)}` : `${typeof value} ${String(value)}`}|${previous?.id ?? ''}`;
  if (!ids.has(key)) ids.set(key, nextId++);
  return ids.get(key);
}

/** One declaration of a fixture. `previous` is what it overrides. */
class Registration {
  constructor(name, value, options, previous, site) {
    this.id = identity(name, value, previous);
    /** Where it was declared. */
    this.site = site ?? previous?.site;
    this.name = name;
    this.value = value;
    this.scope = options.scope ?? previous?.scope ?? 'test';
    this.auto = options.auto ?? previous?.auto ?? false;
    this.option = options.option ?? previous?.option ?? false;
    this.timeout = options.timeout ?? previous?.timeout;
    this.title = options.title ?? previous?.title ?? name;
    this.builtin = options.builtin ?? false;
    /** The configuration says so. */
    this.configured = options.configured ?? false;
    this.previous = previous;
    this.dependencies = typeof value === 'function' ? parameterNames(value) : [];
  }

  /** Returns what an option is without the overrides of files: the configuration's word, else its default. */
  asConfigured() {
    return this.configured || !this.previous ? this : this.previous.asConfigured();
  }
}

/** The fixtures that a `test` function knows, by name. Never changed once made. */
export class Registry {
  constructor(previous, fixtures, builtin, site) {
    this.byName = new Map(previous?.byName);
    const chosen = {};
    for (const [name, declared] of Object.entries(fixtures)) {
      const [value, options] = tuple(declared);
      this.#add(name, value, { ...options, builtin }, site);
      // A configuration goes over the default of an option, and below what files say.
      if (options.option && name in config.use) chosen[name] = config.use[name];
    }
    for (const [name, value] of Object.entries(chosen)) this.#add(name, value, { configured: true, builtin });
    this.#check(Object.keys(fixtures));
  }

  #add(name, value, options, site) {
    const previous = this.byName.get(name);
    if (options.scope !== undefined && !['test', 'worker'].includes(options.scope)) {
      throw new Error(`the scope of a fixture is "test" or "worker", and that of "${name}" is "${options.scope}"`);
    }
    if (previous && options.scope && options.scope !== previous.scope) {
      throw new Error(`fixture "${name}" has the scope "${previous.scope}" already, it cannot become "${options.scope}"`);
    }
    if (value === undefined && previous?.option && !options.option && !options.configured) {
      this.byName.set(name, previous.asConfigured());
      return;
    }
    this.byName.set(name, new Registration(name, value, options, previous, site));
  }

  #check(names) {
    for (const registration of names.map((name) => this.byName.get(name))) {
      for (const name of registration.dependencies) {
        const dependency = this.dependency(registration, name);
        if (!dependency) {
          throw new Error(`fixture "${registration.name}" needs "${name}", which nothing declares`);
        }
        if (registration.scope === 'worker' && dependency.scope === 'test') {
          throw new Error(`fixture "${registration.name}" lives as long as the worker and cannot need "${name}", which lives for one test`);
        }
      }
      this.#refuseCircle(registration, []);
    }
  }

  #refuseCircle(registration, path) {
    if (path.includes(registration)) {
      const names = [...path.slice(path.indexOf(registration)), registration].map(({ name }) => `"${name}"`);
      throw new Error(`fixtures need each other in a circle: ${names.join(' -> ')}`);
    }
    for (const name of registration.dependencies) {
      const dependency = this.dependency(registration, name);
      if (dependency) this.#refuseCircle(dependency, [...path, registration]);
    }
  }

  /** Returns the registration that `name` means inside of `registration`. */
  dependency(registration, name) {
    return name === registration.name ? registration.previous : this.byName.get(name);
  }

  /** Returns a text that is equal for two registries where the fixture comes out the same. */
  digest(registration) {
    const below = registration.dependencies.map((name) => this.digest(this.dependency(registration, name)));
    return below.length ? `${registration.id}(${below.join()})` : `${registration.id}`;
  }

  /** Returns the fixtures that are set up for every test or worker. */
  automatic(scope) {
    return [...this.byName.values()].filter((registration) => registration.auto && registration.scope === scope);
  }
}

/** A layer of fixtures over others. Registries are made of it when all is loaded, once each. */
export class Layer {
  #registry;
  #children = new Map();

  constructor(parent, fixtures, site) {
    this.parent = parent;
    this.fixtures = fixtures;
    this.site = site;
  }

  /** Returns the layer of `fixtures` over this one; the same for the same object. */
  child(fixtures) {
    if (fixtures === null || typeof fixtures !== 'object') throw new TypeError('test.extend needs an object of fixtures');
    let child = this.#children.get(fixtures);
    if (!child) {
      child = new Layer(this, fixtures, new Error());
      this.#children.set(fixtures, child);
    }
    return child;
  }

  /** Returns a layer that has all that this and `other` have. */
  merge(other) {
    const own = this.#path().map(({ fixtures }) => fixtures);
    return other.#path().reduce((merged, { fixtures }) => (own.includes(fixtures) ? merged : merged.child(fixtures)), this);
  }

  #path() {
    return this.parent ? [...this.parent.#path(), this] : [this];
  }

  get registry() {
    this.#registry ??= this.#make();
    return this.#registry;
  }

  #make() {
    try {
      return new Registry(this.parent?.registry, this.fixtures, !this.parent, this.site);
    } catch (error) {
      if (this.site) error.stack = this.site.stack;
      throw error;
    }
  }
}

/** The fixtures of `test` as imported. */
export const base = new Layer(undefined, builtin);

const OPTIONS = ['scope', 'auto', 'option', 'timeout', 'title', 'box'];

/** Splits `[value, options]`; anything else is a value. */
function tuple(declared) {
  if (Array.isArray(declared) && declared.length === 2 && declared[1] !== null && typeof declared[1] === 'object'
    && OPTIONS.some((option) => option in declared[1])) {
    return declared;
  }
  return [declared, {}];
}

/** Returns the names that the first parameter of a function takes apart. */
export function parameterNames(callback) {
  const text = withoutComments(Function.prototype.toString.call(callback));
  const first = firstParameter(text);
  if (first === '' || /^_\w*$/.test(first)) return [];
  if (!first.startsWith('{')) {
    throw new Error(`the first parameter must be taken apart, like "({ page })", and is "${first}"`);
  }
  const inner = first.slice(1, matching(first, 0));
  return split(inner).map((part) => {
    if (part.startsWith('...')) throw new Error(`fixtures must be named one by one, "${part}" is not possible`);
    return part.match(/^[\w$]+/)?.[0] ?? part.match(/^["']([^"']+)["']/)?.[1];
  }).filter(Boolean);
}

function firstParameter(text) {
  const bare = text.match(/^(?:async\s+)?([\w$]+)\s*=>/);
  if (bare) return bare[1];
  const open = text.indexOf('(');
  return split(text.slice(open + 1, matching(text, open)))[0] ?? '';
}

function withoutComments(text) {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '');
}

/** Returns the index of the bracket that closes the one at `open`. */
function matching(text, open) {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if ('([{'.includes(text[i])) depth++;
    if (')]}'.includes(text[i]) && --depth === 0) return i;
  }
  return text.length;
}

/** Splits at commas that stand outside of brackets. */
function split(text) {
  const parts = [];
  let depth = 0;
  let part = '';
  for (const c of text) {
    if ('([{'.includes(c)) depth++;
    if (')]}'.includes(c)) depth--;
    if (c === ',' && depth === 0) {
      parts.push(part.trim());
      part = '';
    } else part += c;
  }
  parts.push(part.trim());
  return parts.filter(Boolean);
}
