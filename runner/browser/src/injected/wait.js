// Looking again until a task can be done: at once, after every change of the page that can be
// observed, and on a backing-off timer for those that cannot (style sheets, values, media).

const DELAYS = [16, 32, 50, 100, 100, 200];
const HINTS = ['input', 'change', 'focusin', 'focusout', 'scroll', 'resize', 'load', 'transitionend', 'animationend', 'toggle'];

class Watch {
  constructor() {
    this.watched = new Set();
    this.turn = 0;
    this.wake = () => {
      this.changed = true;
      if (this.resolve) this.resolve();
    };
    this.observer = new MutationObserver(this.wake);
  }

  // Starts with the first wait: whoever succeeds at once costs the page nothing.
  follow() {
    for (const scope of scopesOf(document)) {
      if (this.watched.has(scope)) continue;
      if (!this.watched.size) for (const hint of HINTS) addEventListener(hint, this.wake, { capture: true, passive: true });
      this.watched.add(scope);
      this.observer.observe(scope, { subtree: true, childList: true, attributes: true, characterData: true });
    }
  }

  // Waits for a change or the timer. After a change, looks are at least as far apart as one takes,
  // so that a busy page is not looked at all the time.
  async next(cost, left) {
    this.changed = false;
    const delay = Math.min(DELAYS[Math.min(this.turn++, DELAYS.length - 1)], left);
    await new Promise(resolve => {
      this.resolve = resolve;
      this.timer = setTimeout(resolve, delay);
    });
    clearTimeout(this.timer);
    this.resolve = null;
    if (this.changed && left > 1) await new Promise(resolve => { setTimeout(resolve, Math.min(cost, 50, left)); });
  }

  stop() {
    this.observer.disconnect();
    if (this.watched.size) for (const hint of HINTS) removeEventListener(hint, this.wake, { capture: true });
  }
}

// The call log of one task: equal neighbouring blocks are counted, not repeated.
class Log {
  constructor() {
    this.blocks = [];
  }

  add(...lines) {
    const last = this.blocks.at(-1);
    if (last && last.lines.length === lines.length && last.lines.every((line, index) => line === lines[index])) last.count++;
    else this.blocks.push({ lines, count: 1 });
    if (this.blocks.length > 60) this.blocks.splice(20, 1);
  }

  resolved(shown) {
    if (this.shown === shown) return;
    this.shown = shown;
    this.add(`  locator resolved to ${shown}`);
  }

  // What one look found missing; actions say that they will look again.
  attempt(task, lines) {
    if (!task.name) {
      this.add(...lines);
      return;
    }
    if (!this.attempted) this.add(`attempting ${task.name} action${task.trial ? ' (trial run)' : ''}`);
    this.attempted = true;
    this.add(...lines.map(line => `  ${line}`), `  retrying ${task.name} action`);
  }

  lines() {
    return this.blocks.flatMap(({ lines, count }) =>
      lines.map((line, index) => (count > 1 && !index ? line.replace(/^(\s*)/, `$1${count} × `) : line)));
  }
}

const READS = {
  textContent: element => element.textContent,
  innerText: element => {
    if (element.innerText === undefined) throw new Refusal('Node is not an HTMLElement');
    return element.innerText;
  },
  innerHTML: element => element.innerHTML,
  outerHTML: element => element.outerHTML,
  inputValue: element => {
    const control = controlOf(element);
    if (!['INPUT', 'TEXTAREA', 'SELECT'].includes(tagOf(control))) throw new Refusal('Node is not an <input>, <textarea> or <select> element');
    return control.value;
  },
  getAttribute: (element, { name }) => element.getAttribute(name),
  isChecked: checkedState,
  isEnabled: element => STATES.enabled(element),
  isDisabled: element => STATES.disabled(element),
  isEditable: element => STATES.editable(element),
  boundingBox: element => {
    if (!element.isConnected || !rectsOf(element).length) return null;
    const { x, y, width, height } = element.getBoundingClientRect();
    return { width, height, corner: outward({ x, y }) };
  },
  ariaSnapshot,
  picture,
};

