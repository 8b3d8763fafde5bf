// `console`: what scripts write goes to the runner as events.

import { now, report } from '../playwright/native.js';
import { pretty } from '../playwright/pretty.js';

const LIMIT = 64 * 1024;
const counts = new Map();
const clocks = new Map();
let indent = '';

/** Returns arguments as one text, with the placeholders of `printf` that consoles know. */
export function format(args) {
  const rest = [...args];
  let text = '';
  if (typeof rest[0] === 'string' && rest.length > 1) {
    text = rest.shift().replace(/%[sdifjoOc%]/g, (mark) => {
      if (mark === '%%') return '%';
      if (!rest.length) return mark;
      const value = rest.shift();
      if (mark === '%c') return '';
      if (mark === '%s') return typeof value === 'string' ? value : show(value);
      if (mark === '%d' || mark === '%f') return String(Number(value));
      if (mark === '%i') return String(Math.trunc(Number(value)));
      return mark === '%j' ? JSON.stringify(value) : pretty(value);
    });
  } else if (rest.length) text = show(rest.shift());
  return [text, ...rest.map(show)].join(' ');
}

function show(value) {
  if (typeof value === 'string') return value;
  if (value instanceof Error) return `${value.name}: ${value.message}\n${value.stack ?? ''}`.trimEnd();
  return pretty(value);
}

function write(level, args) {
  const text = indent + format(args).replace(/\n/g, `\n${indent}`);
  const cut = text.length > LIMIT ? `${text.slice(0, LIMIT)}… (${text.length - LIMIT} more)` : text;
  report({ type: 'console', level, text: cut.toWellFormed(), stack: new Error().stack });
}

export const console = {
  log: (...args) => write('log', args),
  info: (...args) => write('info', args),
  warn: (...args) => write('warn', args),
  error: (...args) => write('error', args),
  debug: (...args) => write('debug', args),
  trace: (...args) => write('debug', [...args, `\n${new Error().stack}`]),
  dir: (value) => write('log', [value]),
  table: (value) => write('log', [value]),
  assert(condition, ...args) {
    if (!condition) write('error', ['assertion failed:', ...args]);
  },
  count(label = 'default') {
    counts.set(label, (counts.get(label) ?? 0) + 1);
    write('log', [`${label}: ${counts.get(label)}`]);
  },
  countReset: (label = 'default') => void counts.delete(label),
  time: (label = 'default') => void clocks.set(label, now()),
  timeLog: (label = 'default', ...args) => write('log', [`${label}: ${elapsed(label)} ms`, ...args]),
  timeEnd(label = 'default') {
    write('log', [`${label}: ${elapsed(label)} ms`]);
    clocks.delete(label);
  },
  group(...args) {
    if (args.length) write('log', args);
    indent += '  ';
  },
  groupCollapsed: (...args) => console.group(...args),
  groupEnd() {
    indent = indent.slice(2);
  },
  clear() {},
};

const elapsed = (label) => (now() - (clocks.get(label) ?? now())).toFixed(3);
