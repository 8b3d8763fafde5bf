// Plays declared tests. Rust drives it: `begin` a test, then `next` and `start` its units of work one
// after the other, each with a limit of its own, until there are none. Code of the script that is cut
// off never comes back, so nothing here waits for it: each unit's end is told by Rust.

import { adopt, config } from './config.js';
import { describeDoing, doing, nothing, waitsNowhere } from './doing.js';
import { describeError, Skipped } from './failures.js';
import { setInfo, TestInfo } from './info.js';
import { detailOf, mark, now, takeLastFailure, TimeoutError } from './native.js';
import { Pool } from './pool.js';
import { parameterNames } from './registry.js';
import { reset } from './steps.js';
import { collect, finishLoading } from './suite.js';

/** Time for cleaning up when the common limit of it is used up. */
const LEAST = 1_000;

let tests = [];
let places = [];
let plan;
let unit;
let result;
const worker = new Pool('worker');
/** Suites whose `beforeAll` hooks ran, outermost first. */
const entered = [];

/** Takes over a configuration file's exports. */
export function configure(exported) {
  adopt(exported);
}

/** Ends loading and returns JSON of all tests in order. */
export function declared() {
  finishLoading();
  tests = collect();
  return JSON.stringify(tests.map((test) => {
    checkParameters(test);
    const suites = test.parent.path();
    return {
      title: test.titles(),
      stack: test.site.stack,
      tags: test.allTags(),
      skipped: [...suites, test].map(({ skipped }) => skipped).find((reason) => reason !== undefined),
      retries: test.parent.inherited('retries') ?? config.retries,
      serial: test.parent.serial(),
      suites: suites.map(suiteId),
    };
  }));
}

const suiteIds = new Map();

function suiteId(suite) {
  if (!suiteIds.has(suite)) suiteIds.set(suite, suiteIds.size);
  return suiteIds.get(suite);
}

/** Refuses functions that want fixtures which are not there. */
function checkParameters(test) {
  const registry = test.registry();
  const check = (body, what, site, known) => {
    try {
      for (const name of parameterNames(body)) {
        if (!known.byName.has(name)) throw new Error(`${what} wants "${name}", which is no fixture (${list(known)})`);
      }
    } catch (error) {
      error.stack = site.stack;
      throw error;
    }
  };
  check(test.body, `test "${test.title}"`, test.site, registry);
  for (const suite of test.parent.path()) {
    for (const hook of Object.values(suite.hooks).flat()) {
      check(hook.body, `the ${hook.kind} hook`, hook.site, suite.layer(hook.layer).registry);
    }
  }
}

/** Names fixtures: those of the script, and the best known of the others. */
function list(registry) {
  const own = [...registry.byName.values()].filter(({ builtin }) => !builtin).map(({ name }) => name);
  return `there are ${['page', 'context', 'browser', 'request', ...own].join(', ')} and the options of contexts`;
}

/** Tells where the tests stand in their files, as their author wrote them. */
export function locate(list) {
  places = list;
}

/** Begins a test; `next` is the one that will be played after it, if one will. */
export function begin(index, attempt, next) {
  reset();
  nothing();
  takeLastFailure();
  result = undefined;
  plan = play(tests[index], attempt, places[index] ?? {}, tests[next]);
}

/** Takes how the last unit ended and returns the next one as JSON, or null. */
export function next(outcome) {
  const step = plan.next(outcome);
  unit = step.done ? undefined : step.value;
  return unit ? JSON.stringify({ name: unit.name, timeout: unit.timeout }) : null;
}

/** Starts the unit. Rust looks at the promise, so its rejection counts as handled. */
export function start() {
  waitsNowhere();
  const running = (async () => unit.run())();
  running.catch(() => {});
  return running;
}

/** Returns JSON of how the test ended. */
export function outcome() {
  return JSON.stringify(result);
}

/** Returns JSON of what was thrown. */
export function describe(error) {
  return JSON.stringify(describeError(error));
}

// ---- the plan of a test ----

