// Fixtures at work: set up when first needed, torn down in reverse order.

import { describeDoing } from './doing.js';
import { withTimeout } from './native.js';

/** A fixture that is set up. */
class Instance {
  constructor(registration) {
    this.registration = registration;
    this.value = undefined;
    this.finish = undefined;
    this.finished = undefined;
  }

  async setUp(argument, info) {
    const { value, name } = this.registration;
    if (typeof value !== 'function') {
      this.value = value;
      return;
    }
    await new Promise((resolve, reject) => {
      let used = false;
      const use = (given) => {
        if (used) throw new Error(`fixture "${name}" called use() twice`);
        used = true;
        this.value = given;
        return new Promise((finish) => {
          this.finish = finish;
          resolve();
        });
      };
      this.finished = (async () => value(argument, use, info))();
      this.finished.then(
        () => used || reject(this.failure(`fixture "${name}" ended without calling use()`)),
        (error) => used || reject(error),
      );
    });
  }

  /** Makes an error at the place of the declaration. */
  failure(message) {
    const error = new Error(message);
    if (this.registration.site) error.stack = this.registration.site.stack;
    return error;
  }

  async tearDown() {
    this.finish?.();
    await this.finished;
  }
}

/** Instances of one scope, in the order in which they were set up. */
export class Pool {
  /** `outer` is the pool of the wider scope. */
  constructor(scope, outer) {
    this.scope = scope;
    this.outer = outer;
    this.instances = new Map();
  }

  /** Returns the value of a fixture, which is set up if it is not yet. */
  async get(registry, registration, info) {
    if (registration.scope !== this.scope && this.outer) return this.outer.get(registry, registration, info);
    const key = registry.digest(registration);
    let entry = this.instances.get(key);
    if (!entry) {
      const instance = new Instance(registration);
      entry = { instance, ready: this.#create(instance, registry, info, key) };
      this.instances.set(key, entry);
    }
    await entry.ready;
    return entry.instance.value;
  }

  async #create(instance, registry, info, key) {
    const { registration } = instance;
    const argument = await this.argument(registry, registration, registration.dependencies, info);
    // Set up after what it needs, so that the reverse order tears it down before.
    const entry = this.instances.get(key);
    if (entry) {
      this.instances.delete(key);
      this.instances.set(key, entry);
    }
    const doing = describeDoing(`setting up "${registration.title}"`);
    await withTimeout(instance.setUp(argument, info), registration.timeout, () =>
      instance.failure(`fixture "${registration.title}" took longer than ${registration.timeout} ms to set up`));
    doing.done();
  }

  /** Returns the object that functions take apart. */
  async argument(registry, registration, names, info) {
    const argument = {};
    for (const name of names) {
      const dependency = registration ? registry.dependency(registration, name) : registry.byName.get(name);
      if (!dependency) throw new Error(`there is no fixture "${name}"`);
      argument[name] = await this.get(registry, dependency, info);
    }
    return argument;
  }

  /** Takes the instances, last first, for tearing them down one by one. */
  take() {
    const entries = [...this.instances.values()].reverse();
    this.instances.clear();
    return entries.map(({ instance }) => instance).filter((instance) => instance.finish);
  }
}
