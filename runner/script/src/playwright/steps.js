// Steps of a test: named pieces that are told to the runner as they begin and end.

import { attach } from './attachments.js';
import { describeError } from './failures.js';
import { infoOrNone } from './info.js';
import { detailOf, mark, report, reportAndWait, withTimeout } from './native.js';

let nextId = 0;
const active = [];

/** Thrown by `step.skip()`. */
class SkippedStep extends Error {}

/** Forgets steps of an earlier test. */
export function reset() {
  nextId = 0;
  active.length = 0;
}

/** Returns the names of the steps that are running, outermost first. */
export const activeSteps = () => active.map(({ title }) => title);

/** Runs `body` as a step. */
export async function step(title, body, options = {}) {
  if (typeof title !== 'string') throw new TypeError('test.step needs a title first');
  if (typeof body !== 'function') throw new TypeError('test.step needs a function after its title');
  const site = new Error();
  const entry = { id: nextId++, title };
  report({ type: 'stepStarted', id: entry.id, parent: active.at(-1)?.id, name: title });
  active.push(entry);
  const info = infoOrNone();
  const softBefore = info?.softFailures.length;
  let error;
  let skipped = false;
  try {
    return await run(title, body, options, site);
  } catch (thrown) {
    if (thrown instanceof SkippedStep) {
      skipped = true;
      return undefined;
    }
    error = thrown;
    locate(thrown, options.box ? site : undefined);
    throw thrown;
  } finally {
    // A soft failure goes on, and its step has failed all the same.
    const described = error === undefined ? info?.softFailures[softBefore] : describeError(error);
    await reportAndWait({ type: 'stepEnded', id: entry.id, error: described, skipped });
    const index = active.indexOf(entry);
    if (index >= 0) active.splice(index, 1);
  }
}

step.skip = async (title) => {
  const id = nextId++;
  report({ type: 'stepStarted', id, parent: active.at(-1)?.id, name: title });
  await reportAndWait({ type: 'stepEnded', id, skipped: true });
};

function run(title, body, { timeout }, site) {
  const info = {
    skip(condition = true) {
      if (condition) throw new SkippedStep(title);
    },
    attach,
    titlePath: activeSteps(),
  };
  return withTimeout((async () => body(info))(), timeout, () => {
    const error = new Error(`step "${title}" took longer than ${timeout} ms`);
    error.name = 'TimeoutError';
    error.stack = site.stack;
    return mark(error, { kind: 'timeout', message: error.message, log: [] });
  });
}

/** Notes on an error in which steps it happened; a boxed step is the place itself. */
function locate(error, site) {
  if (error === null || typeof error !== 'object') return;
  const detail = detailOf(error) ?? {};
  if (!detail.steps) mark(error, { ...detail, steps: activeSteps() });
  if (site) error.stack = site.stack;
}
