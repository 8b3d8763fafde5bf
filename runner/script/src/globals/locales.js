// Languages that dates and numbers can be written in. Others are refused by name: a wrong date would
// be worse than an error.

const EN = {
  months: ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'],
  shortMonths: ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'],
  weekdays: ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
  shortWeekdays: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'],
};

export const LOCALES = {
  'en-US': {
    ...EN, hour12: true, decimal: '.', group: ',', percent: '%', currency: 'before',
    numeric: '{M}/{D}/{Y}', long: '{N} {D}, {Y}', withWeekday: '{W}, {date}',
  },
  'en-GB': {
    ...EN, shortMonths: EN.shortMonths.with(8, 'Sept'), hour12: false, decimal: '.', group: ',', percent: '%', currency: 'before',
    numeric: '{DD}/{MM}/{Y}', long: '{D} {N} {Y}', withWeekday: '{W}, {date}',
  },
  'de-DE': {
    months: ['Januar', 'Februar', 'März', 'April', 'Mai', 'Juni', 'Juli', 'August', 'September', 'Oktober', 'November', 'Dezember'],
    shortMonths: ['Jan.', 'Feb.', 'März', 'Apr.', 'Mai', 'Juni', 'Juli', 'Aug.', 'Sept.', 'Okt.', 'Nov.', 'Dez.'],
    weekdays: ['Sonntag', 'Montag', 'Dienstag', 'Mittwoch', 'Donnerstag', 'Freitag', 'Samstag'],
    shortWeekdays: ['So', 'Mo', 'Di', 'Mi', 'Do', 'Fr', 'Sa'],
    hour12: false, decimal: ',', group: '.', percent: '\u00a0%', currency: 'after',
    numeric: '{D}.{M}.{Y}', long: '{D}. {N} {Y}', withWeekday: '{W}, {date}', withShortWeekday: '{W}., {date}',
  },
  'fr-FR': {
    months: ['janvier', 'février', 'mars', 'avril', 'mai', 'juin', 'juillet', 'août', 'septembre', 'octobre', 'novembre', 'décembre'],
    shortMonths: ['janv.', 'févr.', 'mars', 'avr.', 'mai', 'juin', 'juil.', 'août', 'sept.', 'oct.', 'nov.', 'déc.'],
    weekdays: ['dimanche', 'lundi', 'mardi', 'mercredi', 'jeudi', 'vendredi', 'samedi'],
    shortWeekdays: ['dim.', 'lun.', 'mar.', 'mer.', 'jeu.', 'ven.', 'sam.'],
    hour12: false, decimal: ',', group: '\u202f', percent: '\u00a0%', currency: 'after',
    numeric: '{DD}/{MM}/{Y}', long: '{D} {N} {Y}', withWeekday: '{W} {date}',
  },
  'cs-CZ': {
    months: ['ledna', 'února', 'března', 'dubna', 'května', 'června', 'července', 'srpna', 'září', 'října', 'listopadu', 'prosince'],
    weekdays: ['neděle', 'pondělí', 'úterý', 'středa', 'čtvrtek', 'pátek', 'sobota'],
    shortWeekdays: ['ne', 'po', 'út', 'st', 'čt', 'pá', 'so'],
    hour12: false, unpaddedHour: true, decimal: ',', group: '\u00a0', percent: '\u00a0%', currency: 'after',
    numeric: '{D}. {M}. {Y}', long: '{D}. {N} {Y}', withWeekday: '{W} {date}',
  },
};

/** Languages without a region, and the region that is meant. */
const MEANT = { en: 'en-US', de: 'de-DE', fr: 'fr-FR', cs: 'cs-CZ' };

/** Returns the name and the data of the first locale of a list that is there. */
export function localeOf(wanted) {
  const list = wanted === undefined || wanted.length === 0 ? ['en-US'] : [wanted].flat().map(String);
  for (const one of list) {
    const name = LOCALES[one] ? one : MEANT[one];
    if (name) return { name: one, region: name, data: LOCALES[name] };
  }
  const there = [...Object.keys(LOCALES), ...Object.keys(MEANT)].join(', ');
  throw new RangeError(`the locale "${list.join(', ')}" is not available in monitors; there are ${there}`);
}
