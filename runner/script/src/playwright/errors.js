// Errors of the page API: what a failed host call becomes, with the stack of the line that made it.

/** Time ran out while the browser was being waited for. */
export class TimeoutError extends Error {
  constructor(message) {
    super(message);
    this.name = 'TimeoutError';
  }
}

/** The page, its context or the browser is closed. */
export class TargetClosedError extends Error {
  constructor(message = CLOSED) {
    super(message);
    this.name = 'Error';
  }
}

export const CLOSED = 'Target page, context or browser has been closed';
export const errors = { TimeoutError };

const classes = { timeout: TimeoutError, closed: TargetClosedError };

/** Makes the error that `api` fails with out of what the host answered. */
export function failure(api, answer, site) {
  const kind = answer.kind ?? 'other';
  const log = answer.log ?? [];
  let message = answer.message;
  if (api && !message.startsWith(`${api}: `)) message = `${api}: ${message}`;
  if (log.length > 0) message += `\nCall log:\n${log.map((line) => `  - ${line}`).join('\n')}\n`;
  const error = new (classes[kind] ?? Error)(message);
  return marked(error, kind, log, site);
}

/** Notes on `error` what it means for the test, and where the script called. */
export function marked(error, kind, log, site) {
  Object.defineProperties(error, {
    kind: { value: kind, configurable: true, writable: true },
    callLog: { value: log, configurable: true, writable: true },
  });
  if (site) error.stack = site.stack;
  return error;
}

/** Throws for a member that is not there yet, naming it. */
export function unsupported(member, hint) {
  const error = new Error(`${member} is not supported by canary${hint ? `: ${hint}` : ' yet'}`);
  throw marked(error, 'unsupported', []);
}

/** Throws for a wrong argument. */
export function invalid(api, message) {
  throw marked(new Error(`${api}: ${message}`), 'invalid', []);
}

/** Takes what only the known options may hold; others are named in the error. */
export function refuse(api, options, names) {
  if (!options) return;
  for (const name of names) {
    if (options[name] !== undefined) unsupported(`option "${name}" of ${api}`);
  }
}
