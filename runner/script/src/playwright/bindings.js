// Functions of the script that pages can call.

import { ask, lookup } from './channel.js';
import { failure, unsupported } from './errors.js';
import { makeHandle } from './handles.js';
import { disposable } from './locator.js';
import { decode, encode } from './values.js';

/** Makes `callback` callable as `window[name]` in the pages of `owner`. */
export async function expose(api, owner, command, where, name, callback, handle = false) {
  const context = owner.context ? owner.context() : owner;
  if (owner._bindings.has(name)) throw failure('invalid', `${api}: Function "${name}" has been already registered`);
  if (owner !== context && context._bindings.has(name)) {
    throw failure('invalid', `${api}: Function "${name}" has been already registered in the browser context`);
  }
  if (owner === context && context.pages().some((page) => page._bindings.has(name))) {
    throw failure('invalid', `${api}: Function "${name}" has been already registered in one of the pages`);
  }
  owner._bindings.set(name, callback);
  try {
    await ask(api, command, { ...where, name, handle });
  } catch (error) {
    owner._bindings.delete(name);
    throw error;
  }
  return disposable(async () => {
    owner._bindings.set(name, () => unsupported(`calling "${name}"`, 'it was disposed of'));
  });
}

/** Answers a call from a page. */
export async function runBinding({ page: pageId, frame: frameId, name, call, args, handle }) {
  const page = lookup(pageId);
  const frame = lookup(frameId);
  const callback = page?._bindings.get(name) ?? page?.context()._bindings.get(name);
  if (!callback || !frame) return;
  const values = () => (handle === null ? decode(args) : [argumentOf(handle, decode(args))]);
  const answer = await outcome(callback, { context: page.context(), page, frame }, values);
  // The page may have gone on meanwhile; then nobody waits for the answer.
  ask('page.exposeBinding', 'page.answerBinding', { call, ...answer }).catch(() => {});
}

/** A function that gets a handle takes one argument. */
function argumentOf(handle, args) {
  const given = args.findLastIndex((value) => value !== undefined) + 1;
  if (given > 1) throw new Error(`exposeBindingHandle supports a single argument, ${given} received`);
  return makeHandle(handle);
}

async function outcome(callback, source, values) {
  try {
    const result = await callback(source, ...values());
    return { thrown: false, ...encode(result) };
  } catch (error) {
    return { thrown: true, ...encode(error) };
  }
}
