// Navigation of frames and waiting for it.

import { ask } from './channel.js';
import { invalid } from './errors.js';
import { describeMatcher, globSource, resolveAddress, urlMatches } from './matching.js';
import { now } from './native.js';
import { makeResponse } from './network.js';

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
  const { waitUntil = 'load', timeout, signal } = options;
  const state = loadState(api, waitUntil);
  const limit = this._timeouts.navigation({ timeout });
  const pattern = expressionOf(this._baseURL(), url);
  if (pattern) {
    const args = { frame: this._id, url: pattern, waitUntil: state, shown: ` to ${describeMatcher(url)}` };
    await ask(api, 'frame.waitForUrl', args, { timeout: limit, signal });
  } else if (urlMatches(this._baseURL(), this.url(), url)) {
    await ask(api, 'frame.waitForLoadState', { frame: this._id, state }, { timeout: limit, signal });
  } else {
    await untilMatches(this, api, url, state, limit, signal, new Error());
  }
}

export async function waitForNavigation(api, options = {}) {
  const { url, waitUntil = 'load', timeout, signal } = options;
  const state = loadState(api, waitUntil);
  const limit = this._timeouts.navigation({ timeout });
  const pattern = url === undefined || url === '' ? undefined : expressionOf(this._baseURL(), url);
  if (pattern === null) return untilMatches(this, api, url, state, limit, signal, new Error());
  const shown = pattern ? ` to ${describeMatcher(url)}` : '';
  const args = { frame: this._id, url: pattern, waitUntil: state, shown };
  return makeResponse((await ask(api, 'frame.waitForNavigation', args, { timeout: limit, signal })).response);
}

/** What only JavaScript's expressions know: looking around, and what was matched before. */
const OURS_ALONE = /\(\?<?[=!]|\\[1-9]|\\k</;

/** Returns what the host can match by itself; null for what only the script can ask. */
function expressionOf(base, matcher) {
  if (matcher instanceof RegExp) return OURS_ALONE.test(matcher.source) ? null : { source: matcher.source, flags: matcher.flags };
  if (typeof matcher !== 'string') return null;
  return { source: globSource(base, matcher) };
}

/** Looks at every navigation until the function likes one. */
async function untilMatches(frame, api, matcher, state, limit, signal, site) {
  const until = limit > 0 ? now() + limit : Infinity;
  for (;;) {
    const left = Number.isFinite(until) ? Math.max(1, until - now()) : 0;
    const args = { frame: frame._id, waitUntil: 'commit', shown: ' to what a function likes' };
    const { response, url } = await ask(api, 'frame.waitForNavigation', args, { timeout: left, signal, site });
    if (!urlMatches(frame._baseURL(), url, matcher)) continue;
    if (state !== 'commit') await ask(api, 'frame.waitForLoadState', { frame: frame._id, state }, { timeout: left, signal, site });
    return makeResponse(response);
  }
}