// Answered at once, over whatever is there.
const LIST_READS = {
  count: elements => elements.length,
  allTextContents: elements => elements.map(element => element.textContent || ''),
  allInnerTexts: elements => elements.map(element => element.innerText || ''),
};
const PRESENCE_READS = {
  isVisible: element => !!element && isVisible(element),
  isHidden: element => !element || !isVisible(element),
};

const done = value => ({ done: true, value: value === undefined ? null : value });
const missing = (...lines) => ({ lines });
const detached = () => missing('element was detached from the DOM, retrying');

const waitStates = (element, task, states) => {
  if (!element.isConnected) return detached();
  const state = task.force ? undefined : missingState(element, states);
  return state && missing(`waiting for element to be ${listed(states)}`, `  element is not ${state}`);
};

const found = element => (element ? { done: true, element } : done());

// What each kind of task does with the one element it found: done, or what is still missing.
const TASKS = {
  below: (element, task) => {
    const elements = evaluate(task.parts, element);
    return task.all ? { done: true, element: elements } : found(elements[0]);
  },
  stateBelow: (element, task, session) => {
    const elements = evaluate(task.parts, element);
    if (task.strict && elements.length > 1) return { strict: ambiguity(elements, session.testIds) };
    return waitForState(elements, task, session);
  },
  // A point in the content of a frame element, seen from the documents around it.
  framePoint: (element, { point, force }) => done(throughFrame(point, element, !force)),
  element: element => ({ done: true, element }),
  read: (element, task) => done(READS[task.what](element, task)),
  point: async (element, task, session) => {
    if (typeof task.checked === 'boolean') {
      const control = controlOf(element);
      if (checkedState(element) === task.checked) return done({ already: true });
      if (!task.checked && tagOf(control) === 'INPUT' && control.type === 'radio') {
        throw new Refusal('Cannot uncheck radio button. Radio buttons can only be unchecked by selecting another radio button in the same group.');
      }
    }
    return aim(element, task, session);
  },
  fill: (element, task) => waitStates(element, task, ['visible', 'enabled', 'editable']) || done(fill(element, task.value)),
  selectText: (element, task) => waitStates(element, task, ['visible']) || done(selectText(element)),
  selectOption: (element, task, session) => {
    const wait = waitStates(element, task, ['visible', 'enabled']);
    if (wait) return wait;
    const { values, missing: lack } = selectOptions(element, task.options, session.handles, task.force);
    return lack ? missing(lack) : done(values);
  },
  focus: (element, task) => done(focusOn(element, task.fromStart)),
  blur: element => done(element.blur()),
  files: (element, task) => done(putFiles(element, task.files)),
  fileInput: (element, task) => ({ done: true, element: fileInputOf(element, task.count, task.folder) }),
  dispatchEvent: (element, task, session) => done(dispatch(element, task.type, serializer.decode(task.eventInit, session.handles))),
  drop: (element, task) => waitStates(element, task, ['visible']) || done(drop(element, task)),
  scrollIntoView: async (element, task) => {
    if (!element.isConnected) return detached();
    if (!isVisible(element)) return missing('waiting for element to be visible and stable', '  element is not visible');
    if (!(await isStable(element))) return missing('waiting for element to be stable', '  element is not stable');
    if ((await viewportRatio(element)) < 1) bringIntoView(element, CENTERED);
    return done();
  },
  elementState: async (element, task) => {
    const { state } = task;
    if (!element.isConnected) {
      if (state === 'hidden') return done();
      throw new Refusal('Element is not attached to the DOM');
    }
    const holds = state === 'stable' ? await isStable(element) : STATES[state](element);
    return holds ? done() : missing(`waiting for element to be ${state}`, `  element is not ${state}`);
  },
};

// What was gone through before a press was found to be kept from its target.
const reached = (task, line) => {
  const ready = `element${task.states.length ? ` is ${listed(task.states)}` : ''}`;
  const waited = task.force ? [] : [`waiting for element to be ${listed(task.states)}`, `  ${ready}`];
  return missing(...waited, '  scrolling into view if needed', '  done scrolling', `  ${line}`);
};

