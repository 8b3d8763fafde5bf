// The page API's way to the host: calls by name, objects by id, events to the object they are for.

import { call, detailOf, mark, onEvent } from './native.js';
import { failure } from './errors.js';

const objects = new Map();
const arrivals = new Map();

/**
 * Asks the host. `api` is the member that the script called and begins every error message;
 * `command` is `group.name` of the host's command. `site` is where the script called.
 */
export function ask(api, command, args, { timeout, signal, site = new Error() } = {}) {
  const dot = command.indexOf('.');
  const request = { api, timeout: limitOf(api, timeout), ask: { [command.slice(0, dot)]: { [command.slice(dot + 1)]: args } } };
  const answer = signal ? abortable(signal, api, request, site) : send(api, request, site);
  return reasons.size > 0 ? answer.catch((error) => explain(error, api, args, site)) : answer;
}

/** Why the script closed a page or a context, by the host's id of it. */
const reasons = new Map();

/** Notes why what `ids` name was closed: calls that fail for it say so. */
export function closedBecause(ids, reason) {
  if (reason !== undefined) for (const id of ids) reasons.set(id, reason);
}

function explain(error, api, args, site) {
  const reason = [args?.page, args?.frame, args?.context].map((id) => reasons.get(id)).find(Boolean);
  if (!reason || detailOf(error)?.kind !== 'closed') throw error;
  throw failure('closed', `${api}: ${reason}`, site);
}

function send(api, request, site) {
  try {
    return call(request, site);
  } catch (error) {
    const message = `${api}: ${error.message}`;
    error.message = message;
    throw mark(error, { kind: 'invalid', message, log: [] });
  }
}

function limitOf(api, timeout) {
  if (timeout === undefined || timeout === null || timeout === Infinity) return undefined;
  if (typeof timeout !== 'number' || Number.isNaN(timeout)) {
    throw failure('invalid', `${api}: timeout: expected number, got ${typeof timeout}`);
  }
  return timeout > 0 ? timeout : undefined;
}

/** Ends the call in the host as well when the signal aborts, so that nothing happens afterwards. */
function abortable(signal, api, request, site) {
  if (signal.aborted) return Promise.reject(aborted(api, signal, site));
  const tag = ++tags;
  return new Promise((resolve, reject) => {
    const abort = () => {
      reject(aborted(api, signal, site));
      send(api, { api, ask: { session: { cancel: { tag } } } }, site).catch(() => {});
    };
    signal.addEventListener('abort', abort);
    send(api, { ...request, tag }, site)
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', abort));
  });
}

let tags = 0;

function aborted(api, signal, site) {
  const reason = signal.reason;
  const words = reason instanceof Error ? reason.message : String(reason ?? 'aborted');
  return failure('closed', `${api}: ${words}`, site);
}

/** Registers an object under the host's id for it. */
export function register(id, object) {
  objects.set(id, object);
  return object;
}

export function lookup(id) {
  return id === null || id === undefined ? undefined : objects.get(id);
}

export function forget(id) {
  objects.delete(id);
}

/** Registers what makes an object of a description that the host sends, by the event's name. */
export function onArrival(event, make) {
  arrivals.set(event, make);
}

onEvent(({ to, event, data }) => {
  const arrival = arrivals.get(event);
  if (arrival) {
    arrival(data);
    return;
  }
  objects.get(to)?._receive(event, data);
});
