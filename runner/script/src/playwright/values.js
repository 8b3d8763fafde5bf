// Values on their way between scripts and pages, richer than JSON. Both sides share one source for it,
// which the browser room owns.

import serializer from './serializer.js';
import { isHandle } from './handle_brand.js';

/** Returns the text of a function without the notes of where it waits, which mean nothing in a page. */
export const functionText = (value) => value.toString().replace(/\(globalThis\.__canaryAt\?\.\("[^"]*"\), /g, '(');

/**
 * Encodes an argument; returns its wire form and the ids of the handles in it. `functionOf` gives the
 * wire form of a function; without it functions are refused. Maps and Sets cross where `extended` is set.
 */
export function encode(value, { functionOf = refuse, extended = false } = {}) {
  const handles = [];
  const handleOf = (part) => {
    if (isHandle(part)) return handles.push(part._usable()) - 1;
    return typeof part === 'function' ? functionOf(part, value) : undefined;
  };
  return { value: serializer.encode(value, handleOf, extended), handles };
}

function refuse(part, root) {
  const place = placeOf(root, part, '', new Set());
  throw new Error(`Attempting to serialize unexpected value${place ? ` at position "${place}"` : ''}: ${functionText(part)}`);
}

/** Returns the way from a value to a part of it, as `a.b[0]`. */
function placeOf(value, part, path, seen) {
  if (value === part) return path;
  if (value === null || typeof value !== 'object' || seen.has(value) || isHandle(value)) return undefined;
  seen.add(value);
  for (const name of Object.keys(value)) {
    const here = Array.isArray(value) ? `${path}[${name}]` : path ? `${path}.${name}` : name;
    const found = placeOf(value[name], part, here, seen);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Decodes a result. */
export function decode(wire) {
  return serializer.decode(wire, []);
}
