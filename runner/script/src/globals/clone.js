// `structuredClone`.

/** Returns a deep copy; throws a `DataCloneError` for what cannot be copied. */
export function structuredClone(value) {
  if (arguments.length === 0) throw new TypeError('structuredClone needs a value');
  return copy(value, new Map());
}

const refuse = (value) => {
  throw new DOMException(`${String(value)} could not be cloned`, 'DataCloneError');
};

function copy(value, seen) {
  if (typeof value === 'function' || typeof value === 'symbol') return refuse(value);
  if (value === null || typeof value !== 'object') return value;
  if (seen.has(value)) return seen.get(value);
  const keep = (made) => {
    seen.set(value, made);
    return made;
  };
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  switch (tag) {
    case 'Boolean':
    case 'Number':
    case 'String':
    case 'BigInt':
      return keep(Object(value.valueOf()));
    case 'Date': return keep(new Date(value.getTime()));
    case 'RegExp': return keep(new RegExp(value.source, value.flags));
    case 'ArrayBuffer': return keep(value.slice(0));
    case 'Map': {
      const made = keep(new Map());
      for (const [key, one] of value) made.set(copy(key, seen), copy(one, seen));
      return made;
    }
    case 'Set': {
      const made = keep(new Set());
      for (const one of value) made.add(copy(one, seen));
      return made;
    }
    case 'Array': {
      const made = keep(new Array(value.length));
      for (const key of Object.keys(value)) made[key] = copy(value[key], seen);
      return made;
    }
    default:
  }
  if (value instanceof Error) return keep(copyError(value, seen));
  if (ArrayBuffer.isView(value)) return keep(new value.constructor(copy(value.buffer, seen), value.byteOffset, value.length ?? value.byteLength));
  if (value instanceof Promise || value instanceof WeakMap || value instanceof WeakSet || value instanceof WeakRef) return refuse(value);
  const made = keep({});
  for (const key of Object.keys(value)) made[key] = copy(value[key], seen);
  return made;
}

const ERRORS = { EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };

function copyError(error, seen) {
  const made = new (ERRORS[error.name] ?? Error)(error.message);
  if ('cause' in error) made.cause = copy(error.cause, seen);
  made.stack = error.stack;
  return made;
}
