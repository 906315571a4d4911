// Times and states in words: the command's own, see TimeFormat.

import { el, svg } from './dom.js';

/** `95 s`, `12 min`, `30 h`, `3 d`. */
export function length(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} d`;
}

/** `3 min ago`; of a time to come, `in 3 min`. */
export function ago(time) {
  const since = Date.now() - time;
  if (since < -60_000) return `in ${length(-since)}`;
  return since < 10_000 ? 'just now' : `${length(since)} ago`;
}

const LOCAL = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** How long ago something was, kept right by `tick`. */
export function when(iso, none = '-') {
  if (!iso) return el('span', {}, none);
  const time = Date.parse(iso);
  return el('time', { datetime: iso, title: LOCAL.format(time), 'data-at': String(time) }, ago(time));
}

/** On the operator's own clock. */
export function moment(iso) {
  return iso ? LOCAL.format(Date.parse(iso)) : '';
}

/** Brings what `when` has made up to date. */
export function tick() {
  for (const element of document.querySelectorAll('time[data-at]')) {
    const words = ago(Number(element.dataset.at));
    if (element.textContent !== words) element.textContent = words;
  }
}

const MARKS = {
  good: 'M3.5 8.5l3 3 6-7',
  bad: 'M4 4l8 8M12 4l-8 8',
  busy: 'M8 4v4.5l3 1.5',
  faint: 'M4 8h8',
};

/** The mark of a tone, which is told by its form too, and not by its colour alone. */
export function mark(tone) {
  return svg('svg', { class: `mark ${tone}`, viewBox: '0 0 16 16', 'aria-hidden': 'true', focusable: 'false' },
    svg('circle', { cx: 8, cy: 8, r: 7.5 }), svg('path', { d: MARKS[tone] ?? MARKS.faint }));
}

/** A state or an outcome. */
export function badge(state) {
  return el('span', { class: `badge ${state.tone}` }, mark(state.tone), state.text);
}

/** An image: repository, tag, and twelve digits of its digest. */
export function image(one) {
  return el('span', { class: 'image' }, one.repository ?? '', one.tag ? [':', el('b', {}, one.tag)] : null,
    ' ', el('code', { class: 'digest' }, one.digest ?? '-'));
}

/** `1 service`, `2 services`. */
export function count(number, thing) {
  return `${number} ${thing}${number === 1 ? '' : 's'}`;
}

/** Where a service is shown. */
export function place(name) {
  return `#/service/${encodeURIComponent(name).replaceAll('%2F', '/')}`;
}
