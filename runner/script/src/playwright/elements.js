// Actions on elements, the same for locators, frames with a selector, and element handles.
//
// A target is `{ frame, selector, strict }` or `{ element }`.

import { ask } from './channel.js';
import { toBuffer } from './bytes.js';
import { invalid, unsupported } from './errors.js';
import { inputFiles, saveFile } from './files.js';
import { checkPicture } from './picture_options.js';
import { isHandle } from './handle_brand.js';
import { encode } from './values.js';

const EVERYWHERE = ['timeout', 'signal', 'strict', 'noWaitAfter'];
const POINTED = ['force', 'position', 'scroll', 'trial'];
const CLICKED = [...POINTED, 'modifiers', 'button', 'clickCount', 'delay', 'steps'];

/** The options that actions have besides those that all have. */
const OPTIONS = {
  click: CLICKED,
  dblclick: CLICKED,
  hover: [...POINTED, 'modifiers'],
  tap: [...POINTED, 'modifiers'],
  check: POINTED,
  uncheck: POINTED,
  setChecked: POINTED,
  fill: ['force'],
  clear: ['force'],
  pressSequentially: ['delay'],
  press: ['delay'],
  selectOption: ['force'],
  selectText: ['force'],
  dragTo: ['force', 'scroll', 'sourcePosition', 'targetPosition', 'steps', 'trial'],
  drop: ['position'],
  ariaSnapshot: ['depth', 'mode', 'boxes'],
};

/** Carries out an action; the page waits until it can. */
export function act(api, target, name, args, options, timeouts) {
  const { timeout, signal, strict, ...rest } = known(api, name, options);
  const { values, ...beside } = prepare(api, name, args);
  const request = { ...target, ...strictness(target, strict), action: { ...rest, ...values, action: name }, ...beside };
  return ask(api, 'frame' in target ? 'frame.act' : 'handle.act', request, { timeout: timeouts.action({ timeout }), signal });
}

/** Returns the options that are given, and refuses what is none: it would have no effect. */
function known(api, name, options = {}) {
  if (options === null || typeof options !== 'object') invalid(api, `options: expected object, got ${typeOf(options)}`);
  const names = [...EVERYWHERE, ...(OPTIONS[name] ?? [])];
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  for (const [option, value] of given) {
    if (!names.includes(option)) invalid(api, `unknown option "${option}", known are ${names.sort().join(', ')}`);
    KINDS[option]?.(api, option, value);
  }
  return Object.fromEntries(given);
}

const ofType = (type) => (api, name, value) => {
  if (typeof value !== type) invalid(api, `${name}: expected ${type}, got ${typeOf(value)}`);
};
/** Checks that a value is one of those that there are. */
export const oneOf = (...values) => (api, name, value) => {
  if (!values.includes(value)) invalid(api, `${name}: expected one of (${values.join('|')})`);
};
const point = (api, name, value) => {
  ofType('object')(api, name, value);
  for (const axis of ['x', 'y']) ofType('number')(api, `${name}.${axis}`, value?.[axis]);
};
const modifier = oneOf('Alt', 'Control', 'ControlOrMeta', 'Meta', 'Shift');

/** What the values of options are. */
const KINDS = {
  strict: ofType('boolean'),
  noWaitAfter: ofType('boolean'),
  force: ofType('boolean'),
  trial: ofType('boolean'),
  delay: ofType('number'),
  clickCount: ofType('number'),
  steps: ofType('number'),
  position: point,
  sourcePosition: point,
  targetPosition: point,
  scroll: oneOf('auto', 'none'),
  depth: ofType('number'),
  boxes: ofType('boolean'),
  mode(api, name, value) {
    oneOf('ai', 'default')(api, name, value);
    if (value === 'ai') unsupported(`option "mode: ai" of ${api}`, 'its references are for agents');
  },
  button: oneOf('left', 'right', 'middle'),
  modifiers(api, name, value) {
    if (!Array.isArray(value)) invalid(api, `${name}: expected array, got ${typeOf(value)}`);
    value.forEach((key, index) => modifier(api, `${name}[${index}]`, key));
  },
};

