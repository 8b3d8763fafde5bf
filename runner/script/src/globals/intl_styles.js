// Dates and times by style: `dateStyle` and `timeStyle` from "full" to "short".

/** How each language writes them: full, long, medium, short; and what stands between date and time. */
const STYLES = {
  'en-US': { dates: ['{W}, {N} {D}, {Y}', '{N} {D}, {Y}', '{n} {D}, {Y}', '{M}/{D}/{YY}'], at: [' at ', ' at ', ', ', ', '] },
  'en-GB': { dates: ['{W}, {D} {N} {Y}', '{D} {N} {Y}', '{D} {n} {Y}', '{DD}/{MM}/{Y}'], at: [' at ', ' at ', ', ', ', '] },
  'de-DE': { dates: ['{W}, {D}. {N} {Y}', '{D}. {N} {Y}', '{DD}.{MM}.{Y}', '{DD}.{MM}.{YY}'], at: [' um ', ' um ', ', ', ', '] },
  'fr-FR': { dates: ['{W} {D} {N} {Y}', '{D} {N} {Y}', '{D} {n} {Y}', '{DD}/{MM}/{Y}'], at: [' à ', ' à ', ', ', ' '] },
  'cs-CZ': { dates: ['{W} {D}. {N} {Y}', '{D}. {N} {Y}', '{D}. {M}. {Y}', '{DD}.{MM}.{YY}'], at: [' v ', ' v ', ' ', ' '] },
};

const NAMES = ['full', 'long', 'medium', 'short'];

const two = (number) => String(number).padStart(2, '0');

/** Returns a number for a style, or throws for what is none. */
export function styleOf(option, value) {
  const index = NAMES.indexOf(value);
  if (index < 0) throw new RangeError(`Value ${value} out of range for Intl.DateTimeFormat options property ${option}`);
  return index;
}

/** Returns the parts of a time that a style shows. */
export function timeParts(style) {
  const parts = { hour: 'numeric', minute: '2-digit' };
  if (style < 3) parts.second = '2-digit';
  if (style < 2) parts.timeZoneName = 'short';
  return parts;
}

/** Returns a date in a style. */
export function styledDate(moment, style, { region, data }) {
  const words = {
    W: () => data.weekdays[moment.weekday],
    N: () => data.months[moment.month - 1],
    n: () => data.shortMonths[moment.month - 1],
    D: () => moment.day,
    DD: () => two(moment.day),
    M: () => moment.month,
    MM: () => two(moment.month),
    Y: () => moment.year,
    YY: () => two(moment.year % 100),
  };
  return STYLES[region].dates[style].replace(/\{(\w+)\}/g, (_, word) => words[word]());
}

/** Returns what stands between a date in a style and a time. */
export const between = (style, { region }) => STYLES[region].at[style];
