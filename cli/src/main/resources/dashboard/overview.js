// The services, environment by environment.

import { el, long, rich } from './dom.js';
import { badge, count, image, mark, place, when } from './words.js';
import { lanes, tasks } from './pictures.js';
import { act } from './dialog.js';

const NONE = 'no environment';

// kept while other views are shown
let sought = '';
let only = new Set();

/** The first view. */
export function overview(context) {
  const { services, about } = context;
  const states = el('div', { class: 'states', role: 'group', 'aria-label': 'Show only services that are' });
  const search = el('input', { type: 'search', 'aria-label': 'Filter by name, image or environment', placeholder: 'Filter', value: sought });
  const nothing = el('p', { class: 'empty', hidden: true });
  const warnings = el('div', { class: 'warnings' });
  const sections = el('div');
  const root = el('div', {}, el('div', { class: 'bar' }, el('h1', {}, 'Services'), states, search), warnings, sections, nothing);
  const environments = new Map();
  const rows = new Map();

  search.addEventListener('input', () => {
    sought = search.value;
    filter();
  });

  function environment(name) {
    if (!environments.has(name)) {
      const id = `environment-${environments.size}`;
      const body = el('tbody', { role: 'rowgroup' });
      const told = el('span', { class: 'told' });
      const can = name !== NONE && !about.readOnly;
      const promote = el('button', { type: 'button', 'aria-label': `Promote ${name}…`, onclick: () => act(context, 'promote', { from: name }) }, 'Promote…');
      const pause = el('button', { type: 'button', 'aria-label': `Pause ${name}…`, onclick: () => act(context, 'pause', { environment: name }) }, 'Pause…');
      const resume = el('button', { type: 'button', 'aria-label': `Resume ${name}…`, onclick: () => act(context, 'resume', { environment: name }) }, 'Resume…');
      const head = ['Service', 'State', 'Image', 'Tasks', 'Since'];
      const part = el('section', { class: 'environment', 'aria-labelledby': id },
        el('header', {}, el('h2', { id }, name), told,
          can && el('div', { class: 'actions' }, promote, pause, resume)),
        el('table', { role: 'table', 'aria-labelledby': id },
          el('thead', { role: 'rowgroup' }, el('tr', { role: 'row' }, head.map((text) => el('th', { scope: 'col', role: 'columnheader' }, text)))),
          body));
      environments.set(name, { part, body, told, pause, resume });
    }
    return environments.get(name);
  }

  function row(data) {
    const made = JSON.stringify(data);
    const known = rows.get(data.name);
    if (known?.made === made) return known;
    if (known && known.data.state.text !== data.state.text) context.say(`${data.name} ${data.state.text}`);
    const line = known?.line ?? el('tr', { role: 'row' });
    line.className = data.state.tone;
    const link = known?.link ?? el('a', { href: place(data.name) }, data.name);
    const cell = (label, ...children) => el('td', { role: 'cell', 'data-label': label }, ...children);
    const why = [data.cause, ...data.remarks].filter(Boolean);
    const cells = [
      known?.head ?? el('th', { scope: 'row', role: 'rowheader' }, link),
      cell('State', badge(data.state), why.map((text) => long(text, { class: 'why' }))),
      cell('Image', data.images.length > 0 ? data.images.map((one) => el('div', {}, image(one))) : '-'),
      cell('Tasks', data.lanes ? lanes(data.lanes, true) : tasks(data)),
      cell('Since', when(data.since)),
    ];
    line.replaceChildren(...cells);
    const text = [data.name, data.environment, data.state.text, ...data.images.flatMap((one) => [one.repository, one.tag, one.digest])].join(' ').toLowerCase();
    const entry = { made, data, line, link, head: cells[0], text };
    rows.set(data.name, entry);
    return entry;
  }

  function draw() {
    const data = services.data;
    const byEnvironment = Map.groupBy(data.services, (one) => one.environment ?? NONE);
    const present = new Set(data.services.map((one) => one.name));
    for (const name of [...rows.keys()]) if (!present.has(name)) rows.delete(name);
    for (const [name, list] of byEnvironment) {
      const { body, told, pause, resume } = environment(name);
      const paused = list.filter((one) => one.paused).length;
      pause.hidden = paused === list.length;
      resume.hidden = paused === 0;
      const lines = list.map((one) => row(one).line);
      if (lines.length !== body.children.length || lines.some((line, i) => body.children[i] !== line)) body.replaceChildren(...lines);
      told.textContent = count(list.length, 'service');
    }
    for (const name of [...environments.keys()]) {
      if (!byEnvironment.has(name)) environments.delete(name);
    }
    const parts = [...byEnvironment.keys()].map((name) => environments.get(name).part);
    if (parts.length !== sections.children.length || parts.some((part, i) => sections.children[i] !== part)) sections.replaceChildren(...parts);
    warnings.replaceChildren(...data.warnings.map((text) => long(text, { class: 'note' })));
    drawStates(data.services);
    filter();
    waitingCount(data.services);
  }

  function drawStates(list) {
    const groups = Map.groupBy(list, (one) => one.state.text);
    for (const state of only) if (!groups.has(state)) only.delete(state);
    const order = { bad: 0, busy: 1, good: 2, faint: 3 };
    const sorted = [...groups].sort((a, b) => (order[a[1][0].state.tone] ?? 4) - (order[b[1][0].state.tone] ?? 4) || a[0].localeCompare(b[0]));
    const focused = document.activeElement?.dataset?.state;
    states.replaceChildren(...sorted.map(([state, some]) => el('button', {
      type: 'button',
      class: `state ${some[0].state.tone}`,
      'aria-pressed': String(only.has(state)),
      'data-state': state,
      onclick: () => {
        if (!only.delete(state)) only.add(state);
        drawStates(services.data.services);
        filter();
      },
    }, mark(some[0].state.tone), `${some.length} ${state}`)));
    if (focused) [...states.children].find((button) => button.dataset.state === focused)?.focus();
  }

  function filter() {
    const words = sought.toLowerCase().split(/\s+/).filter(Boolean);
    let seen = 0;
    for (const { data, line, text } of rows.values()) {
      line.hidden = (only.size > 0 && !only.has(data.state.text)) || !words.every((word) => text.includes(word));
      if (!line.hidden) seen++;
    }
    for (const { part, body } of environments.values()) part.hidden = [...body.children].every((line) => line.hidden);
    const total = services.data?.services.length ?? 0;
    nothing.hidden = seen > 0;
    nothing.replaceChildren(...rich(total > 0 ? 'No service is like that.' : 'No service follows an environment. To have one follow: `slipway follow SERVICE ENVIRONMENT`'));
  }

  return ofServices(context, 'Services', root, draw);
}

/** A view of what all services share: drawn from what is there, then looked at again. */
export function ofServices({ services }, title, root, draw) {
  if (services.data) draw();
  return {
    title,
    root,
    at: () => services.at,
    interval: () => 5000,
    async look() {
      const first = services.etag === null;
      if (await services.ask()) draw();
      return first; // what was there is shown; what is so now is asked for
    },
  };
}

/** How many services wait, beside the link to them. */
export function waitingCount(list) {
  const number = list.filter((one) => one.waitingFor.length > 0 || one.atHook).length;
  const shown = document.getElementById('waiting');
  shown.hidden = number === 0;
  shown.textContent = ` ${number}`;
}
