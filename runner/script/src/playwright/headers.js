// Headers as they went over the wire: several of a name, in order.

export class Headers {
  #entries;

  constructor(entries) {
    this.#entries = entries;
  }

  static fromObject(object) {
    return new Headers(Object.entries(object).map(([name, value]) => ({ name, value: String(value) })));
  }

  /** Returns the value of a header; several are joined as HTTP says, cookies by line. */
  value(name) {
    const values = this.values(name);
    if (values.length === 0) return null;
    return values.join(name.toLowerCase() === 'set-cookie' ? '\n' : ', ');
  }

  values(name) {
    const wanted = name.toLowerCase();
    return this.#entries.filter((entry) => entry.name.toLowerCase() === wanted).map((entry) => entry.value);
  }

  toArray() {
    return this.#entries.map(({ name, value }) => ({ name, value }));
  }

  toObject() {
    const object = {};
    for (const { name } of this.#entries) object[name.toLowerCase()] ??= this.value(name);
    return object;
  }
}
