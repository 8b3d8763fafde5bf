// What pictures and PDFs can be made with, and what such options must look like.

import { invalid } from './errors.js';
import { anything, check, checkOptions, listOf, required } from './shape.js';

const CLIP = { x: required('float'), y: required('float'), width: required('float'), height: required('float') };

const ELEMENT = {
  animations: ['disabled', 'allow'],
  caret: ['hide', 'initial'],
  mask: listOf(anything),
  maskColor: 'string',
  omitBackground: 'boolean',
  path: 'string',
  quality: 'integer',
  scale: ['css', 'device'],
  signal: anything,
  style: 'string',
  timeout: 'float',
  type: ['png', 'jpeg'],
};

const PAGE = { ...ELEMENT, clip: CLIP, fullPage: 'boolean' };

/** A number of pixels, or a text with a unit. */
function length(api, path, value) {
  if (typeof value !== 'number') check(api, path, value, 'string');
}

const PDF = {
  displayHeaderFooter: 'boolean',
  footerTemplate: 'string',
  format: 'string',
  headerTemplate: 'string',
  height: length,
  landscape: 'boolean',
  margin: { top: length, right: length, bottom: length, left: length },
  outline: 'boolean',
  pageRanges: 'string',
  path: 'string',
  preferCSSPageSize: 'boolean',
  printBackground: 'boolean',
  scale: 'float',
  tagged: 'boolean',
  width: length,
};

/** Checks the options of a picture of a page, or of an element of it. */
export function checkPicture(api, options, ofPage) {
  checkOptions(api, options, ofPage ? PAGE : ELEMENT);
  const { clip, quality } = options;
  if (quality !== undefined && !(quality >= 0 && quality <= 100)) {
    invalid(api, `Expected options.quality to be between 0 and 100 (inclusive), got ${quality}`);
  }
  for (const side of ['width', 'height']) if (clip?.[side] === 0) invalid(api, `Expected options.clip.${side} not to be 0.`);
}

export function checkPdf(api, options) {
  checkOptions(api, options, PDF);
}
