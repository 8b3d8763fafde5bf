// `EventTarget` and `Event`, without the tree that only documents have.

const state = new WeakMap();

export class Event {
  constructor(type, { bubbles = false, cancelable = false, composed = false } = {}) {
    state.set(this, { type: String(type), bubbles, cancelable, composed, prevented: false, stopped: false, target: null, time: Date.now() });
  }

  get type() { return state.get(this).type; }
  get bubbles() { return state.get(this).bubbles; }
  get cancelable() { return state.get(this).cancelable; }
  get composed() { return state.get(this).composed; }
  get defaultPrevented() { return state.get(this).prevented; }
  get target() { return state.get(this).target; }
  get currentTarget() { return state.get(this).target; }
  get timeStamp() { return state.get(this).time; }

  preventDefault() {
    if (this.cancelable) state.get(this).prevented = true;
  }

  stopPropagation() {}

  stopImmediatePropagation() {
    state.get(this).stopped = true;
  }
}

export class CustomEvent extends Event {
  #detail;

  constructor(type, options = {}) {
    super(type, options);
    this.#detail = options.detail ?? null;
  }

  get detail() {
    return this.#detail;
  }
}

export class EventTarget {
  #listeners = [];

  addEventListener(type, callback, options = {}) {
    const { once = false, signal } = typeof options === 'boolean' ? {} : options ?? {};
    if (!callback || signal?.aborted) return;
    if (this.#listeners.some((one) => one.type === type && one.callback === callback)) return;
    this.#listeners.push({ type, callback, once });
    signal?.addEventListener('abort', () => this.removeEventListener(type, callback), { once: true });
  }

  removeEventListener(type, callback) {
    this.#listeners = this.#listeners.filter((one) => one.type !== type || one.callback !== callback);
  }

  dispatchEvent(event) {
    const inner = state.get(event);
    if (!inner) throw new TypeError('dispatchEvent needs an Event');
    inner.target = this;
    for (const { type, callback, once } of this.#listeners) {
      if (type !== event.type) continue;
      if (once) this.removeEventListener(type, callback);
      call(callback, this, event);
      if (inner.stopped) break;
    }
    return !event.defaultPrevented;
  }
}

/** A listener that throws does not keep the others from hearing. */
function call(callback, target, event) {
  try {
    if (typeof callback === 'function') callback.call(target, event);
    else callback.handleEvent(event);
  } catch (error) {
    Promise.reject(error);
  }
}
