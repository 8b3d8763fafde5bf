// Functions of the script that pages can call.

import { ask, lookup } from './channel.js';
import { failure, unsupported } from './errors.js';
import { disposable } from './locator.js';
import { decode, encode } from './values.js';

/** Makes `callback` callable as `window[name]` in the pages of `owner`. */
export async function expose(api, owner, command, where, name, callback) {
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
    await ask(api, command, { ...where, name });
  } catch (error) {
    owner._bindings.delete(name);
    throw error;
  }
  return disposable(async () => {
    owner._bindings.set(name, () => unsupported(`calling "${name}"`, 'it was disposed of'));
  });
}

/** Answers a call from a page. */
export async function runBinding({ page: pageId, frame: frameId, name, call, args }) {
  const page = lookup(pageId);
  const frame = lookup(frameId);
  const callback = page?._bindings.get(name) ?? page?.context()._bindings.get(name);
  if (!callback || !frame) return;
  const answer = await outcome(callback, { context: page.context(), page, frame }, args);
  // The page may have gone on meanwhile; then nobody waits for the answer.
  ask('page.exposeBinding', 'page.answerBinding', { page: pageId, call, ...answer }).catch(() => {});
}

async function outcome(callback, source, args) {
  try {
    const result = await callback(source, ...decode(args));
    return { result: encode(result).value };
  } catch (error) {
    return { error: encode(error).value };
  }
}
