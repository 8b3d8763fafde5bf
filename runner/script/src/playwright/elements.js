// Actions on elements, the same for locators, frames with a selector, and element handles.
//
// A target is `{ frame, selector, strict }` or `{ element }`.

import { ask } from './channel.js';
import { toBuffer } from './bytes.js';
import { invalid, refuse } from './errors.js';
import { saveFile } from './files.js';
import { isHandle } from './handle_brand.js';
import { encode } from './values.js';

/** Actions whose options may say how the page is left; the browser room decides that by itself. */
const NO_EFFECT = ['noWaitAfter'];

/** Carries out an action; the page waits until it can. */
export function act(api, target, name, args, options, timeouts) {
  const { timeout, signal, strict, scroll, ...rest } = options ?? {};
  if (scroll === 'none') refuse(api, options, ['scroll']);
  for (const option of NO_EFFECT) delete rest[option];
  const { values, ...beside } = prepare(api, name, args);
  const request = { ...target, ...strictness(target, strict), action: { ...rest, ...values, action: name }, ...beside };
  return ask(api, 'frame' in target ? 'frame.act' : 'handle.act', request, { timeout: timeouts.action({ timeout }), signal });
}

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
      return { values: { files: { payloads: [] } }, files: args.files };
    case 'drop':
      return { values: { files: [], data: args.data }, files: args.files };
    case 'fill':
      expectString(api, 'value', args.value);
      return { values: args };
    case 'pressSequentially':
      expectString(api, 'text', args.text);
      return { values: args };
    case 'press':
      expectString(api, 'key', args.key);
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
    for (const [name, type] of [['value', 'string'], ['label', 'string'], ['index', 'number']]) {
      const part = value[name];
      if (part !== undefined && typeof part !== type) invalid(api, `options[${index}].${name}: expected ${type}, got ${typeOf(part)}`);
    }
    return { value: value.value, label: value.label, index: value.index };
  });
  return { values: { options }, handles };
}

export function boundingBoxOf(api, target, options, timeouts) {
  return act(api, target, 'boundingBox', {}, options, timeouts);
}

/** Takes a picture of an element. */
export async function screenshotOf(api, target, options, timeouts) {
  const { timeout, signal, ...rest } = options ?? {};
  return picture(api, 'frame' in target ? 'frame.screenshot' : 'handle.screenshot', target, rest, timeouts.action({ timeout }), signal);
}

/** Takes a picture and keeps it where the `path` option says so. */
export async function picture(api, command, args, options, timeout, signal) {
  const site = new Error();
  const { path, mask, ...rest } = options;
  const type = imageType(api, options, path);
  if (options.quality !== undefined && type === 'png') invalid(api, 'options.quality is unsupported for the png screenshots');
  const masks = (mask ?? []).map(({ _frame, _selector }) => ({ frame: _frame._id, selector: _selector }));
  const bytes = toBuffer(await ask(api, command, { ...args, options: { ...rest, type, mask: masks } }, { timeout, signal, site }));
  if (path !== undefined) await saveFile(path, bytes, `image/${type}`);
  return bytes;
}

function imageType(api, { type }, path) {
  if (type !== undefined) {
    if (type !== 'png' && type !== 'jpeg') invalid(api, `type: expected one of (png|jpeg)`);
    return type;
  }
  if (path === undefined) return 'png';
  const ending = /\.([a-z]+)$/i.exec(String(path))?.[1]?.toLowerCase();
  if (ending === 'png') return 'png';
  if (ending === 'jpg' || ending === 'jpeg') return 'jpeg';
  return invalid(api, `path: unsupported mime type "${ending ?? ''}"`);
}
