// Code of the script that runs in a page: functions travel as text, values as `values.js` writes them.

import { ask } from './channel.js';
import { isHandle } from './handle_brand.js';
import { makeHandle } from './handles.js';
import { decode, encode, functionText } from './values.js';

/** A third argument that is no object of options was meant for the function, which takes one. */
export function oneArgument(options) {
  if (options === undefined || (typeof options === 'object' && options !== null && !isHandle(options))) return;
  throw new Error('Too many arguments. If you need to pass more than 1 argument to the function wrap them in an object.');
}

/** Returns code and argument in the form that the host takes. */
export function program(pageFunction, arg) {
  const { value, handles } = encode(arg);
  // A text is an expression or statements; what comes out is the value, also where it is a function.
  const text = typeof pageFunction === 'function' ? functionText(pageFunction) : `() => (0, eval)(${JSON.stringify(String(pageFunction))})`;
  const script = { function: text };
  return { script, argument: value, handles };
}

/** Evaluates in the document of a frame, or in a worker: `where` is `{ frame }` or `{ worker }`. */
export async function evaluateIn(api, where, pageFunction, arg) {
  const site = new Error();
  return decode(await ask(api, commandFor(where), { ...where, ...program(pageFunction, arg), handle: false }, { site }));
}

export async function evaluateHandleIn(api, where, pageFunction, arg) {
  const site = new Error();
  return makeHandle(await ask(api, commandFor(where), { ...where, ...program(pageFunction, arg), handle: true }, { site }));
}

function commandFor(where) {
  return 'worker' in where ? 'worker.evaluate' : 'frame.evaluate';
}

/** Evaluates with the element of a locator or selector as first argument. */
export async function evaluateOn(api, target, pageFunction, arg, { timeout, signal, handle = false, once = false }) {
  const site = new Error();
  const answer = await ask(api, 'frame.evaluateOn', { ...target, ...program(pageFunction, arg), handle, once }, { timeout, signal, site });
  return handle ? makeHandle(answer) : decode(answer);
}

/** Evaluates with all elements that a selector finds now, in a frame or below an element, as first argument. */
export async function evaluateAllOn(api, { frame, element, selector }, pageFunction, arg) {
  const site = new Error();
  const code = program(pageFunction, arg);
  if (element !== undefined) return decode(await ask(api, 'handle.evaluateAll', { element, selector, ...code }, { site }));
  return decode(await ask(api, 'frame.evaluateAll', { frame, selector, ...code }, { site }));
}

/** Evaluates with the object of a handle as first argument. */
export async function evaluateWith(api, handle, pageFunction, arg, wantsHandle) {
  const site = new Error();
  const answer = await ask(api, 'handle.evaluate', { handle, ...program(pageFunction, arg), wantsHandle }, { site });
  return wantsHandle ? makeHandle(answer) : decode(answer);
}
