// What a script declares: suites (files and describe blocks), hooks and tests. Nothing runs here.

let nextSerial = 0;

/** A file or a `describe` block. */
export class Suite {
  constructor(title, parent) {
    this.title = title;
    this.parent = parent;
    this.entries = [];
    this.hooks = { beforeAll: [], beforeEach: [], afterEach: [], afterAll: [] };
    /** Fixture overrides of `test.use`, in order. */
    this.use = [];
    /** `test.skip(condition)` and its like at the level of a suite. */
    this.modifiers = [];
    this.tags = [];
    this.annotations = [];
    this.mode = undefined;
    this.retries = undefined;
    this.timeout = undefined;
    this.only = false;
    /** Why its tests are not tried, when that is known at declaration. */
    this.skipped = undefined;
    this.shouldFail = false;
    this.slow = false;
    this.serialId = undefined;
  }

  /** Returns the suites from the file down to this one. */
  path() {
    return this.parent ? [...this.parent.path(), this] : [this];
  }

  /** Returns the innermost value of `key` on the way up that is set. */
  inherited(key) {
    return this[key] ?? this.parent?.inherited(key);
  }

  /** Returns `layer` with what `test.use` says here and further out. */
  layer(layer) {
    const outer = this.parent ? this.parent.layer(layer) : layer;
    return this.use.reduce((inner, fixtures) => inner.child(fixtures), outer);
  }

  /** Returns the number of the outermost serial group that this suite belongs to. */
  serial() {
    const group = this.path().find((suite) => suite.mode === 'serial');
    if (!group) return undefined;
    group.serialId ??= nextSerial++;
    return group.serialId;
  }
}

/** A declared test. */
export class TestCase {
  constructor(title, body, parent, layer, site) {
    this.title = title;
    this.body = body;
    this.parent = parent;
    /** The fixtures of the `test` function that declared it. */
    this.layer = layer;
    this.site = site;
    this.only = false;
    this.skipped = undefined;
    this.shouldFail = false;
    this.slow = false;
    this.tags = [];
    this.annotations = [];
  }

  /** Returns the fixtures that hold for it, with what `test.use` says around it. */
  registry() {
    return this.parent.layer(this.layer).registry;
  }

  titles() {
    return [...this.parent.path().slice(1).map((suite) => suite.title).filter(Boolean), this.title];
  }

  allTags() {
    const inTitles = this.titles().flatMap((title) => title.match(/@\S+/g) ?? []);
    const declared = [...this.parent.path().flatMap((suite) => suite.tags), ...this.tags];
    return [...new Set([...declared, ...inTitles])];
  }

  allAnnotations() {
    return [...this.parent.path().flatMap((suite) => suite.annotations), ...this.annotations];
  }
}

/** The file that is being loaded. */
export const file = new Suite('', undefined);

let current = file;
let loading = true;

/** Returns the suite that declarations go to. */
export const currentSuite = () => current;

/** Tells whether declarations are still possible. */
export const isLoading = () => loading;

/** Ends declaring. */
export function finishLoading() {
  loading = false;
}

/** Declares what `body` declares inside of `suite`. */
export function inside(suite, body) {
  const outer = current;
  outer.entries.push(suite);
  current = suite;
  try {
    return body();
  } finally {
    current = outer;
  }
}

/** Returns the tests to play, in order; `only` anywhere leaves out all others. */
export function collect() {
  const all = [];
  const walk = (suite, only) => {
    for (const entry of suite.entries) {
      const chosen = only || entry.only;
      if (entry instanceof Suite) walk(entry, chosen);
      else all.push({ test: entry, chosen });
    }
  };
  walk(file, false);
  const focused = all.filter(({ chosen }) => chosen);
  return (focused.length ? focused : all).map(({ test }) => test);
}
