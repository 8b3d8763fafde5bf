// Dialogs: alert, confirm, prompt and beforeunload.

import { ask, lookup } from './channel.js';
import { failure } from './errors.js';

export class Dialog {
  #data;
  #handled = false;

  constructor(data) {
    this.#data = data;
  }

  type() {
    return this.#data.type;
  }

  message() {
    return this.#data.message;
  }

  defaultValue() {
    return this.#data.defaultValue;
  }

  page() {
    return lookup(this.#data.page) ?? null;
  }

  async accept(promptText) {
    await this.#answer('dialog.accept', 'accept', { text: promptText });
  }

  async dismiss() {
    await this.#answer('dialog.dismiss', 'dismiss', {});
  }

  #answer(api, how, extra) {
    if (this.#handled) {
      throw failure('invalid', `${api}: Cannot ${how} dialog which is already handled!`);
    }
    this.#handled = true;
    return ask(api, `dialog.${how}`, { dialog: this.#data.id, ...extra });
  }
}
