// The wire form of values that cross between a page and a script, and both ways through it.
//
// null, booleans, strings and ordinary numbers stand for themselves. Everything else is an object with one tag:
//   v  'undefined' 'NaN' 'Infinity' '-Infinity' '-0'   n  decimal digits of a BigInt
//   a  items of an array       o  [name, value] pairs of an object    (both with their number `id`)
//   r  the number of an array or object seen before (cycles, shared parts); Maps and Sets are objects without fields
//   d  time of a Date as ISO text, '' if invalid     u  text of a URL    x  [source, flags] of a RegExp
//   e  {n, m, k} name, message, stack of an error    b  {t, d} typed array: type and base64 of its bytes
//   m  [key, value] pairs of a Map   s  items of a Set   (with their number `id`, where both sides asked for them)
//   h  the place of a handle among the handles that go along     f  the number of a function of the script
(() => {
  'use strict';
  const tag = (value) => Object.prototype.toString.call(value).slice(8, -1);
  const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const DEEPEST = 200;
  // The page may put anything in its place later.
  const Seen = Map;

  const toBase64 = (bytes) => {
    let text = '';
    for (let i = 0; i < bytes.length; i += 3) {
      const three = (bytes[i] << 16) | ((bytes[i + 1] || 0) << 8) | (bytes[i + 2] || 0);
      text += DIGITS[three >> 18] + DIGITS[(three >> 12) & 63];
      text += i + 1 < bytes.length ? DIGITS[(three >> 6) & 63] : '=';
      text += i + 2 < bytes.length ? DIGITS[three & 63] : '=';
    }
    return text;
  };

  const fromBase64 = (text) => {
    const clean = text.replace(/=+$/, '');
    const bytes = new Uint8Array(Math.floor((clean.length * 3) / 4));
    let bits = 0, held = 0, at = 0;
    for (const digit of clean) {
      held = ((held << 6) | DIGITS.indexOf(digit)) & 0xffffff;
      bits += 6;
      if (bits >= 8) {
        bits -= 8;
        bytes[at++] = (held >> bits) & 255;
      }
    }
    return bytes;
  };

  const ARRAYS = ['Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array',
    'Uint32Array', 'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array'];

  // `handleOf` may take a value over: it returns the value's place among the handles, or its wire form, or undefined.
  const encode = (root, handleOf, extended) => {
    const seen = new Seen();
    const special = (value) => {
      if (typeof Node === 'function' && value instanceof Node)
        return value.nodeType === 9 ? 'ref: <Document>' : 'ref: <Node>';
      if (typeof Window === 'function' && tag(value) === 'Window') return 'ref: <Window>';
      return undefined;
    };
    const taken = (place) => (typeof place === 'object' ? place : { h: place });
    const walk = (value, depth) => {
      switch (typeof value) {
        case 'undefined': case 'function': case 'symbol': {
          const place = typeof value === 'function' && handleOf ? handleOf(value) : undefined;
          return place === undefined ? { v: 'undefined' } : taken(place);
        }
        case 'boolean': case 'string': return value;
        case 'bigint': return { n: value.toString() };
        case 'number':
          if (Number.isFinite(value) && !Object.is(value, -0)) return value;
          return { v: Object.is(value, -0) ? '-0' : String(value) };
      }
      if (value === null) return null;
      if (handleOf) {
        const place = handleOf(value);
        if (place !== undefined) return taken(place);
      }
      if (depth > DEEPEST) throw new Error('the value is nested too deeply to be sent');
      const number = seen.get(value);
      if (number !== undefined) return { r: number };
      const text = special(value);
      if (text !== undefined) return text;
      const kind = tag(value);
      switch (kind) {
        case 'Date': return { d: Number.isNaN(value.getTime()) ? '' : value.toISOString() };
        case 'RegExp': return { x: [value.source, value.flags] };
        case 'URL': return { u: String(value) };
        case 'Boolean': case 'Number': case 'String': return walk(value.valueOf(), depth + 1);
        case 'ArrayBuffer': return { b: { t: kind, d: toBase64(new Uint8Array(value)) } };
      }
      if (kind === 'Error' || kind === 'DOMException' || value instanceof Error)
        return { e: { n: String(value.name), m: String(value.message), k: String(value.stack || '') } };
      if (ARRAYS.includes(kind) && ArrayBuffer.isView(value))
        return { b: { t: kind, d: toBase64(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)) } };
      const id = seen.size;
      seen.set(value, id);
      if (extended && kind === 'Map')
        return { m: Array.from(value, ([key, item]) => [walk(key, depth + 1), walk(item, depth + 1)]), id };
      if (extended && kind === 'Set') return { s: Array.from(value, (item) => walk(item, depth + 1)), id };
      if (Array.isArray(value)) {
        const items = [];
        for (let i = 0; i < value.length; ++i) items.push(walk(value[i], depth + 1));
        return { a: items, id };
      }
      const fields = [];
      for (const name of Object.keys(value)) {
        let field;
        try {
          field = value[name];
        } catch {
          continue; // a getter that throws
        }
        const isPlain = name === 'toJSON' && typeof field === 'function';
        fields.push([name, isPlain ? { o: [] } : walk(field, depth + 1)]);
      }
      // Objects that keep what they hold to themselves may have words for it.
      let plain;
      try {
        plain = !fields.length && typeof value.toJSON === 'function' ? { of: value.toJSON() } : undefined;
      } catch {
        plain = undefined;
      }
      return plain ? walk(plain.of, depth + 1) : { o: fields, id };
    };
    return walk(root, 0);
  };

  const decode = (root, handles) => {
    const seen = new Seen();
    const walk = (wire) => {
      if (wire === null || typeof wire !== 'object') return wire;
      if ('v' in wire)
        return { undefined: undefined, NaN: NaN, Infinity: Infinity, '-Infinity': -Infinity, '-0': -0 }[wire.v];
      if ('n' in wire) return BigInt(wire.n);
      if ('r' in wire) return seen.get(wire.r);
      if ('d' in wire) return new Date(wire.d === '' ? NaN : wire.d);
      if ('u' in wire) return typeof URL === 'function' ? new URL(wire.u) : wire.u;
      if ('x' in wire) return new RegExp(wire.x[0], wire.x[1]);
      if ('h' in wire) return handles[wire.h];
      if ('f' in wire) return (...values) => globalThis.__canaryFunctions(wire.f, ...values);
      if ('m' in wire) {
        const map = new Map();
        seen.set(wire.id, map);
        for (const [key, item] of wire.m) map.set(walk(key), walk(item));
        return map;
      }
      if ('s' in wire) {
        const set = new Set();
        seen.set(wire.id, set);
        for (const item of wire.s) set.add(walk(item));
        return set;
      }
      if ('e' in wire) {
        const error = new Error(wire.e.m);
        error.name = wire.e.n;
        error.stack = wire.e.k;
        return error;
      }
      if ('b' in wire) {
        const bytes = fromBase64(wire.b.d);
        if (wire.b.t === 'ArrayBuffer') return bytes.buffer;
        return ARRAYS.includes(wire.b.t) ? new globalThis[wire.b.t](bytes.buffer) : bytes;
      }
      if ('a' in wire) {
        const items = [];
        if (wire.id !== undefined) seen.set(wire.id, items);
        for (const item of wire.a) items.push(walk(item));
        return items;
      }
      const object = {};
      if (wire.id !== undefined) seen.set(wire.id, object);
      for (const [name, value] of wire.o) {
        const property = { value: walk(value), configurable: true, enumerable: true, writable: true };
        Object.defineProperty(object, name, property); // `__proto__` is a name like any other
      }
      return object;
    };
    return walk(root);
  };

  return { encode, decode };
})()
