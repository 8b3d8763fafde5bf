// `test.info()`: what a running test knows of itself and may change.

import { attach } from './attachments.js';
import { config } from './config.js';
import { describeError, Skipped } from './failures.js';
import { limit, now, settings } from './native.js';

let current;

/** Returns the info of the test that runs, or throws. */
export function info() {
  if (!current) throw new Error('test.info() can only be called while a test is running');
  return current;
}

/** Returns the info of the test that runs, if one does. */
export const infoOrNone = () => current;

/** Sets the test that runs. */
export function setInfo(value) {
  current = value;
}

/** See https://playwright.dev/docs/api/class-testinfo for the members that scripts know. */
export class TestInfo {
  #began;
  #slot;

  constructor(test, attempt, place) {
    this.title = test.title;
    this.titlePath = [place.file, ...test.titles()];
    this.file = place.file;
    this.line = place.line;
    this.column = place.column;
    this.fn = test.body;
    this.testId = place.id;
    this.retry = attempt;
    this.repeatEachIndex = 0;
    this.workerIndex = 0;
    this.parallelIndex = 0;
    this.project = config.project;
    this.config = config.full;
    this.outputDir = settings.outputDir ?? 'test-results';
    this.snapshotDir = '';
    this.snapshotSuffix = '';
    this.tags = test.allTags();
    this.annotations = [...test.allAnnotations()];
    this.attachments = [];
    this.errors = [];
    this.status = 'passed';
    this.expectedStatus = test.shouldFail || test.parent.path().some((suite) => suite.shouldFail) ? 'failed' : 'passed';
    this.timeout = test.parent.inherited('timeout') ?? config.timeout;
    this.assertions = 0;
    /** Failures of soft expectations that the runner has not taken yet. */
    this.softFailures = [];
    if (test.slow || test.parent.path().some((suite) => suite.slow)) this.timeout *= 3;
  }

  /** Notes an error, as `errors` shows it. */
  note(described, value, status = 'failed') {
    const stack = `${described.name}: ${described.message}\n${described.stack ?? ''}`.trimEnd();
    this.errors.push({ message: described.message, stack, value: String(value) });
    if (this.status === 'passed' || this.status === 'skipped') this.status = status;
  }

  /** Notes a failure that does not end the test. */
  noteSoft(error) {
    const described = describeError(error);
    this.softFailures.push(described);
    this.note(described, error);
  }

  /** Notes when the test began. */
  begin(time) {
    this.#began = time;
  }

  /** Milliseconds since the test began. */
  get duration() {
    return this.#began === undefined ? 0 : Math.round(now() - this.#began);
  }

  get error() {
    return this.errors[0];
  }

  /** Enters a piece of work with a limit of its own; `used` is what earlier pieces took of it. */
  enter(slot) {
    this.#slot = slot;
  }

  setTimeout(ms) {
    if (typeof ms !== 'number' || !(ms >= 0)) throw new TypeError('setTimeout needs a number of milliseconds');
    const slot = this.#slot;
    if (slot) slot.timeout = ms;
    if (!slot || slot.test) this.timeout = ms;
    limit(ms === 0 ? 0 : Math.max(1, ms - (slot?.used ?? 0)));
  }

  skip(...args) {
    this.#modify('skip', args);
  }

  fixme(...args) {
    this.#modify('fixme', args);
  }

  fail(...args) {
    this.#modify('fail', args);
  }

  slow(...args) {
    this.#modify('slow', args);
  }

  #modify(type, args) {
    // A condition that is undefined does not hold; none at all always does.
    const [condition, description] = args.length ? args : [true];
    if (typeof condition === 'function') throw new TypeError(`test.${type} takes a function only outside of tests`);
    if (!condition) return;
    this.annotations.push({ type, description });
    if (type === 'slow') this.setTimeout((this.#slot?.timeout ?? this.timeout) * 3);
    if (type === 'fail') this.expectedStatus = 'failed';
    if (type === 'skip' || type === 'fixme') throw new Skipped(description);
  }

  async attach(name, options) {
    this.attachments.push(await attach(name, options));
  }

  outputPath(...segments) {
    return [this.outputDir, ...segments].join('/');
  }

  snapshotPath() {
    throw new Error('snapshots that are compared with files are not available in monitors');
  }
}
