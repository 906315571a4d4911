// One service: its rollout live, why it is as it is, and what happened to it.

import { el, lines, long, rich, section, show } from './dom.js';
import { ofService } from './net.js';
import { badge, count, image, mark, moment, when } from './words.js';
import { Rollout, evidence, legend, pushToDeployed, timeline } from './pictures.js';
import { act } from './dialog.js';

/** The view of a service, by its name. */
export function service(context, name) {
  const status = ofService('status', name);
  const explain = ofService('explain', name);
  const history = ofService('history', name);
  const events = ofService('events', name);
  const rollout = new Rollout();
  let seen = null;
  let told = '';
  let eventsOpen = false;

  const state = el('span');
  const facts = el('dl', { class: 'facts' });
  const cause = el('div');
  const remarks = el('div');
  const verdict = el('p', { class: 'verdict' });
  const gates = el('div');
  const choices = el('div');
  const past = el('div');
  const happened = el('div');
  const buttons = new Map();
  const actions = el('div', { class: 'actions' });
  if (!context.about.readOnly) {
    for (const [action, label] of [['approve', 'Approve…'], ['reject', 'Reject…'], ['deploy', 'Deploy…'], ['rollback', 'Roll back…'], ['restart', 'Restart…'], ['pause', 'Pause…'], ['resume', 'Resume…'], ['promote', 'Promote…']]) {
      const button = el('button', { type: 'button', onclick: () => act(context, action, subject()) }, label);
      buttons.set(action, button);
      actions.append(button);
    }
  }
  const eventsPart = el('details', {
    ontoggle: () => {
      eventsOpen = eventsPart.open;
      if (eventsOpen) context.look();
    },
  }, el('summary', {}, 'Events: ECS’s messages and Slipway’s deployments'), happened);
  const explained = el('div', { class: 'explained' });
  const why = section('Why', {}, cause, verdict, remarks, gates,
    el('details', {}, el('summary', {}, 'All of ', el('code', {}, `slipway explain ${name}`)), explained));
  const root = el('div', { class: 'service' },
    el('p', { class: 'back' }, el('a', { href: '#/' }, '← Services')),
    el('div', { class: 'bar' }, el('h1', {}, name), state), facts, actions,
    section('Tasks', {}, rollout.root, legend()), why, choices,
    section('History', {}, past), eventsPart);

  /** What a change is about. */
  function subject() {
    const one = status.data?.service;
    return {
      service: name,
      from: one?.environment,
      revisions: (history.data?.deployments ?? []).filter((each) => each.outcome.text === 'deployed' && each.revision !== one?.taskDefinition).map((each) => each.revision),
    };
  }

  function draw() {
    const one = status.data.service;
    if (!one) {
      state.replaceChildren();
      remarks.replaceChildren(el('p', { class: 'note' }, 'There is no such service.'));
      return;
    }
    show(state, one.state, badge);
    show(facts, [one.environment, one.images, one.taskDefinition, one.running, one.desired, one.since], () => [
      fact('Environment', one.environment ?? '-'),
      fact('Image', one.images.map((each) => el('div', {}, image(each),
        each.selected && each.selected !== each.digest ? el('span', { class: 'faint' }, ' selected: ', el('code', {}, each.selected)) : null))),
      fact('Task definition', one.taskDefinition ?? '-'),
      fact('Tasks', `${one.running}/${one.desired}`),
      fact('Since', when(one.since)),
    ]);
    rollout.update(one.lanes ?? []);
    show(cause, [one.cause, one.evidence], () => one.cause ? el('div', { class: 'cause' }, el('h3', {}, mark('bad'), 'What went wrong'), long(one.cause), evidence(one.evidence ?? [])) : null);
    show(remarks, one.remarks, () => one.remarks.map((text) => long(text, { class: 'note' })));
    show(choices, [one.paused, one.pin, one.blocked, one.blockedCount], () => operators(one));
    const waits = one.waitingFor.includes('approval') || one.atHook;
    buttons.get('approve')?.toggleAttribute('hidden', !waits);
    buttons.get('reject')?.toggleAttribute('hidden', !one.atHook);
    buttons.get('pause')?.toggleAttribute('hidden', Boolean(one.paused));
    buttons.get('resume')?.toggleAttribute('hidden', !one.paused);
    buttons.get('promote')?.toggleAttribute('hidden', !one.environment);
    const now = `${one.state.text}${one.cause ? `, ${one.cause}` : ''}`;
    if (told && told !== now) context.say(`${name}: ${now}`);
    told = now;
  }

  function fact(term, ...values) {
    return el('div', {}, el('dt', {}, term), el('dd', {}, ...values));
  }

  function operators(one) {
    const parts = [];
    if (one.paused) parts.push(el('li', {}, el('b', {}, 'Paused '), rich(one.paused)));
    if (one.pin) parts.push(el('li', {}, el('b', {}, 'Pinned '), `to ${one.pin.revision} by ${one.pin.by} `, when(one.pin.at)));
    for (const block of one.blocked) {
      parts.push(el('li', {}, el('b', {}, 'Blocked '), block.repository ?? '', ' ', el('code', { class: 'digest' }, block.digest), ` by ${block.by} `, when(block.since), block.reason ? long(block.reason, { class: 'why' }) : null));
    }
    if (parts.length === 0) return null;
    const more = one.blockedCount - one.blocked.length;
    if (more > 0) parts.push(el('li', {}, `${count(more, 'block')} more`));
    return section('Pause, pin and blocks', {}, el('ul', { class: 'choices' }, parts));
  }

  function drawGates() {
    const { reason, waiting, gates: list, changes } = explain.data;
    const said = status.data.service?.remarks ?? [];
    show(verdict, [explain.data.verdict, reason, said], () => [badge(explain.data.verdict), reason && !said.includes(reason) ? [' ', rich(reason)] : null]);
    show(gates, [explain.data], () => [
      waiting ? long(waiting, { class: 'note' }) : null,
      changes.length > 0 ? el('ul', { class: 'changes' }, changes.map((change) => el('li', {}, `${change.container}: `, el('code', {}, change.from ?? '-'), ' → ', el('code', {}, change.to ?? '-')))) : null,
      list.length > 0 ? el('h3', {}, 'Gates') : null,
      list.length > 0 ? el('ul', { class: 'gates' }, list.map(gate)) : null,
    ]);
  }

  function drawExplained() {
    show(explained, explain.data.lines, lines);
  }

  function gate(one) {
    const ends = one.closed ? one.remedy ? ['ended by ', rich(one.remedy)] : one.until ? ['ends ', when(one.until), ` (${moment(one.until)})`] : ['ends by itself'] : null;
    return el('li', { class: one.closed ? 'closed' : 'open' },
      mark(one.closed ? 'busy' : 'good'),
      el('div', {}, el('p', {}, el('b', {}, one.gate), ` ${one.closed ? 'closed' : 'open'} for ${one.repository} `, el('code', { class: 'digest' }, one.digest)),
        long(one.reason, { class: 'why' }),
        one.override ? el('p', {}, `overridden: ${one.override}`) : null,
        ends ? el('p', { class: 'ends' }, ends) : null));
  }

  function drawHistory() {
    show(past, history.data, ({ deployments }) => deployments.length === 0 ? el('p', {}, 'No deployment of it is known.') : [pushToDeployed(deployments), timeline(deployments)]);
  }

  function drawEvents() {
    show(happened, events.data, (data) => el('ol', { class: 'events' }, data.events.map((event) => el('li', {}, when(event.at), ' ', el('b', {}, event.source), ' ', el('span', {}, rich(event.text))))));
  }

  /** Whether ECS has still to write down how the newest deployment ended. */
  function historyIsBehind() {
    const newest = history.data?.deployments[0];
    return newest && !newest.over && status.data.service?.rolling === false;
  }

  return {
    title: name,
    root,
    at: () => status.at,
    interval: () => (status.data?.service && !status.data.service.settled ? 2000 : 5000),
    async look() {
      if (await status.ask()) draw();
      // the rest costs more, and changes only with this
      const one = status.data.service;
      const signature = JSON.stringify(one && [one.state, one.remarks, one.cause, one.images, one.pin, one.blocked, one.paused, one.lanes.map((lane) => [lane.revision, lane.replaced])]);
      const changed = signature !== seen;
      seen = null; // should the next fail, it is asked for again
      if (one && (changed || historyIsBehind())) {
        const [newHistory, newExplain] = await Promise.all([history.ask(), changed && explain.ask()]);
        if (newHistory) drawHistory();
        if (newExplain) {
          drawGates();
          drawExplained();
        }
      }
      if (eventsOpen && one && (await events.ask())) drawEvents();
      seen = signature;
      return false;
    },
  };
}
