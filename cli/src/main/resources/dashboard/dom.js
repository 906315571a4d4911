// Elements. Text becomes text and never markup: there is no other way to make an element here.

const SVG = 'http://www.w3.org/2000/svg';

function filled(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else element.setAttribute(name, value);
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** An HTML element with attributes; `onclick` and the like are listeners. */
export function el(name, properties = {}, ...children) {
  return filled(document.createElement(name), properties, children);
}

/** An SVG element. */
export function svg(name, properties = {}, ...children) {
  return filled(document.createElementNS(SVG, name), properties, children);
}

/** Puts other children into an element, where what they are made of has changed. */
export function show(parent, data, make) {
  const made = JSON.stringify(data) ?? '';
  if (shown.get(parent) === made) return false;
  shown.set(parent, made);
  parent.replaceChildren(...[make(data)].flat(3).filter(Boolean));
  return true;
}

const shown = new WeakMap();

/** A text in which what is between backticks is code. */
export function rich(text) {
  return String(text).split('`').map((part, i) => (i % 2 === 1 ? el('code', {}, part) : part));
}

const LONG = 320;

/** A text that may be long: its beginning, and a button for the rest. */
export function long(text, properties = {}) {
  if (text.length <= LONG + 80) return el('p', properties, rich(text));
  const shownText = el('span', {}, rich(beginning(text) + '…'));
  const button = el('button', { type: 'button', class: 'more', 'aria-expanded': 'false' }, `Show all ${text.length} characters`);
  button.addEventListener('click', () => {
    const opens = button.getAttribute('aria-expanded') === 'false';
    button.setAttribute('aria-expanded', String(opens));
    button.textContent = opens ? 'Show less' : `Show all ${text.length} characters`;
    shownText.replaceChildren(...rich(opens ? text : beginning(text) + '…'));
  });
  return el('div', properties, el('p', {}, shownText), button);
}

/** Never half a character, and no half of what is between backticks. */
function beginning(text) {
  const cut = Array.from(text.slice(0, LONG)).slice(0, -1).join('');
  return cut.split('`').length % 2 === 0 ? cut + '`' : cut;
}

let headings = 0;

/** A part of the page with a heading of its own. */
export function section(title, properties, ...children) {
  const id = `heading-${++headings}`;
  return el('section', { 'aria-labelledby': id, ...properties }, el('h2', { id }, title), ...children);
}

/** Lines as the command prints them. */
export function lines(list) {
  return list.map((pieces) => {
    const indent = /^ +/.exec(pieces[0]?.text ?? '')?.[0].length ?? 0;
    return el('p', { class: indent > 2 ? 'line deep' : indent > 0 ? 'line in' : 'line' }, pieces.map((piece) => el('span', { class: piece.tone }, rich(piece.text))));
  });
}
