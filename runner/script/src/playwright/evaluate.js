// Code of the script that runs in a page: functions travel as text, values as `values.js` writes them.

import { ask, lookup } from './channel.js';
import { invalid, unsupported } from './errors.js';
import { isHandle } from './handle_brand.js';
import { makeHandle } from './handles.js';
import { lazy } from './native.js';
import { anything, check } from './shape.js';
import { decode, encode, functionText } from './values.js';

const OPTIONS = {
  exposeFunctions: 'boolean',
  world: ['main', 'utility'],
  serialization: ['default', 'extended'],
  signal: anything,
  strict: 'boolean',
  timeout: 'float',
};

/** A third argument that is no object of options was meant for the function, which takes one. */
export function oneArgument(options) {
  if (options === undefined || (typeof options === 'object' && options !== null && !isHandle(options))) return;
  throw new Error('Too many arguments. If you need to pass more than 1 argument to the function wrap them in an object.');
}

/** Returns code and argument in the form that the host takes; a text is an expression or statements. */
export function program(pageFunction, arg, encoding) {
  const { value, handles } = encode(arg, encoding);
  // What comes out of a text is the value, also where it is a function.
  const text = typeof pageFunction === 'function' ? functionText(pageFunction) : `() => (0, eval)(${JSON.stringify(String(pageFunction))})`;
  return { script: { function: text }, argument: value, handles };
}

/** The same with the options of the call; `frame` is where it runs, nothing for a worker. */
async function prepared(api, frame, pageFunction, arg, options) {
  if (options === undefined) return program(pageFunction, arg);
  oneArgument(options);
  for (const [name, shape] of Object.entries(OPTIONS)) if (options[name] !== undefined) check(api, name, options[name], shape);
  const { exposeFunctions = false, world, serialization } = options;
  if (exposeFunctions && world === 'utility') invalid(api, 'Option "exposeFunctions" is not supported in the "utility" world.');
  if (exposeFunctions && !frame) unsupported(`option "exposeFunctions" of ${api}`, 'functions of the script are there in pages only');
  const extended = serialization === 'extended';
  const functions = exposeFunctions ? lazy('playwright/functions').functionsOf(frame.page().context()) : undefined;
  const code = program(pageFunction, arg, { extended, functionOf: functions && ((callback) => functions.add(callback)) });
  if (functions) await functions.ready(api);
  return { ...code, extended, world };
}

/** Evaluates in the document of a frame, or in a worker: `where` is `{ frame }` or `{ worker }`. */
export async function evaluateIn(api, where, pageFunction, arg, options) {
  const site = new Error();
  const code = await prepared(api, lookup(where.frame), pageFunction, arg, options);
  return decode(await ask(api, commandFor(where), { ...where, ...code, handle: false }, { site }));
}

export async function evaluateHandleIn(api, where, pageFunction, arg, options) {
  const site = new Error();
  const code = await prepared(api, lookup(where.frame), pageFunction, arg, options);
  return makeHandle(await ask(api, commandFor(where), { ...where, ...code, handle: true }, { site }));
}

function commandFor(where) {
  return 'worker' in where ? 'worker.evaluate' : 'frame.evaluate';
}

/** Evaluates with the element of a locator or selector as first argument. */
export async function evaluateOn(api, target, pageFunction, arg, options, { timeout, handle = false, once = false }) {
  const site = new Error();
  const code = await prepared(api, lookup(target.frame), pageFunction, arg, options);
  const answer = await ask(api, 'frame.evaluateOn', { ...target, ...code, handle, once }, { timeout, signal: options?.signal, site });
  return handle ? makeHandle(answer) : decode(answer);
}

/** Evaluates with all elements that a selector finds now, in a frame or below an element, as first argument. */
export async function evaluateAllOn(api, { frame, element, selector, around }, pageFunction, arg, options) {
  const site = new Error();
  const code = await prepared(api, lookup(frame ?? around), pageFunction, arg, options);
  if (element !== undefined) return decode(await ask(api, 'handle.evaluateAll', { element, selector, ...code }, { site }));
  return decode(await ask(api, 'frame.evaluateAll', { frame, selector, ...code }, { site }));
}

/** Evaluates with the object of a handle as first argument. */
export async function evaluateWith(api, handle, pageFunction, arg, options, wantsHandle) {
  const site = new Error();
  const code = await prepared(api, lookup(handle._frameId), pageFunction, arg, options);
  const answer = await ask(api, 'handle.evaluate', { handle: handle._usable(), ...code, wantsHandle }, { site });
  return wantsHandle ? makeHandle(answer) : decode(answer);
}
