// What waits at a gate, and dead letters.

import { el, long, rich, show } from './dom.js';
import { Question } from './net.js';
import { badge, count, image, place, when } from './words.js';
import { ofServices, waitingCount } from './overview.js';
import { act } from './dialog.js';

/** The services that wait at a gate, those that a person can end first. */
export function waiting(context) {
  const { services, about } = context;
  const list = el('div');
  const root = el('div', {}, el('div', { class: 'bar' }, el('h1', {}, 'Waiting at a gate')), list);

  function draw() {
    const waits = services.data.services.filter((one) => one.waitingFor.length > 0 || one.atHook);
    waits.sort((a, b) => Number(canEnd(b)) - Number(canEnd(a)));
    waitingCount(services.data.services);
    show(list, waits, () => waits.length === 0
      ? el('p', { class: 'empty' }, 'Nothing waits at a gate.')
      : el('ul', { class: 'cards' }, waits.map(card)));
  }

  /** Whether a person's answer ends the wait. */
  function canEnd(one) {
    return one.waitingFor.includes('approval') || one.atHook;
  }

  function card(one) {
    const next = one.images.filter((each) => each.selected && each.selected !== each.digest);
    return el('li', { class: 'card' },
      el('h2', {}, el('a', { href: place(one.name) }, one.name), ' ', badge(one.state)),
      next.map((each) => el('p', {}, image(each), ' → ', el('code', { class: 'digest' }, each.selected))),
      one.remarks.map((text) => long(text, { class: 'why' })),
      !about.readOnly && el('div', { class: 'actions' },
        canEnd(one) && el('button', { type: 'button', class: 'strong', 'aria-label': `Approve for ${one.name}…`, onclick: () => act(context, 'approve', { service: one.name }) }, 'Approve…'),
        one.atHook && el('button', { type: 'button', 'aria-label': `Reject for ${one.name}…`, onclick: () => act(context, 'reject', { service: one.name }) }, 'Reject…'),
        el('button', { type: 'button', 'aria-label': `Deploy to ${one.name}…`, onclick: () => act(context, 'deploy', { service: one.name }) }, 'Deploy…')));
  }

  return ofServices(context, 'Waiting at a gate', root, draw);
}

/** Messages that could not be handled. Each look takes them out of the queue for a moment, so there are few. */
export function deadLetters(context) {
  const question = new Question('/api/dead-letters');
  const list = el('div');
  const all = el('button', { type: 'button', hidden: true, onclick: () => act(context, 'redrive', { all: true }) }, 'Redrive all…');
  const root = el('div', {},
    el('div', { class: 'bar' }, el('h1', {}, 'Dead letters'),
      el('div', { class: 'actions' }, el('button', { type: 'button', onclick: () => context.look() }, 'Look again'), all)),
    el('p', { class: 'faint' }, 'Messages that could not be handled, with the reason. Fix the cause, then redrive.'), list);

  function draw() {
    const { messages } = question.data;
    const can = !context.about.readOnly;
    all.hidden = !can || messages.length === 0;
    show(list, messages, () => messages.length === 0
      ? el('p', { class: 'empty' }, 'There are no dead letters.')
      : el('ul', { class: 'cards' }, messages.map((one) => el('li', { class: 'card' },
        el('h2', {}, long(one.what, { class: 'what' })),
        el('p', { class: 'facts' }, `queue ${one.queue}, sent `, when(one.sentAt), one.tries ? `, tried ${one.tries === 1 ? 'once' : `${count(one.tries, 'time')}`}` : '', ' · ', el('code', {}, one.id)),
        one.reason ? long(one.reason, { class: 'why' }) : null,
        can && el('div', { class: 'actions' },
          el('button', { type: 'button', 'aria-label': `Redrive ${one.id}…`, onclick: () => act(context, 'redrive', { id: one.id }) }, 'Redrive…'),
          el('button', { type: 'button', 'aria-label': `Discard ${one.id}…`, onclick: () => act(context, 'discard', { id: one.id }) }, 'Discard…'))))));
  }

  return {
    title: 'Dead letters',
    root,
    at: () => question.at,
    interval: () => 30_000,
    async look() {
      if (await question.ask()) draw();
      return false;
    },
  };
}
