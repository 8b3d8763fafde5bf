// Values as people read them in messages.

const WIDTH = 80;
const DEPTH = 12;
const ITEMS = 1_000;

/** Returns `value` as text: on one line where it fits, else one item a line. */
export function pretty(value) {
  return print(value, '', []);
}

/** Returns an object or a list with one item a line, also where it would fit on one; nothing for anything else. */
export function spread(value) {
  if (value === null || typeof value !== 'object' || typeof value.asymmetricMatch === 'function') return undefined;
  return printObject(value, '', [], true);
}

function print(value, indent, above) {
  switch (typeof value) {
    case 'string': return JSON.stringify(value);
    case 'number': return Object.is(value, -0) ? '-0' : String(value);
    case 'bigint': return `${value}n`;
    case 'symbol': return value.toString();
    case 'function': return `[Function ${value.name || 'anonymous'}]`;
    case 'object': return value === null ? 'null' : printObject(value, indent, above);
    default: return String(value);
  }
}

function printObject(value, indent, above, open = false) {
  if (above.includes(value)) return '[Circular]';
  if (typeof value.asymmetricMatch === 'function') return value.describe ? value.describe(pretty) : String(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (value instanceof RegExp) return String(value);
  if (value instanceof Error) return `[${value.name}: ${value.message}]`;
  if (value instanceof Promise) return 'Promise {}';
  if (value instanceof WeakMap || value instanceof WeakSet) return `${value.constructor.name} {}`;
  if (value instanceof Number || value instanceof String || value instanceof Boolean) {
    return `[${value.constructor.name} ${print(value.valueOf(), '', [])}]`;
  }
  if (above.length >= DEPTH) return Array.isArray(value) ? '[…]' : '{…}';
  const inner = `${indent}  `;
  const deeper = [...above, value];
  const item = (one) => print(one, inner, deeper);
  if (Array.isArray(value)) return group('[', ']', Array.from(value, item), indent, open);
  if (ArrayBuffer.isView(value) && typeof value.length === 'number') {
    return group(`${value.constructor.name} [`, ']', Array.from(value.subarray(0, ITEMS), item), indent, open);
  }
  if (value instanceof Map) {
    return group('Map {', '}', [...value].map(([key, one]) => `${item(key)} => ${item(one)}`), indent, open);
  }
  if (value instanceof Set) return group('Set {', '}', [...value].map(item), indent, open);
  // Objects of the API, like locators, say themselves what they are.
  if (typeof value.toString === 'function' && value.toString !== Object.prototype.toString && !isPlain(value)) {
    return String(value);
  }
  const keys = [...Object.keys(value), ...Object.getOwnPropertySymbols(value)];
  const name = nameOf(value);
  const entries = keys.map((key) => `${keyText(key)}: ${item(value[key])}`);
  return group(name ? `${name} {` : '{', '}', entries, indent, open);
}

const isPlain = (value) => [Object.prototype, null].includes(Object.getPrototypeOf(value));

function nameOf(value) {
  const name = Object.getPrototypeOf(value)?.constructor?.name;
  return name === 'Object' ? '' : name;
}

function keyText(key) {
  if (typeof key === 'symbol') return `[${key.toString()}]`;
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
}

function group(open, close, items, indent, spread) {
  if (!items.length) return `${open}${close}`;
  const shown = items.length > ITEMS ? [...items.slice(0, ITEMS), `… ${items.length - ITEMS} more`] : items;
  const padding = open === '[' || open.endsWith(' [') ? '' : ' ';
  const line = `${open}${padding}${shown.join(', ')}${padding}${close}`;
  if (!spread && line.length + indent.length <= WIDTH && !line.includes('\n')) return line;
  return `${open}\n${shown.map((item) => `${indent}  ${item}`).join(',\n')},\n${indent}${close}`;
}
