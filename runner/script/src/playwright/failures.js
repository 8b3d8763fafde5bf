// Errors with a meaning for the run, and their description for Rust.

import { waitStack } from './doing.js';
import { activeSteps } from './steps.js';
import { detailOf, lazy, logText, mark } from './native.js';

/** Thrown by `test.skip()` and `test.fixme()` in a running test. */
export class Skipped extends Error {
  constructor(reason) {
    super(reason ?? 'skipped');
    this.reason = reason;
  }
}

/** An expectation that does not hold. */
export class AssertionError extends Error {
  get name() {
    return 'AssertionError';
  }
}

/** Makes the error of an expectation that does not hold; `matcherResult` is what scripts may look at. */
export function assertionError(message, site, matcherResult, log = []) {
  // Matchers of pages put the log into their words already.
  const [bare] = message.split('\n\nCall log:\n');
  const text = log.length ? `${bare}\n\nCall log:\n${logText(log)}\n` : message;
  const error = new AssertionError(text);
  if (site) error.stack = site.stack;
  if (matcherResult) error.matcherResult = matcherResult;
  return mark(error, { kind: 'assertion', message: bare.trimEnd(), log });
}

/** Returns what Rust makes a failure of. */
export function describeError(error) {
  if (!(error instanceof Error)) {
    const { pretty } = lazy('playwright/pretty');
    return { name: 'Error', message: `something that is no error was thrown: ${pretty(error)}`, stack: waitStack(), steps: activeSteps() };
  }
  const detail = detailOf(error) ?? {};
  const name = String(error.name);
  return {
    name,
    message: (detail.message ?? wordsOf(error)) + causes(error),
    stack: placed(String(error.stack ?? '')),
    kind: detail.kind ?? (name === 'AssertionError' ? 'assertion' : undefined),
    log: detail.log ?? [],
    steps: detail.steps ?? activeSteps(),
  };
}

/** Returns a stack, or where the script waits when the stack has no line of the script. */
function placed(stack) {
  const ofScript = (line) => /:\d+:\d+\)?$/.test(line) && !line.includes('canary:');
  return stack.split('\n').some(ofScript) ? stack : waitStack() || stack;
}

/** An error of several has often no words of its own. */
const wordsOf = (error) => String(error.message) || (Array.isArray(error.errors) ? 'several errors' : '');

function causes(error) {
  const several = Array.isArray(error.errors) ? error.errors.slice(0, 5) : [];
  let text = several.map((one) => `\n  one of them: ${one instanceof Error ? `${one.name}: ${one.message}` : String(one)}`).join('');
  let depth = 0;
  for (let cause = error.cause; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    text += `\n  caused by ${cause.name}: ${cause.message}`;
  }
  return text;
}