function* play(test, attempt, place, following) {
  const info = new TestInfo(test, attempt, place);
  const state = { test, info, pool: new Pool('test', worker), failures: [], skipped: undefined, brokenSuite: undefined };
  setInfo(info);
  const began = now();
  info.begin(began);
  yield* enterSuites(state);
  if (!state.skipped && !state.failures.length) yield* body(state);
  yield* tearDown(state, state.pool, () => cleanUpSlot(state));
  const unexpected = state.failures.length > 0 && (info.expectedStatus !== 'failed' || info.status === 'timedOut');
  yield* leaveSuites(state, unexpected ? undefined : following);
  setInfo(undefined);
  result = summary(state, now() - began);
}

function summary({ test, info, failures, skipped, brokenSuite }, duration) {
  // Time that ran out is no failure that anybody expected.
  if (info.expectedStatus === 'failed' && !skipped && info.status !== 'timedOut') {
    if (failures.length) failures = [];
    else {
      const error = new Error('the test was declared to fail, and passed');
      error.stack = test.site.stack;
      failures = [describeError(mark(error, { kind: 'assertion', message: error.message, log: [] }))];
    }
  }
  return {
    skipped: skipped && !failures.length ? (skipped.reason ?? '') : undefined,
    failures,
    annotations: info.annotations,
    assertions: info.assertions,
    brokenSuite: brokenSuite === undefined ? undefined : suiteId(brokenSuite),
    timeout: info.timeout,
    duration,
  };
}

/** Yields a unit and notes how it ended; returns whether it ended well. */
function* run(state, name, slot, work) {
  const used = slot.used ?? 0;
  const timeout = slot.timeout ? Math.max(slot.timeout - used, slot.least ?? 1) : 0;
  state.info.enter(slot);
  const began = now();
  const ended = yield { name, timeout, run: work };
  slot.used = used + now() - began;
  const error = errorOf(ended, name, slot);
  nothing();
  state.failures.push(...state.info.softFailures.splice(0));
  for (const rejection of ended.rejections) note(state, rejection);
  if (ended.kind === 'fulfilled') return true;
  if (error instanceof Skipped) {
    state.skipped = error;
    state.info.status = 'skipped';
    return false;
  }
  note(state, error, ended.kind === 'expired' ? 'timedOut' : 'failed');
  return false;
}

function note({ test, info, failures }, error, status) {
  const described = describeError(error);
  // What has no place at all has the test's.
  described.stack ||= test.site.stack;
  failures.push(described);
  info.note(described, error, status);
}

/** Returns the error that a unit ended with. */
function errorOf(ended, name, slot) {
  if (ended.kind === 'fulfilled') return undefined;
  if (ended.kind === 'rejected') return ended.error;
  const busy = doing();
  const what = `${name} ran out of time after ${slot.timeout} ms${busy ? ` while ${busy}` : ''}`;
  const call = ended.error ?? takeLastFailure();
  if (ended.waiting) return timeoutError(what, call);
  const why = ended.interrupted
    ? 'the script was in a loop of its own'
    : 'nothing of the browser was being waited for: a promise that never settles?';
  const error = new Error(`${what}: ${why}`);
  error.stack = ended.stack ?? '';
  return mark(error, { kind: 'script', message: error.message, log: [] });
}

function timeoutError(what, call) {
  const detail = detailOf(call);
  const error = new TimeoutError(detail?.message ? `${what}\n${detail.message}` : what);
  error.stack = call?.stack ?? '';
  return mark(error, { kind: 'timeout', message: error.message, log: detail?.log ?? [], steps: detail?.steps });
}

const cleanUpSlot = (state) => (state.cleanUp ??= { timeout: state.info.timeout, used: 0, least: LEAST });

/** Runs what stands before the first test of each suite. */
function* enterSuites(state) {
  const { test, info } = state;
  const suites = test.parent.path();
  const registry = test.registry();
  const skipping = suites.find(({ skipped }) => skipped !== undefined);
  if (skipping) {
    state.skipped = new Skipped(skipping.skipped);
    return;
  }
  const conditions = suites.flatMap((suite) => suite.modifiers.map((modifier) => ({ ...modifier, suite })));
  if (conditions.length || registry.automatic('worker').length) {
    const passed = yield* run(state, 'setting up', { timeout: info.timeout }, async () => {
      for (const fixture of registry.automatic('worker')) await worker.get(registry, fixture, info);
      for (const condition of conditions) await applyCondition(state, condition);
    });
    if (!passed) return;
  }
  for (const suite of suites) {
    if (entered.includes(suite)) continue;
    entered.push(suite);
    for (const hook of suite.hooks.beforeAll) {
      if (yield* runHook(state, suite, hook)) continue;
      if (state.failures.length) state.brokenSuite = suite;
      else suite.skipped = state.skipped.reason ?? '';
      return;
    }
  }
}

