// The clock of a context's pages: time that scripts stop, set and run.

import { ask } from './channel.js';
import { evaluateIn } from './evaluate.js';
import { invalid } from './errors.js';
import { installClock } from './clock_in_page.js';

export class Clock {
  #context;
  /** What was done so far, told to every new document: `[what, when, parameter]`. */
  #log = [];

  constructor(context) {
    this.#context = context;
  }

  async install(options = {}) {
    await this.#do('install', options.time === undefined ? Date.now() : moment('clock.install', options.time));
  }

  async fastForward(ticks) {
    await this.#do('fastForward', duration('clock.fastForward', ticks));
  }

  async runFor(ticks) {
    await this.#do('runFor', duration('clock.runFor', ticks));
  }

  async pauseAt(time) {
    await this.#do('pauseAt', moment('clock.pauseAt', time));
  }

  async resume() {
    await this.#do('resume');
  }

  async setFixedTime(time) {
    await this.#do('setFixedTime', moment('clock.setFixedTime', time));
  }

  async setSystemTime(time) {
    await this.#do('setSystemTime', moment('clock.setSystemTime', time));
  }

  /** Does it in every document there is and in those to come. */
  async #do(what, parameter) {
    const api = `clock.${what}`;
    if (what !== 'install' && this.#log.length === 0) this.#note('install', Date.now());
    this.#note(what, parameter);
    const log = [...this.#log];
    const frames = this.#context.pages().flatMap((page) => page.frames());
    const results = await Promise.allSettled(frames.map((frame) => evaluateIn(api, { frame: frame._id }, installClock, { log, live: true })));
    results.forEach((result, index) => {
      const frame = frames[index];
      if (result.status === 'rejected' && frame.parentFrame() === null && !frame.page().isClosed()) throw result.reason;
    });
    await this.#tellNewDocuments(api, log);
  }

  #note(what, parameter) {
    this.#log.push([what, Date.now(), parameter]);
  }

  /** Scripts for new documents only add up: each goes on where the one before it ended. */
  async #tellNewDocuments(api, log) {
    const source = { text: `(${installClock.toString()})(${JSON.stringify({ log, live: false })})` };
    await ask(api, 'context.addInitScript', { context: this.#context._id, source });
  }
}

/** Reads a span of time: milliseconds, or `[[hh:]mm:]ss`. */
function duration(api, ticks) {
  if (typeof ticks === 'number') return ticks;
  const text = String(ticks);
  if (!/^(\d+:){0,2}\d+$/.test(text)) {
    invalid(api, `Clock only understands numbers, 'mm:ss' and 'hh:mm:ss', not '${text}'`);
  }
  const parts = text.split(':').map(Number);
  if (parts.slice(1).some((part) => part >= 60)) invalid(api, `Invalid time ${text}`);
  return parts.reduce((seconds, part) => seconds * 60 + part, 0) * 1000;
}

function moment(api, time) {
  const date = time instanceof Date ? time : new Date(time);
  if (!Number.isFinite(date.getTime())) invalid(api, `Invalid date: ${time}`);
  return date.getTime();
}
