// Keyboard, mouse and touchscreen of a page.

import { ask } from './channel.js';

export class Keyboard {
  #page;

  constructor(page) {
    this.#page = page;
  }

  async down(key) {
    return ask('keyboard.down', 'keyboard.down', { page: this.#page, key });
  }

  async up(key) {
    return ask('keyboard.up', 'keyboard.up', { page: this.#page, key });
  }

  async press(key, options = {}) {
    return ask('keyboard.press', 'keyboard.press', { page: this.#page, key, options });
  }

  async type(text, options = {}) {
    return ask('keyboard.type', 'keyboard.type', { page: this.#page, text, options });
  }

  async insertText(text) {
    return ask('keyboard.insertText', 'keyboard.insertText', { page: this.#page, text });
  }
}

export class Mouse {
  #page;

  constructor(page) {
    this.#page = page;
  }

  async move(x, y, options = {}) {
    return ask('mouse.move', 'mouse.move', { page: this.#page, x, y, options });
  }

  async down(options = {}) {
    return ask('mouse.down', 'mouse.down', { page: this.#page, options });
  }

  async up(options = {}) {
    return ask('mouse.up', 'mouse.up', { page: this.#page, options });
  }

  async click(x, y, options = {}) {
    return ask('mouse.click', 'mouse.click', { page: this.#page, x, y, options });
  }

  async dblclick(x, y, options = {}) {
    return ask('mouse.dblclick', 'mouse.click', { page: this.#page, x, y, options: { ...options, clickCount: 2 } });
  }

  async wheel(deltaX, deltaY) {
    return ask('mouse.wheel', 'mouse.wheel', { page: this.#page, deltaX, deltaY });
  }
}

export class Touchscreen {
  #page;

  constructor(page) {
    this.#page = page;
  }

  async tap(x, y) {
    return ask('touchscreen.tap', 'touchscreen.tap', { page: this.#page, x, y });
  }
}
