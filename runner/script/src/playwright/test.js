// The `test` function in all its forms. It only declares; `runner` plays.

import { expect } from './expect.js';
import { info, infoOrNone } from './info.js';
import { base } from './registry.js';
import { step } from './steps.js';
import { currentSuite, inside, isLoading, Suite, TestCase } from './suite.js';

const MODIFIERS = ['skip', 'fixme', 'fail', 'slow'];
const LAYERS = new WeakMap();

/** Makes a `test` function that knows the fixtures of `layer`. */
function makeTest(layer) {
  const test = (...args) => void declareTest(layer, args);

  test.only = (...args) => {
    declareTest(layer, args).only = true;
  };
  for (const type of MODIFIERS) test[type] = (...args) => modifier(layer, type, args);
  test.fail.only = (...args) => {
    const declared = declareTest(layer, args);
    declared.shouldFail = true;
    declared.only = true;
  };

  test.describe = describeFunction();
  for (const hook of ['beforeAll', 'beforeEach', 'afterEach', 'afterAll']) {
    test[hook] = (...args) => declareHook(layer, hook, args);
  }
  test.use = (fixtures) => {
    refuseWhileRunning('test.use');
    if (fixtures === null || typeof fixtures !== 'object') throw new TypeError('test.use needs an object of options');
    currentSuite().use.push(fixtures);
  };
  test.extend = (fixtures) => makeTest(layer.child(fixtures));
  test.step = step;
  test.info = info;
  test.expect = expect;
  test.setTimeout = (ms) => {
    const running = infoOrNone();
    if (running) running.setTimeout(ms);
    else currentSuite().timeout = ms;
  };
  LAYERS.set(test, layer);
  return test;
}

/** The `test` function that scripts import. */
export const test = makeTest(base);

/** `mergeTests`: one `test` function with the fixtures of several. */
export function mergeTests(...tests) {
  const [first, ...rest] = tests.map((one) => {
    const layer = LAYERS.get(one);
    if (!layer) throw new TypeError('mergeTests takes test functions');
    return layer;
  });
  return makeTest(rest.reduce((merged, layer) => merged.merge(layer), first));
}

function refuseWhileRunning(name) {
  if (!isLoading()) throw new Error(`${name} can only be called while the file is being loaded, not in a test`);
}

/** Splits `(title, details?, body)`. */
function parts(name, args) {
  const [title] = args;
  const body = args.at(-1);
  const details = args.length > 2 ? args[1] : {};
  if (typeof title !== 'string') throw new TypeError(`${name} needs a title first`);
  if (typeof body !== 'function') throw new TypeError(`${name} needs a function after its title`);
  return { title, details: details ?? {}, body };
}

function applyDetails(target, { tag = [], annotation = [] }) {
  for (const one of [tag].flat()) {
    if (!one.startsWith('@')) throw new TypeError(`a tag begins with "@", not "${one}"`);
    target.tags.push(one);
  }
  target.annotations.push(...[annotation].flat());
}

function declareTest(layer, args) {
  refuseWhileRunning('test()');
  const { title, details, body } = parts('test', args);
  const suite = currentSuite();
  const declared = new TestCase(title, body, suite, layer, new Error());
  applyDetails(declared, details);
  suite.entries.push(declared);
  return declared;
}

/** `test.skip` and its like: a declaration, a modifier of the suite, or a word to the running test. */
function modifier(layer, type, args) {
  const [first, second] = args;
  if (typeof first === 'string' && typeof args.at(-1) === 'function') {
    applyModifier(declareTest(layer, args), type, undefined);
    return;
  }
  const running = infoOrNone();
  if (running) {
    running[type](...args);
    return;
  }
  refuseWhileRunning(`test.${type}`);
  const suite = currentSuite();
  if (typeof first === 'function') {
    suite.modifiers.push({ type, condition: first, description: second, layer });
  } else if (args.length === 0 || first) {
    applyModifier(suite, type, second);
  }
}

function applyModifier(target, type, description) {
  target.annotations.push(description === undefined ? { type } : { type, description });
  if (type === 'skip' || type === 'fixme') target.skipped ??= description ?? '';
  if (type === 'fail') target.shouldFail = true;
  if (type === 'slow') target.slow = true;
}

function declareHook(layer, kind, args) {
  refuseWhileRunning(`test.${kind}`);
  const body = args.at(-1);
  if (typeof body !== 'function') throw new TypeError(`test.${kind} needs a function`);
  const title = typeof args[0] === 'string' ? args[0] : `${kind} hook`;
  currentSuite().hooks[kind].push({ kind, title, body, layer, site: new Error() });
}

function describeFunction() {
  const make = (change = () => {}) => (...args) => {
    refuseWhileRunning('test.describe');
    const anonymous = typeof args[0] === 'function';
    const { title, details, body } = anonymous ? { title: '', details: {}, body: args[0] } : parts('test.describe', args);
    const suite = new Suite(title, currentSuite());
    applyDetails(suite, details);
    change(suite);
    inside(suite, body);
  };
  const describe = make();
  describe.only = make((suite) => { suite.only = true; });
  describe.skip = make((suite) => applyModifier(suite, 'skip'));
  describe.fixme = make((suite) => applyModifier(suite, 'fixme'));
  for (const mode of ['serial', 'parallel']) {
    describe[mode] = make((suite) => { suite.mode = mode; });
    describe[mode].only = make((suite) => {
      suite.mode = mode;
      suite.only = true;
    });
  }
  describe.configure = ({ mode, retries, timeout } = {}) => {
    refuseWhileRunning('test.describe.configure');
    if (mode !== undefined && !['default', 'serial', 'parallel'].includes(mode)) {
      throw new TypeError(`the mode of a describe is "default", "serial" or "parallel", not "${mode}"`);
    }
    const suite = currentSuite();
    suite.mode = mode ?? suite.mode;
    suite.retries = retries ?? suite.retries;
    suite.timeout = timeout ?? suite.timeout;
  };
  return describe;
}