async function applyCondition({ info, pool }, { type, condition, description, suite, layer }) {
  const { registry } = suite.layer(layer);
  const names = parameterNames(condition);
  const argument = await pool.argument(registry, undefined, names, info);
  if (!await condition(argument)) return;
  // What speaks of the worker holds for all tests of the suite.
  const forAll = names.every((name) => registry.byName.get(name)?.scope === 'worker');
  if (forAll && (type === 'skip' || type === 'fixme')) suite.skipped = description ?? '';
  // It speaks of the test, not of the time for setting up.
  if (type === 'slow') info.timeout *= 3;
  info[type](true, description);
}

/** Runs a `beforeAll` or `afterAll` hook with fixtures and a limit of its own. */
function* runHook(state, suite, hook) {
  const pool = new Pool('test', worker);
  const { registry } = suite.layer(hook.layer);
  const slot = { timeout: suite.inherited('timeout') ?? state.info.timeout };
  const passed = yield* run(state, `the "${hook.title}"`, slot, () => callHook(state.info, pool, registry, hook, true));
  yield* tearDown(state, pool, () => ({ ...slot, used: 0, least: LEAST }));
  return passed;
}

async function callHook(info, pool, registry, hook, shared) {
  const names = parameterNames(hook.body);
  const perTest = names.find((name) => ['page', 'context'].includes(name) && registry.byName.get(name)?.builtin);
  if (shared && perTest) {
    const error = new Error(`"${perTest}" is made anew for each test and not available in ${hook.kind}; use "browser"`);
    error.stack = hook.site.stack;
    throw error;
  }
  if (shared) {
    for (const fixture of registry.automatic('test')) {
      if (fixture.auto === 'all-hooks-included') await pool.get(registry, fixture, info);
    }
  }
  const argument = await pool.argument(registry, undefined, names, info);
  const busy = describeDoing(`running the "${hook.title}"`);
  await hook.body(argument, info);
  busy.done();
}

/** Runs the test itself with what goes before and after it each time. */
function* body(state) {
  const { test, info, pool } = state;
  const suites = test.parent.path();
  const registry = test.registry();
  yield* run(state, 'the test', { test: true, timeout: info.timeout }, async () => {
    for (const fixture of registry.automatic('test')) await pool.get(registry, fixture, info);
    for (const suite of suites) {
      for (const hook of suite.hooks.beforeEach) {
        await callHook(info, pool, suite.layer(hook.layer).registry, hook, false);
      }
    }
    const argument = await pool.argument(registry, undefined, parameterNames(test.body), info);
    await test.body(argument, info);
  });
  // A time limit that the test set for itself also holds for cleaning up after it.
  for (const suite of suites.toReversed()) {
    for (const hook of suite.hooks.afterEach) {
      const hookRegistry = suite.layer(hook.layer).registry;
      yield* run(state, `the "${hook.title}"`, cleanUpSlot(state), () => callHook(info, pool, hookRegistry, hook, false));
    }
  }
}

/** Tears down the fixtures of a pool. Built-in ones are the host's: it closes what was opened. */
function* tearDown(state, pool, slot) {
  for (const instance of pool.take()) {
    if (instance.registration.builtin) continue;
    const { title, timeout } = instance.registration;
    const limits = timeout ? { timeout } : slot();
    yield* run(state, `tearing down "${title}"`, limits, () => instance.tearDown());
  }
}

/** Runs what stands after the last test of each suite that `following` is not part of. */
function* leaveSuites(state, following) {
  const staying = following?.parent.path() ?? [];
  while (entered.length && !staying.includes(entered.at(-1))) {
    const suite = entered.pop();
    for (const hook of suite.hooks.afterAll) yield* runHook(state, suite, hook);
  }
  if (!following) yield* tearDown(state, worker, () => ({ timeout: state.info.timeout, used: 0, least: LEAST }));
}