function strictness(target, strict) {
  return 'frame' in target && strict !== undefined ? { strict } : {};
}

/** Returns the action's own `values`, and what goes beside it: handles, files, the argument of an event. */
function prepare(api, name, args) {
  switch (name) {
    case 'selectOption':
      return choices(api, args.values);
    case 'dispatchEvent': {
      const { value, handles } = encode(args.eventInit ?? {});
      return { values: { type: args.type }, eventInit: value, handles };
    }
    case 'setInputFiles':
      return { values: { files: { payloads: [] } }, files: inputFiles(api, args.files) };
    case 'drop': {
      const { files, data } = args.payload ?? {};
      if (files === undefined && data === undefined) invalid(api, 'At least one of "files" or "data" must be provided.');
      return { values: { files: [], data: data ?? {} }, files: files === undefined ? [] : inputFiles(api, files) };
    }
    case 'fill':
      expectString(api, 'value', args.value);
      return { values: args };
    case 'pressSequentially':
      expectString(api, 'text', args.text);
      return { values: args };
    case 'press':
      expectString(api, 'key', args.key);
      return { values: args };
    case 'waitFor':
      oneOf('attached', 'detached', 'visible', 'hidden')(api, 'state', args.state);
      return { values: args };
    case 'getAttribute':
      expectString(api, 'name', args.name);
      return { values: args };
    default:
      return { values: args };
  }
}

function expectString(api, name, value) {
  if (typeof value !== 'string') invalid(api, `${name}: expected string, got ${typeOf(value)}`);
}

function typeOf(value) {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}

/** Brings the options for a select element into one form; elements travel as handles. */
function choices(api, chosen) {
  const list = chosen === null || chosen === undefined ? [] : Array.isArray(chosen) ? chosen : [chosen];
  const handles = [];
  const options = list.map((value, index) => {
    if (value === null || value === undefined) invalid(api, `options[${index}]: expected object, got null`);
    if (typeof value === 'string') return { valueOrLabel: value };
    if (isHandle(value)) return { element: handles.push(value._usable()) - 1 };
    if (typeof value !== 'object') invalid(api, `options[${index}]: expected object, got ${typeof value}`);
    for (const [name, type] of [['value', 'string'], ['label', 'string'], ['index', 'integer']]) {
      const part = value[name];
      const fits = type === 'integer' ? Number.isInteger(part) : typeof part === type;
      if (part !== undefined && !fits) invalid(api, `options[${index}].${name}: expected ${type}, got ${typeOf(part)}`);
    }
    return { value: value.value, label: value.label, index: value.index };
  });
  return { values: { options }, handles };
}

/** Takes a picture of an element. */
export async function screenshotOf(api, target, options, timeouts) {
  const { timeout, signal, ...rest } = options ?? {};
  return picture(api, 'frame' in target ? 'frame.screenshot' : 'handle.screenshot', target, rest, timeouts.action({ timeout }), signal);
}

/** Takes a picture and keeps it where the `path` option says so. */
export async function picture(api, command, args, options, timeout, signal) {
  const site = new Error();
  checkPicture(api, options, command === 'page.screenshot');
  const { path, mask, ...rest } = options;
  const type = imageType(api, options, path);
  if (options.quality !== undefined && type === 'png') invalid(api, 'options.quality is unsupported for the png screenshots');
  const masks = (mask ?? []).map(({ _frame, _selector }) => ({ frame: _frame._id, selector: _selector }));
  const bytes = toBuffer(await ask(api, command, { ...args, options: { ...rest, type, mask: masks } }, { timeout, signal, site }));
  if (path !== undefined) await saveFile(path, bytes, `image/${type}`);
  return bytes;
}

function imageType(api, { type }, path) {
  if (type !== undefined) return type;
  if (path === undefined) return 'png';
  const ending = /\.([a-z]+)$/i.exec(String(path))?.[1]?.toLowerCase();
  if (ending === 'png') return 'png';
  if (ending === 'jpg' || ending === 'jpeg') return 'jpeg';
  return invalid(api, `path: unsupported mime type "${ending ?? ''}"`);
}
