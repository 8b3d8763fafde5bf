// Scripts that run in every document before the page's own.

import { ask } from './channel.js';
import { invalid, refuse, unsupported } from './errors.js';
import { readText } from './files.js';
import { disposable } from './locator.js';
import { encode, functionText } from './values.js';

/** Registers a script given as function with argument, as text, or as file. */
export async function addInitScript(api, command, where, script, arg, options) {
  refuse(api, options, ['exposeFunctions']);
  await ask(api, command, { ...where, source: await sourceOf(api, script, arg) });
  return disposable(() => unsupported(`dispose() of ${api}`, 'open another context instead'));
}

async function sourceOf(api, script, arg) {
  if (typeof script === 'function') {
    const { value, handles } = encode(arg);
    if (handles.length > 0) invalid(api, 'the argument of an init script cannot hold handles');
    return { function: [functionText(script), value] };
  }
  if (arg !== undefined) invalid(api, 'Cannot evaluate a string with arguments');
  if (typeof script === 'string') return { text: script };
  if (typeof script?.content === 'string') return { text: script.content };
  if (typeof script?.path === 'string') {
    return { text: `${await readText(api, script.path)}\n//# sourceURL=${script.path.replace(/\n/g, '')}` };
  }
  return invalid(api, 'Either path or content property must be present');
}
