// `Intl` as far as monitors need it: dates with time zones, numbers, plurals. What is not there is
// refused with a word, and nothing is wrong in silence.

import native from 'canary:native';
import { between, styledDate, styleOf, timeParts } from './intl_styles.js';
import { localeOf } from './locales.js';

const DATE_PARTS = ['weekday', 'year', 'month', 'day'];
const TIME_PARTS = ['hour', 'minute', 'second', 'fractionalSecondDigits'];
const STYLED = ['dateStyle', 'timeStyle'];
const KNOWN_DATE = new Set([...DATE_PARTS, ...TIME_PARTS, ...STYLED, 'timeZone', 'timeZoneName', 'hour12', 'hourCycle', 'localeMatcher', 'calendar', 'numberingSystem', 'formatMatcher']);

function refuse(what, hint = '') {
  throw new RangeError(`${what} is not available in monitors${hint && `; ${hint}`}`);
}

function checkOptions(options, known, name) {
  for (const [key, value] of Object.entries(options)) {
    if (value !== undefined && !known.has(key)) refuse(`the option "${key}" of ${name}`);
  }
}

class DateTimeFormat {
  #locale;
  #options;

  constructor(locales, options = {}) {
    checkOptions(options, KNOWN_DATE, 'Intl.DateTimeFormat');
    if (options.calendar && options.calendar !== 'gregory') refuse(`the calendar "${options.calendar}"`);
    this.#locale = localeOf(locales);
    const { timeZone } = options;
    const known = native.moment(0, timeZone);
    if (!known) throw new RangeError(`Invalid time zone specified: ${timeZone}`);
    this.#options = { ...options, timeZone: timeZone ?? 'UTC' };
    if (STYLED.some((style) => options[style] !== undefined)) {
      this.#checkStyles(options);
      return;
    }
    if (![...DATE_PARTS, ...TIME_PARTS].some((part) => options[part] !== undefined)) {
      Object.assign(this.#options, { year: 'numeric', month: 'numeric', day: 'numeric' });
    }
  }

  #checkStyles(options) {
    const part = [...DATE_PARTS, ...TIME_PARTS, 'timeZoneName'].find((name) => options[name] !== undefined);
    if (part) throw new TypeError(`Can't set option ${part} when dateStyle or timeStyle is used`);
    for (const style of STYLED) if (options[style] !== undefined) styleOf(style, options[style]);
    if (options.timeStyle === 'full') refuse('the time style "full"', '"long" has the short name of the time zone');
    const { hour12 } = this.#locale.data;
    if (options.hour12 !== undefined && options.hour12 !== hour12) refuse('another clock than that of the language with timeStyle');
    if (options.hourCycle !== undefined) refuse('hourCycle with timeStyle');
  }

  #styled(moment) {
    const { dateStyle, timeStyle, timeZone } = this.#options;
    const date = dateStyle === undefined ? '' : styledDate(moment, styleOf('dateStyle', dateStyle), this.#locale);
    if (timeStyle === undefined) return date;
    const { data } = this.#locale;
    const parts = timeParts(styleOf('timeStyle', timeStyle));
    const hour = data.hour12 || data.unpaddedHour ? 'numeric' : '2-digit';
    const time = timeText(moment, { ...parts, hour, timeZone }, data);
    return date ? `${date}${between(styleOf('dateStyle', dateStyle), this.#locale)}${time}` : time;
  }

