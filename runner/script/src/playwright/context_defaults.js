// What contexts of the running test are made with, unless the script says otherwise.

let defaults = { options: {}, action: undefined, navigation: undefined };

/** Sets the options and time limits for contexts made from now on. */
export function setDefaults(value) {
  defaults = value;
}

export const contextDefaults = () => defaults;
