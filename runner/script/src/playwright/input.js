// Keyboard, mouse and touchscreen of a page.

import { ask } from './channel.js';
import { invalid } from './errors.js';

/** Checks what a member was called with, by name: `{ key: ['string', key] }`. */
function check(api, given) {
  for (const [name, [type, value]] of Object.entries(given)) {
    const fits = type === 'float' ? typeof value === 'number' && !Number.isNaN(value) : typeof value === type;
    if (!fits) invalid(api, `${name}: expected ${type}, got ${value === null ? 'null' : typeof value}`);
  }
}

export class Keyboard {
  #page;

  constructor(page) {
    this.#page = page;
  }

  async down(key) {
    check('keyboard.down', { key: ['string', key] });
    return ask('keyboard.down', 'keyboard.down', { page: this.#page, key });
  }

  async up(key) {
    check('keyboard.up', { key: ['string', key] });
    return ask('keyboard.up', 'keyboard.up', { page: this.#page, key });
  }

  async press(key, options = {}) {
    check('keyboard.press', { key: ['string', key] });
    return ask('keyboard.press', 'keyboard.press', { page: this.#page, key, options });
  }

  async type(text, options = {}) {
    check('keyboard.type', { text: ['string', text] });
    return ask('keyboard.type', 'keyboard.type', { page: this.#page, text, options });
  }

  async insertText(text) {
    check('keyboard.insertText', { text: ['string', text] });
    return ask('keyboard.insertText', 'keyboard.insertText', { page: this.#page, text });
  }
}

export class Mouse {
  #page;

  constructor(page) {
    this.#page = page;
  }

  async move(x, y, options = {}) {
    check('mouse.move', { x: ['float', x], y: ['float', y] });
    return ask('mouse.move', 'mouse.move', { page: this.#page, x, y, options });
  }

  async down(options = {}) {
    return ask('mouse.down', 'mouse.down', { page: this.#page, options });
  }

  async up(options = {}) {
    return ask('mouse.up', 'mouse.up', { page: this.#page, options });
  }

  async click(x, y, options = {}) {
    check('mouse.click', { x: ['float', x], y: ['float', y] });
    return ask('mouse.click', 'mouse.click', { page: this.#page, x, y, options });
  }

  async dblclick(x, y, options = {}) {
    check('mouse.dblclick', { x: ['float', x], y: ['float', y] });
    return ask('mouse.dblclick', 'mouse.click', { page: this.#page, x, y, options: { ...options, clickCount: 2 } });
  }

  async wheel(deltaX, deltaY) {
    check('mouse.wheel', { deltaX: ['float', deltaX], deltaY: ['float', deltaY] });
    return ask('mouse.wheel', 'mouse.wheel', { page: this.#page, deltaX, deltaY });
  }
}

export class Touchscreen {
  #page;

  constructor(page) {
    this.#page = page;
  }

  async tap(x, y) {
    check('touchscreen.tap', { x: ['float', x], y: ['float', y] });
    return ask('touchscreen.tap', 'touchscreen.tap', { page: this.#page, x, y });
  }
}
