// Functions of the script that go into pages as arguments. Pages know them by number and call them
// through one function that is exposed to their context.

import { expose } from './bindings.js';

/** The name that `serializer.js` calls. */
const NAME = '__canaryFunctions';

class Functions {
  #context;
  #known = new Map();
  #last = 0;
  #exposed;

  constructor(context) {
    this.#context = context;
  }

  /** Returns the wire form of a function. */
  add(callback) {
    const id = ++this.#last;
    this.#known.set(id, callback);
    return { f: id };
  }

  /** Resolves once pages can call. */
  ready(api) {
    const where = { context: this.#context._id };
    this.#exposed ??= expose(api, this.#context, 'context.exposeBinding', where, NAME, (_source, id, ...args) => {
      const callback = this.#known.get(id);
      if (!callback) throw new Error('the function is not there any more');
      return callback(...args);
    });
    return this.#exposed;
  }
}

const all = new WeakMap();

/** Returns the functions that pages of a context may call. */
export function functionsOf(context) {
  let functions = all.get(context);
  if (!functions) {
    functions = new Functions(context);
    all.set(context, functions);
  }
  return functions;
}
