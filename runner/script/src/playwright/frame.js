// Frames: one document each, and the tree that they make.

import { ask, forget, lookup, register } from './channel.js';
import { Emitter } from './emitter.js';
import { invalid, unsupported } from './errors.js';
import { program } from './evaluate.js';
import { addFrameApi } from './frame_api.js';
import { makeHandle } from './handles.js';

export class Frame {
  #page;
  #parent;
  #children = new Set();
  #name;
  #url;
  #detached = false;

  constructor(page, { id, parent, name, url }) {
    this._id = id;
    this.#page = page;
    this.#parent = lookup(parent) ?? null;
    this.#name = name ?? '';
    this.#url = url ?? '';
    this.#parent?.#children.add(this);
    /** `navigated` and `detached`, for those who wait. */
    this._events = new Emitter();
    register(id, this);
  }

  get _timeouts() {
    return this.#page._timeouts;
  }

  _baseURL() {
    return this.#page.context()._options.baseURL;
  }

  get webmcp() {
    return unsupported('frame.webmcp');
  }

  page() {
    return this.#page;
  }

  parentFrame() {
    return this.#parent;
  }

  childFrames() {
    return [...this.#children];
  }

  name() {
    return this.#name;
  }

  url() {
    return this.#url;
  }

  isDetached() {
    return this.#detached;
  }

  async frameElement() {
    return makeHandle(await ask('frame.frameElement', 'frame.element', { frame: this._id }));
  }

  _select(api, selector) {
    if (typeof selector !== 'string') invalid(api, `selector: expected string, got ${selector === null ? 'null' : typeof selector}`);
    return { frame: this._id, selector, strict: this.#page.context()._options.strictSelectors ?? false };
  }

  async _waitForFunction(api, pageFunction, arg, options = {}, element) {
    const { polling = 'raf', timeout, signal } = options;
    if (typeof polling === 'string' && polling !== 'raf') invalid(api, `Unknown polling option: ${polling}`);
    if (typeof polling === 'number' && !(polling > 0)) invalid(api, `Cannot poll with non-positive interval: ${polling}`);
    const code = program(pageFunction, arg);
    // A page may forbid `eval`, and here an expression is enough.
    if (typeof pageFunction !== 'function') code.script = { expression: String(pageFunction) };
    const args = { frame: this._id, ...code, element: element?._usable(), polling: polling === 'raf' ? undefined : polling };
    return makeHandle(await ask(api, 'frame.waitForFunction', args, { timeout: this._timeouts.action({ timeout }), signal }));
  }

  _navigated({ url, name, ...event }) {
    if (!event.error) {
      this.#url = url;
      this.#name = name ?? this.#name;
    }
    this._events.emit('navigated', { url, ...event });
  }

  _detached() {
    for (const child of this.#children) child._detached();
    this.#detached = true;
    this.#parent?.#children.delete(this);
    this.#parent = null;
    this._events.emit('detached', this);
    forget(this._id);
  }
}
addFrameApi(Frame.prototype, 'frame', (frame) => frame);
