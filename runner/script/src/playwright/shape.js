// What arguments must look like; a wrong one throws at the line of the script that passes it.
//
// A shape is the name of a type, a list of words to choose from, an object of named shapes whose fields
// may all be missing, or a function that checks by itself. `required` and `nullable` wrap others.

import { invalid, unsupported } from './errors.js';

const REQUIRED = Symbol('required');
const NULLABLE = Symbol('nullable');

/** A field that must be there. */
export const required = (shape) => ({ [REQUIRED]: shape });

/** A field that may be null. */
export const nullable = (shape) => ({ [NULLABLE]: shape });

/** A list whose members have a shape. */
export const listOf = (shape) => (api, path, value) => {
  if (!Array.isArray(value)) wrong(api, path, 'array', value);
  value.forEach((item, index) => check(api, `${path}[${index}]`, item, shape));
};

/** An object used as a map from names to texts, as headers are. */
export const texts = (api, path, value) => {
  if (value === null || typeof value !== 'object') wrong(api, path, 'object', value);
  for (const [name, text] of Object.entries(value)) {
    if (typeof text !== 'string') invalid(api, `Expected value of header "${name}" to be String, but "${typeOf(text)}" is found.`);
  }
};

/** A number between two others, both included. */
export const between = (low, high, name) => (api, path, value) => {
  check(api, path, value, 'float');
  if (!(value >= low && value <= high)) {
    const bounds = high === Infinity ? `${low} <= ${name}` : `${low} <= ${name} <= ${high}`;
    invalid(api, `${path}: precondition ${bounds} failed.`);
  }
};

/** An option that is known and not there: why is told. */
export const refused = (hint) => (api, path) => unsupported(`option "${path}" of ${api}`, hint);

/** Accepted whatever it is: others look at it. */
export const anything = () => {};

/** Checks a value that must be there; undefined fields of objects count as missing. */
export function check(api, path, value, shape) {
  if (typeof shape === 'function') shape(api, path, value);
  else if (typeof shape === 'string') checkType(api, path, value, shape);
  else if (Array.isArray(shape)) {
    if (!shape.includes(value)) invalid(api, `${path}: expected one of (${shape.join('|')})`);
  } else if (shape[REQUIRED] !== undefined) check(api, path, value, shape[REQUIRED]);
  else if (shape[NULLABLE] !== undefined) {
    if (value !== null) check(api, path, value, shape[NULLABLE]);
  } else checkFields(api, path, value, shape);
}

/** Checks the options of a call: their own names stand without a prefix. */
export function checkOptions(api, options, shape) {
  if (options !== undefined && options !== null) checkFields(api, '', options, shape);
}

function checkFields(api, path, value, shape) {
  if (value === null || typeof value !== 'object') wrong(api, path || 'options', 'object', value);
  const at = (name) => (path ? `${path}.${name}` : name);
  for (const name of Object.keys(value)) {
    if (!(name in shape) && value[name] !== undefined && !name.startsWith('__')) unknown(api, at(name), shape);
  }
  for (const [name, field] of Object.entries(shape)) {
    if (value[name] !== undefined) check(api, at(name), value[name], field);
    else if (field[REQUIRED] !== undefined) check(api, at(name), undefined, field[REQUIRED]);
  }
}

function unknown(api, path, shape) {
  const known = Object.keys(shape);
  const same = known.find((name) => name.toLowerCase() === path.split('.').pop().toLowerCase());
  invalid(api, `unknown option "${path}"; ${same ? `did you mean "${same}"?` : `there are: ${known.join(', ')}`}`);
}

function checkType(api, path, value, type) {
  if (type === 'integer' || type === 'float') {
    if (typeof value !== 'number' || Number.isNaN(value)) wrong(api, path, type, value);
    if (type === 'integer' && !Number.isInteger(value)) invalid(api, `${path}: expected integer, got float ${value}`);
  } else if (typeof value !== type || value === null) wrong(api, path, type, value);
}

function wrong(api, path, expected, value) {
  invalid(api, `${path}: expected ${expected}, got ${typeOf(value)}`);
}

export function typeOf(value) {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}
