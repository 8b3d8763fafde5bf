// What may be done with an element now: visible, enabled, editable, checked, and which element is
// meant when the one that was found stands for another (a label for its control).

// A failure that waiting cannot mend.
class Refusal extends Error {}

const CONTROLS = 'input, textarea, select';
const CLICKABLE = 'a, input, textarea, button, select, [role=link], [role=button], [role=checkbox], [role=radio]';

const isField = element => element.matches(CONTROLS) || element.isContentEditable;

// The control that an element is part of or the label of.
const controlOf = element => {
  let target = element;
  if (!isField(target)) target = target.closest('button, [role=button], [role=checkbox], [role=radio]') || target;
  if (!target.matches(CLICKABLE) && !target.isContentEditable) {
    const label = target.closest('label');
    if (label && label.control) target = label.control;
  }
  return target;
};

// The element that has to be hit for a click on `element` to count.
const pressTargetOf = element =>
  (isField(element) ? element : element.closest('button, [role=button], a, [role=link]') || element);

const NOT_EDITABLE = 'Element is not an <input>, <textarea>, <select> or [contenteditable] and does not have a role allowing [aria-readonly]';

const STATES = {
  visible: isVisible,
  hidden: element => !isVisible(element),
  enabled: element => !isDisabled(controlOf(element)),
  disabled: element => isDisabled(controlOf(element)),
  editable: element => {
    const target = controlOf(element);
    const readonly = readonlyOf(target);
    if (readonly === undefined) throw new Refusal(NOT_EDITABLE);
    return !isDisabled(target) && !readonly;
  },
};

const checkedState = element => {
  const checked = checkedOf(controlOf(element), false);
  if (checked === undefined) throw new Refusal('Not a checkbox or radio button');
  return checked;
};

// The states still missing, in the words of the call log.
const missingState = (element, states) => states.find(state => state !== 'stable' && !STATES[state](element));

const listed = states => (states.length < 2 ? states.join('') : `${states.slice(0, -1).join(', ')} and ${states.at(-1)}`);

// Resolves when the browser has produced a frame; a page that is not being drawn gets a timer.
const nextFrame = () => new Promise(resolve => {
  const timer = setTimeout(resolve, 120);
  requestAnimationFrame(() => {
    clearTimeout(timer);
    resolve();
  });
});

const sameRect = (a, b) => a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;

const isAnimated = () => scopesOf(document).some(scope =>
  scope.getAnimations && scope.getAnimations().some(animation => animation.playState === 'running'));

// Whether the box stays where it is from one frame to the next. Script that moves it has done so by
// the next frame; style animations are only seen to move within frames, so they take one more.
const isStable = async element => {
  if (isAnimated()) await nextFrame();
  const before = element.getBoundingClientRect();
  await nextFrame();
  return sameRect(before, element.getBoundingClientRect());
};
