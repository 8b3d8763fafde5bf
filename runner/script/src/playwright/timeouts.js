// Default time limits, inherited from the page by its context; zero means none of its own.

const LIBRARY_DEFAULT = 30_000;

export class Timeouts {
  #parent;
  #action;
  #navigation;

  constructor(parent) {
    this.#parent = parent;
  }

  setAction(ms) {
    this.#action = ms;
  }

  setNavigation(ms) {
    this.#navigation = ms;
  }

  /** Returns the limit of an action or a wait. */
  action(options) {
    return options?.timeout ?? this.#action ?? this.#parent?.action() ?? LIBRARY_DEFAULT;
  }

  /** Returns the limit of a navigation. */
  navigation(options) {
    return options?.timeout ?? this.#navigation ?? this.#action ?? this.#parent?.navigation() ?? LIBRARY_DEFAULT;
  }
}
