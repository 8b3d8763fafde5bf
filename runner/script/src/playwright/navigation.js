// Navigation of frames and waiting for it.

import { ask } from './channel.js';
import { CLOSED, failure, invalid } from './errors.js';
import { describeMatcher, resolveAddress, urlMatches } from './matching.js';
import { makeResponse } from './network.js';
import { Wait } from './wait.js';

const STATES = ['load', 'domcontentloaded', 'networkidle', 'commit'];

/** Checks the name of a load state; `networkidle0` is what older scripts say. */
export function loadState(api, state) {
  if (state === 'networkidle0') return 'networkidle';
  if (!STATES.includes(state)) invalid(api, `waitUntil: expected one of (load|domcontentloaded|networkidle|commit)`);
  return state;
}

export async function goto(api, url, options = {}) {
  const { waitUntil = 'load', referer, timeout, signal } = options;
  if (typeof url !== 'string') invalid(api, `url: expected string, got ${typeof url}`);
  const args = {
    frame: this._id,
    url: resolveAddress(this._baseURL(), url),
    waitUntil: loadState(api, waitUntil),
    referer,
  };
  const answer = await ask(api, 'frame.goto', args, { timeout: this._timeouts.navigation({ timeout }), signal });
  return makeResponse(answer);
}

export async function waitForLoadState(api, state = 'load', options = {}) {
  const { timeout, signal } = options;
  if (state !== 'networkidle0' && !STATES.includes(state)) {
    invalid(api, 'state: expected one of (load|domcontentloaded|networkidle|commit)');
  }
  const args = { frame: this._id, state: loadState(api, state) };
  await ask(api, 'frame.waitForLoadState', args, { timeout: this._timeouts.navigation({ timeout }), signal });
}

export async function waitForURL(api, url, options = {}) {
  if (urlMatches(this._baseURL(), this.url(), url)) {
    await waitForLoadState.call(this, api, options.waitUntil, options);
    return;
  }
  await waitForNavigation.call(this, api, { ...options, url });
}

export async function waitForNavigation(api, options = {}) {
  const site = new Error();
  const { url, waitUntil = 'load', timeout, signal } = options;
  const limit = this._timeouts.navigation({ timeout });
  const state = loadState(api, waitUntil);
  const toUrl = url === undefined ? '' : ` to ${describeMatcher(url)}`;
  const log = [`waiting for navigation${toUrl} until "${state}"`];
  const wait = new Wait(api, 'while waiting for navigation', { timeout: limit, signal, log, site });
  wait.failOn(this.page(), 'close', failure('closed', `${api}: ${CLOSED}`, site));
  wait.failOn(this.page(), 'crash', failure('crashed', `${api}: Navigation failed because page crashed!`, site));
  wait.failOn(
    this._events, 'detached', failure('closed', `${api}: Navigating frame was detached!`, site),
  );
  wait.on(this._events, 'navigated', (event) => {
    if (event.error && !event.newDocument) return false;
    wait.log(`  navigated to "${this.url()}"`);
    return urlMatches(this._baseURL(), event.url, url);
  });
  const began = Date.now();
  const event = await wait.promise;
  if (event.error) throw failure('navigation', `${api}: ${event.error}`, site);
  if (state !== 'commit') {
    const left = limit > 0 ? Math.max(1, limit - (Date.now() - began)) : 0;
    await ask(api, 'frame.waitForLoadState', { frame: this._id, state }, { timeout: left, signal, site });
  }
  return event.request ? responseOf(event, api, site) : null;
}

async function responseOf(event, api, site) {
  return makeResponse(await ask(api, 'request.response', { request: event.request.id }, { site }));
}