const aim = async (element, task, session) => {
  const before = waitStates(element, task, task.states);
  if (before) return before;
  if (!task.force && task.states.includes('stable')) {
    if (!(await isStable(element))) {
      return { ...missing(`waiting for element to be ${listed(task.states)}`, '  element is not stable'), soon: true };
    }
    forget();
    const after = waitStates(element, task, task.states);
    if (after) return after;
  }
  const press = pressTargetOf(element);
  const take = () => {
    const place = pointIn(element, task.position);
    if (place.problem || task.force) return place;
    return { ...place, obstacle: obstacleAt(place.point, press) };
  };
  let place = take();
  const scrolls = task.scroll !== 'none';
  // In a frame, its element may be out of sight in the page around it.
  if (scrolls && window !== window.top && !session.scrolls && place.problem !== 'unseen') {
    element.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
    place = take();
  }
  if (scrolls && (place.problem === 'outside' || place.obstacle)) {
    bringIntoView(element, session.scrolls++);
    place = take();
  }
  if (place.problem === 'unseen') {
    if (task.force) throw new Refusal('Element is not visible');
    return missing(`waiting for element to be ${listed(task.states)}`, '  element is not visible');
  }
  if (place.problem === 'outside') {
    if (task.force) throw new Refusal('Element is outside of the viewport');
    return reached(task, 'element is outside of the viewport');
  }
  if (place.obstacle) return reached(task, `${place.obstacle} intercepts pointer events`);
  const seen = outward(place.point, !task.force);
  if (seen.obstacle) {
    if (scrolls) bringIntoView(element, session.scrolls++);
    return reached(task, `${seen.obstacle} intercepts pointer events`);
  }
  return done({ seen, guard: task.trial ? null : guard(task.guard, press, element, !task.force) });
};

const waitForState = (elements, task, session) => {
  const [element] = elements;
  const visible = !!element && isVisible(element);
  const several = elements.length > 1 ? `${elements.length} elements. Proceeding with the first one: ` : '';
  const shown = element && `${several}${several ? '' : visible ? 'visible ' : 'hidden '}${picture(element)}`;
  if (shown) session.log.resolved(shown);
  const holds = { attached: !!element, detached: !element, visible, hidden: !visible }[task.state];
  if (!holds) return missing();
  if (!task.want || !element || task.state === 'detached' || task.state === 'hidden') return done();
  return { done: true, element };
};

const expectation = async (elements, task, session) => {
  const { wish } = task;
  let result;
  if (wish.matcher in DOCUMENT_CHECKS) result = checkDocument(wish);
  else if (takesMany(wish)) result = checkMany(elements, wish);
  else if (!elements.length) result = checkAbsent(wish);
  else result = await checkOne(elements[0], wish);
  session.received = { received: result.received, missing: !!result.missing };
  if (result.pass !== wish.not) return done({ pass: result.pass, ...session.received });
  const lines = [];
  if (takesMany(wish)) lines.push(`  locator resolved to ${elements.length} element${elements.length === 1 ? '' : 's'}`);
  else if (elements.length && !(wish.matcher in DOCUMENT_CHECKS)) lines.push(`  locator resolved to ${picture(elements[0])}`);
  if (!result.missing) lines.push(`    unexpected value ${shownValue(result.received)}`);
  return missing(...lines);
};

const shownValue = value => {
  if (typeof value !== 'object' || value === null) return `"${value ?? ''}"`;
  if (Array.isArray(value)) return `"${value}"`;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
};

// Tasks that see all matches, or whose point is that there may be none.
const MANY = {
  elements: elements => ({ done: true, element: elements }),
  firstOrNone: elements => found(elements[0]),
  list: (elements, task) => done(LIST_READS[task.what](elements)),
  presence: (elements, task) => done(PRESENCE_READS[task.what](elements[0])),
  state: waitForState,
  expect: expectation,
  highlight: (elements, task) => done(highlight(elements, task.style)),
  hideHighlight: () => done(hideHighlight()),
};
const STRICT_FREE = new Set(['elements', 'list', 'highlight', 'hideHighlight']);

