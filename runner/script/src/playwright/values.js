// Values on their way between scripts and pages, richer than JSON. Both sides share one source for it,
// which the browser room owns.

import serializer from './serializer.js';
import { isHandle } from './handle_brand.js';

/** Returns the text of a function without the notes of where it waits, which mean nothing in a page. */
export const functionText = (value) => value.toString().replace(/\(globalThis\.__canaryAt\?\.\("[^"]*"\), /g, '(');

/** Encodes an argument; returns its wire form and the ids of the handles in it. */
export function encode(value) {
  const handles = [];
  const handleOf = (part) => {
    if (isHandle(part)) return handles.push(part._usable()) - 1;
    if (typeof part === 'function') throw new Error('Attempting to serialize unexpected value: function');
    return undefined;
  };
  return { value: serializer.encode(value, handleOf), handles };
}

/** Decodes a result. */
export function decode(wire) {
  return serializer.decode(wire, []);
}
