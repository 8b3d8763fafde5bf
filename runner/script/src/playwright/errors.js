// Errors of the page API that are made on this side of the host.

import { hostError, TimeoutError } from './native.js';

export const CLOSED = 'Target page, context or browser has been closed';
export const errors = { TimeoutError };

/** Makes an error of a kind that `HostErrorKind` names, with the stack of the line that called. */
export function failure(kind, message, site = new Error(), log = []) {
  return hostError({ kind, message, log }, site);
}

/** Throws for a member that is not there, naming it. */
export function unsupported(member, hint) {
  throw failure('unsupported', `${member} is not supported by canary${hint ? `: ${hint}` : ' yet'}`);
}

/** Throws for a wrong argument. */
export function invalid(api, message) {
  throw failure('invalid', `${api}: ${message}`);
}

/** Throws when one of the options named is there: what has no effect must not be accepted. */
export function refuse(api, options, names) {
  for (const name of names) {
    if (options?.[name] !== undefined) unsupported(`option "${name}" of ${api}`);
  }
}