// A frame that is not there yet counts as no elements for what asks about absence.
const FRAME_ABSENT = new Set(['expect', 'state', 'list', 'presence', 'elements', 'firstOrNone', 'highlight', 'hideHighlight']);

// Handles may be of other nodes. Most tasks take the element around a text; reads that mean a node as
// it is get it as it is.
const ANY_NODE = new Set(['below', 'stateBelow']);

const elementOf = (node, task) => {
  if (node.nodeType === 1 || ANY_NODE.has(task.kind) || (task.kind === 'read' && task.what === 'textContent')) return node;
  if (task.kind === 'read' && ['innerText', 'innerHTML', 'getAttribute'].includes(task.what)) {
    throw new Refusal(task.what === 'innerText' ? 'Node is not an HTMLElement' : 'Node is not an Element');
  }
  const element = node.nodeType === 9 ? node.documentElement : parentOf(node) || node.host;
  if (!element) throw new Refusal('Element is not attached to the DOM');
  return element;
};

const look = async (request, handle, session) => {
  const { task } = request;
  const elements = handle ? [elementOf(handle, task)] : evaluate(request.parts, document);
  if (request.frame) {
    if (elements.length > 1 && request.strict) return { strict: ambiguity(elements, request.testIds) };
    const [frame] = elements;
    if (frame && !['IFRAME', 'FRAME'].includes(tagOf(frame))) {
      throw new Refusal(`${request.frame} resolved to ${picture(frame)}, <iframe> was expected`);
    }
    if (frame) return { done: true, element: frame };
    return FRAME_ABSENT.has(task.kind) ? MANY[task.kind]([], task, session) : missing();
  }
  const single = !STRICT_FREE.has(task.kind) && !(task.kind === 'expect' && takesMany(task.wish));
  if (single && request.strict && elements.length > 1) return { strict: ambiguity(elements, request.testIds) };
  if (MANY[task.kind]) return MANY[task.kind](elements, task, session);
  const [element] = elements;
  if (!element) return missing();
  if (!handle) session.log.resolved(picture(element));
  else if (!element.isConnected && task.attached) throw new Refusal('Element is not attached to the DOM');
  return TASKS[task.kind](element, task, session);
};

const finish = answer => JSON.stringify(answer, (_, value) => (value === undefined ? null : value));

// Runs a request to its end. Answers with the element itself where one was asked for, else with a
// JSON text: { ok, value } | { timeout, log, received } | { strict } | { error }.
const run = async (request, handle, ...handles) => {
  const until = request.timeout === null ? Infinity : performance.now() + request.timeout;
  const session = { log: new Log(), handles, scrolls: 0, received: null, testIds: request.testIds };
  const watch = new Watch();
  try {
    for (;;) {
      forget();
      const began = performance.now();
      const result = await look(request, handle, session);
      if (result.element) return result.element;
      if (result.done) return finish({ ok: true, value: result.value, log: session.log.lines() });
      if (result.strict) return finish({ strict: result.strict, log: session.log.lines() });
      if (result.lines.length) session.log.attempt(request.task, result.lines);
      const now = performance.now();
      if (now >= until) return finish({ timeout: true, value: session.received, log: session.log.lines() });
      watch.follow();
      await watch.next(result.soon ? 0 : now - began, Math.max(1, Math.min(until - now, 0x7fffffff)));
    }
  } catch (error) {
    const refused = error instanceof Refusal;
    return finish({ error: refused ? error.message : String(error && error.message || error), refused, log: session.log.lines() });
  } finally {
    watch.stop();
    forget();
  }
};

// Ends the guard of a dispatched action: what kept it from its target, and the state afterwards.
const verdict = (id, checked) => {
  const stop = guards.get(id);
  forget();
  if (!stop) return finish({});
  const { obstacle, element } = stop();
  return finish({ obstacle, checked: checked && !obstacle && element.isConnected ? checkedState(element) : null });
};