  format = (date = Date.now()) => {
    const ms = Number(date);
    if (Number.isNaN(ms)) throw new RangeError('Invalid time value');
    const moment = native.moment(ms, this.#options.timeZone);
    if (STYLED.some((style) => this.#options[style] !== undefined)) return this.#styled(moment);
    const parts = [dateText(moment, this.#options, this.#locale.data), timeText(moment, this.#options, this.#locale.data)];
    const long = this.#options.month === 'long' && parts[0] && parts[1];
    if (long) refuse('a date with the name of its month and a time in one format', 'format date and time one by one');
    const { weekday, year, month, day } = this.#options;
    if (weekday && !year && !month && !day && parts[1]) refuse('a weekday and a time in one format', 'format them one by one');
    return parts.filter(Boolean).join(separator(this.#locale, this.#options));
  };

  formatToParts() {
    return refuse('Intl.DateTimeFormat.formatToParts');
  }

  resolvedOptions() {
    const { timeZone, ...rest } = this.#options;
    return { locale: this.#locale.name, calendar: 'gregory', numberingSystem: 'latn', timeZone: native.moment(0, timeZone).zone, ...rest };
  }

  static supportedLocalesOf(locales) {
    return [locales].flat().filter((locale) => {
      try {
        return localeOf(locale);
      } catch {
        return false;
      }
    });
  }
}

/** Stands between date and time. */
function separator({ name }, { month }) {
  if (name.startsWith('cs')) return ' ';
  return name.startsWith('fr') && month !== 'short' ? ' ' : ', ';
}

const two = (number) => String(number).padStart(2, '0');

function dateText(moment, options, data) {
  const { weekday, year, month, day } = options;
  if (!weekday && !year && !month && !day) return '';
  if ([year, month, day].includes('narrow') || weekday === 'narrow') refuse('a narrow form in a date');
  const names = weekday && (weekday === 'long' ? data.weekdays : data.shortWeekdays)[moment.weekday];
  if (!year && !month && !day) return names;
  const worded = month === 'long' || month === 'short';
  if (month === 'short' && !data.shortMonths) refuse('the short name of a month in this language');
  const whole = year && month && day;
  if (!whole) return partOfDate(moment, options, data, names);
  let date;
  if (worded) {
    date = data.long.replace('{N}', (month === 'long' ? data.months : data.shortMonths)[moment.month - 1]);
  } else date = data.numeric;
  date = date
    .replace('{DD}', two(moment.day))
    .replace('{MM}', two(moment.month))
    .replace('{D}', day === '2-digit' ? two(moment.day) : moment.day)
    .replace('{M}', month === '2-digit' ? two(moment.month) : moment.month)
    .replace('{Y}', year === '2-digit' ? two(moment.year % 100) : moment.year);
  if (!names) return date;
  if (!worded) refuse('a weekday with a numeric date', 'give the month by name');
  const pattern = weekday === 'short' ? data.withShortWeekday ?? data.withWeekday : data.withWeekday;
  return pattern.replace('{W}', names).replace('{date}', date);
}

/** One or two parts of a date, where all languages agree or the language is English. */
function partOfDate(moment, { year, month, day }, data, weekday) {
  if (weekday) refuse('a weekday with a part of a date');
  const given = [year, month, day].filter(Boolean).length;
  if (given === 1) {
    if (year) return year === '2-digit' ? two(moment.year % 100) : String(moment.year);
    if (day) return plainPart(day, moment.day, data);
    if (month === 'long' && data.months !== undefined && !data.unpaddedHour) return data.months[moment.month - 1];
    if (month === 'numeric' || month === '2-digit') return plainPart(month, moment.month, data);
    if (month === 'short' && data.hour12) return data.shortMonths[moment.month - 1];
  }
  if (data.hour12) {
    const name = { long: data.months, short: data.shortMonths }[month]?.[moment.month - 1];
    if (year && month && name) return `${name} ${year === '2-digit' ? two(moment.year % 100) : moment.year}`;
    if (month && day && name) return `${name} ${day === '2-digit' ? two(moment.day) : moment.day}`;
    if (month && day) return `${month === '2-digit' ? two(moment.month) : moment.month}/${day === '2-digit' ? two(moment.day) : moment.day}`;
  }
  return refuse('this part of a date in this language', 'give year, month and day');
}

/** Languages that write "2." for a day alone are left to an error. */
function plainPart(style, value, data) {
  if (data.numeric.includes('.')) refuse('a day or month alone in this language');
  return style === '2-digit' ? two(value) : String(value);
}

function timeText(moment, options, data) {
  const { hour, minute, second, fractionalSecondDigits, timeZoneName } = options;
  if (!hour && !minute && !second) {
    if (timeZoneName) refuse('the name of a time zone without a time');
    return '';
  }
  if (!hour) refuse('minutes or seconds without the hour');
  const twelve = options.hour12 ?? (options.hourCycle ? options.hourCycle === 'h12' : data.hour12);
  if (twelve && !data.hour12) refuse('a clock of twelve hours in this language');
  const hours = twelve ? moment.hour % 12 || 12 : moment.hour;
  const padded = hour === '2-digit' || (!twelve && !data.unpaddedHour && Boolean(second || timeZoneName));
  const bare = [padded ? two(hours) : String(hours)];
  if (minute) bare.push(two(moment.minute));
  if (second) bare.push(two(moment.second));
  if (!minute && !twelve) refuse('the hour alone in a clock of 24 hours');
  let text = bare.join(':');
  if (fractionalSecondDigits) text += `${data.decimal}${String(moment.millisecond).padStart(3, '0').slice(0, fractionalSecondDigits)}`;
  if (twelve) text += ` ${moment.hour < 12 ? 'AM' : 'PM'}`;
  if (timeZoneName) {
    if (timeZoneName !== 'short') refuse(`"${timeZoneName}" for the name of a time zone`);
    if (options.timeZone.toUpperCase() !== 'UTC' && !data.hour12) refuse('the name of a time zone in this language');
    const shown = options.timeZone.toUpperCase() === 'UTC' ? 'UTC' : zoneName(moment, data);
    text += ` ${shown}`;
  }
  return text;
}

function zoneName({ abbreviation, offset }, data) {
  if (data.hour12 && /^[ECMP][SD]T$/.test(abbreviation)) return abbreviation;
  const sign = offset < 0 ? '-' : '+';
  const minutes = Math.abs(offset);
  const rest = minutes % 60 ? `:${two(minutes % 60)}` : '';
  return offset === 0 ? 'GMT' : `GMT${sign}${Math.trunc(minutes / 60)}${rest}`;
}

const KNOWN_NUMBER = new Set([
  'style', 'currency', 'currencyDisplay', 'minimumFractionDigits', 'maximumFractionDigits', 'minimumIntegerDigits', 'useGrouping', 'localeMatcher', 'notation',
]);
const SYMBOLS = { EUR: '€', USD: '$', GBP: '£', CZK: 'Kč', JPY: '¥' };
const CURRENCY_DIGITS = { JPY: 0, KRW: 0 };

class NumberFormat {
  #locale;
  #options;

  constructor(locales, options = {}) {
    checkOptions(options, KNOWN_NUMBER, 'Intl.NumberFormat');
    this.#locale = localeOf(locales);
    const { style = 'decimal', currency, notation = 'standard' } = options;
    if (!['decimal', 'percent', 'currency'].includes(style)) refuse(`the style "${style}"`);
    if (notation !== 'standard') refuse(`the notation "${notation}"`);
    if (style === 'currency' && !currency) throw new TypeError('Currency code is required with currency style.');
    const digits = style === 'currency' ? CURRENCY_DIGITS[currency.toUpperCase()] ?? 2 : 0;
    const least = options.minimumFractionDigits ?? Math.min(digits, options.maximumFractionDigits ?? digits);
    const most = options.maximumFractionDigits ?? Math.max(least, style === 'decimal' ? 3 : digits);
    if (least > most || least < 0 || most > 100) throw new RangeError('maximumFractionDigits value is out of range.');
    this.#options = { ...options, style, minimumFractionDigits: least, maximumFractionDigits: most };
  }

  format = (value) => {
    const { style, minimumFractionDigits: least, maximumFractionDigits: most, useGrouping = true, minimumIntegerDigits = 1 } = this.#options;
    const { decimal, group, percent, currency } = this.#locale.data;
    const number = typeof value === 'bigint' ? value : Number(value);
    if (Number.isNaN(number)) return 'NaN';
    const negative = number < 0 || Object.is(number, -0);
    const size = sizeOf(number, style === 'percent' ? 100 : 1);
    let [whole, fraction = ''] = size === Infinity ? ['∞'] : rounded(size, most).split('.');
    fraction = fraction.padEnd(least, '0');
    while (fraction.length > least && fraction.endsWith('0')) fraction = fraction.slice(0, -1);
    whole = whole.padStart(minimumIntegerDigits, '0');
    if (useGrouping) whole = whole.replace(/\B(?=(\d{3})+(?!\d))/g, group);
    let text = fraction ? `${whole}${decimal}${fraction}` : whole;
    if (style === 'percent') text += percent;
    if (style === 'currency') text = this.#money(text, currency);
    return negative ? `-${text}` : text;
  };

  #money(text, place) {
    const code = this.#options.currency.toUpperCase();
    const display = this.#options.currencyDisplay ?? 'symbol';
    if (!['symbol', 'code'].includes(display)) refuse(`"${display}" for a currency`);
    const british = this.#locale.name.endsWith('GB') && { USD: 'US$', JPY: 'JP¥' }[code];
    const local = british || (SYMBOLS[code] ?? code);
    if (display === 'symbol' && place === 'after' && !['EUR', 'CZK', 'USD', 'GBP'].includes(code)) refuse(`the currency "${code}" in this language`);
    if (this.#locale.name.startsWith('fr') && code !== 'EUR') refuse(`the currency "${code}" in this language`);
    if (this.#locale.name.startsWith('cs') && code === 'USD') return `${text}\u00a0US$`;
    const symbol = display === 'code' || (code === 'CZK' && !this.#locale.name.startsWith('cs')) ? code : local;
    if (place === 'after') return `${text}\u00a0${symbol}`;
    return /^[A-Z]{3}$/.test(symbol) ? `${symbol}\u00a0${text}` : `${symbol}${text}`;
  }

  formatToParts() {
    return refuse('Intl.NumberFormat.formatToParts');
  }

  resolvedOptions() {
    return { locale: this.#locale.name, numberingSystem: 'latn', useGrouping: true, ...this.#options };
  }
}

/** Returns the absolute value times a whole number, exactly where it is whole. */
function sizeOf(number, factor) {
  if (typeof number !== 'bigint' && !Number.isInteger(number)) return Math.abs(number) * factor;
  const whole = BigInt(number);
  const size = (whole < 0n ? -whole : whole) * BigInt(factor);
  return typeof number === 'bigint' || size > BigInt(Number.MAX_SAFE_INTEGER) ? size : Number(size);
}

/** Rounds half away from zero on the decimal digits, not on the binary value. */
function rounded(size, digits) {
  if (typeof size === 'bigint') return String(size);
  const text = String(size);
  if (text.includes('e')) return size > 1 ? String(BigInt(size)) : size.toFixed(digits);
  const [whole, fraction = ''] = text.split('.');
  if (fraction.length <= digits) return fraction ? `${whole}.${fraction}` : whole;
  const scaled = BigInt(whole + fraction.slice(0, digits)) + (Number(fraction[digits]) >= 5 ? 1n : 0n);
  const all = String(scaled).padStart(digits + 1, '0');
  return digits ? `${all.slice(0, -digits)}.${all.slice(-digits)}` : all;
}

class PluralRules {
  #locale;
  #options;

  constructor(locales, options = {}) {
    this.#locale = localeOf(locales);
    this.#options = options;
    if (options.type === 'ordinal' && !this.#locale.name.startsWith('en')) refuse('ordinal plurals in this language');
  }

  select(number) {
    const language = this.#locale.name.slice(0, 2);
    if (this.#options.type === 'ordinal') {
      const last = number % 10;
      if (number % 100 - last === 10) return 'other';
      return { 1: 'one', 2: 'two', 3: 'few' }[last] ?? 'other';
    }
    if (language === 'fr') return number >= 0 && number < 2 ? 'one' : 'other';
    if (language === 'cs') {
      if (!Number.isInteger(number)) return 'many';
      return number === 1 ? 'one' : number >= 2 && number <= 4 ? 'few' : 'other';
    }
    return number === 1 ? 'one' : 'other';
  }
}

class Collator {
  constructor(locales, options = {}) {
    if (options.numeric || options.caseFirst || options.sensitivity) refuse('options of Intl.Collator');
    localeOf(locales);
  }

  compare = (a, b) => String(a).localeCompare(String(b));
}

const missing = (name) => class {
  constructor() {
    refuse(`Intl.${name}`);
  }
};

/** These may be called without `new`. */
const callable = (made) => new Proxy(made, { apply: (target, _, args) => new target(...args) });

/** Returns a locale's name as it is written: `en-US`. */
const canonical = (locale) => String(locale).split('-')
  .map((part, index) => (index === 0 ? part.toLowerCase() : part.length === 2 ? part.toUpperCase() : part))
  .join('-');

export const Intl = {
  DateTimeFormat: callable(DateTimeFormat),
  NumberFormat: callable(NumberFormat),
  PluralRules,
  Collator: callable(Collator),
  ListFormat: missing('ListFormat'),
  RelativeTimeFormat: missing('RelativeTimeFormat'),
  DisplayNames: missing('DisplayNames'),
  Segmenter: missing('Segmenter'),
  DurationFormat: missing('DurationFormat'),
  getCanonicalLocales: (locales) => [...new Set([locales].flat().filter(Boolean).map(canonical))],
  supportedValuesOf: () => refuse('Intl.supportedValuesOf'),
};

const DATE = { year: 'numeric', month: 'numeric', day: 'numeric' };
const TIME = { hour: 'numeric', minute: '2-digit', second: '2-digit' };

/** `Date.prototype.toLocaleString` and its two like. */
export function localeDate(method, date, locales, options = {}) {
  const named = (parts) => [...parts, ...STYLED].some((part) => options[part] !== undefined);
  if (Number.isNaN(date.getTime())) return 'Invalid Date';
  const defaults = {
    toLocaleString: named([...DATE_PARTS, ...TIME_PARTS]) ? {} : { ...DATE, ...TIME },
    toLocaleDateString: named(DATE_PARTS) ? {} : DATE,
    toLocaleTimeString: named(TIME_PARTS) ? {} : TIME,
  };
  return new DateTimeFormat(locales, { ...defaults[method], ...options }).format(date);
}

/** `Number.prototype.toLocaleString` and that of bigints. */
export const localeNumber = (number, locales, options) => new NumberFormat(locales, options).format(number.valueOf());
