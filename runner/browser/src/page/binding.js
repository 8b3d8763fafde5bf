(channel, name, serializer) => {
  'use strict';
  const registry = (globalThis[channel + 's'] ||= {});
  if (registry[name]) return;
  const send = globalThis[channel];
  const waiting = new Map();
  const kept = new Map();
  let sequence = 0;
  registry[name] = {
    settle(number, how, wire, handles) {
      const promise = waiting.get(number);
      waiting.delete(number);
      kept.delete(number);
      if (promise) promise[how](serializer.decode(wire, handles));
    },
    take(number) {
      const value = kept.get(number);
      kept.delete(number);
      return value;
    },
  };
  const call = (...values) => {
    const number = ++sequence;
    // Kept for who wants the argument itself; the wire form of a node is only its word.
    if (values.length === 1 && values[0] instanceof Object) kept.set(number, values[0]);
    return new Promise((resolve, reject) => {
      waiting.set(number, { resolve, reject });
      send(JSON.stringify({ name, sequence: number, arguments: serializer.encode(values) }));
    });
  };
  Object.defineProperty(globalThis, name, { value: call, configurable: true, writable: true, enumerable: true });
}
