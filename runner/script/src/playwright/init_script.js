// Scripts that run in every document before the page's own.

import { ask } from './channel.js';
import { invalid } from './errors.js';
import { readText } from './files.js';
import { functionsOf } from './functions.js';
import { disposable } from './locator.js';
import { checkOptions } from './shape.js';
import { encode, functionText } from './values.js';

const ADD = { page: 'page.addInitScript', context: 'context.addInitScript' };
const REMOVE = { page: 'page.removeInitScript', context: 'context.removeInitScript' };

/** Registers a script given as function with argument, as text, or as file; `group` is `page` or `context`. */
export async function addInitScript(api, group, owner, script, arg, options) {
  checkOptions(api, options, { exposeFunctions: 'boolean' });
  const site = new Error();
  const where = { [group]: owner._id };
  const functions = options?.exposeFunctions ? functionsOf(group === 'page' ? owner.context() : owner) : undefined;
  if (functions && typeof script !== 'function') invalid(api, 'Passing functions requires the init script to be a function');
  const source = await sourceOf(api, script, arg, functions);
  if (functions) await functions.ready(api);
  const id = await ask(api, ADD[group], { ...where, source }, { site });
  return disposable(() => ask(`${api}.dispose`, REMOVE[group], { ...where, script: id }));
}

async function sourceOf(api, script, arg, functions) {
  if (typeof script === 'function') {
    const functionOf = functions ? (callback) => functions.add(callback) : () => undefined;
    const { value, handles } = encode(arg, { functionOf });
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
