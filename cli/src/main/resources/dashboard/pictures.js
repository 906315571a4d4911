// Pictures of tasks, of how long deployments took, and of what happened to a service.

import { el, long, rich, svg } from './dom.js';
import { badge, length, mark, moment, when } from './words.js';

/** More tasks of a revision than these are drawn as a bar. */
const MOST = 40;
const KINDS = ['failed', 'running', 'starting', 'toStart'];
const WORDS = { failed: 'failed', running: 'running', starting: 'starting', toStart: 'to start' };
const still = matchMedia('(prefers-reduced-motion: reduce)');

/** One task. */
function dot(kind) {
  const task = svg('svg', { class: `task ${kind}`, viewBox: '0 0 16 16', 'data-kind': kind });
  if (kind === 'failed') task.append(svg('path', { d: 'M4 4l8 8M12 4l-8 8' }));
  else {
    task.append(svg('circle', { cx: 8, cy: 8, r: 6 }));
    if (kind === 'starting') task.append(svg('path', { d: 'M8 2a6 6 0 0 0 0 12z' }));
  }
  return task;
}

function dots(lane) {
  const total = KINDS.reduce((sum, kind) => sum + lane[kind], 0);
  if (total > MOST) return bar(lane, total);
  const failed = Math.min(lane.failed, 5);
  const more = lane.failed > failed ? el('b', { class: 'bad' }, `×${lane.failed}`) : null;
  return [
    more ?? Array.from({ length: failed }, () => dot('failed')),
    KINDS.slice(1).flatMap((kind) => Array.from({ length: lane[kind] }, () => dot(kind))),
  ];
}

function bar(lane, total) {
  let from = 0;
  const parts = KINDS.filter((kind) => lane[kind] > 0).map((kind) => {
    const width = (100 * lane[kind]) / total;
    const part = svg('rect', { class: kind, x: from, y: 0, width: Math.max(0.4, width - 0.4), height: 10 });
    from += width;
    return part;
  });
  return svg('svg', { class: 'bar-of-tasks', viewBox: '0 0 100 10', preserveAspectRatio: 'none' }, parts);
}

function inWords(lane) {
  const tasks = KINDS.filter((kind) => lane[kind] > 0).map((kind) => `${lane[kind]} ${WORDS[kind]}`);
  return `${lane.revision}: ${tasks.join(', ') || 'no task'}, ${lane.words}`;
}

/** The tasks of a service whose tasks are not exchanged. */
export function tasks(service) {
  const numbers = `${service.running}/${service.desired}`;
  if (service.desired === 0 || service.desired > 12) return el('span', { class: 'number' }, numbers);
  const missing = Math.max(0, service.desired - service.running);
  return el('span', { class: 'tasks' },
    el('span', { class: 'dots', 'aria-hidden': 'true' }, Array.from({ length: service.running }, () => dot('running')), Array.from({ length: missing }, () => dot('toStart'))),
    el('span', { class: 'number' }, numbers));
}

/** The tasks of each revision, the oldest above. */
export function lanes(list, small = false) {
  return el('div', { class: small ? 'lanes small' : 'lanes', role: 'img', 'aria-label': list.map(inWords).join('; ') },
    list.map((lane) => el('div', { class: lane.replaced ? 'lane replaced' : 'lane', 'data-revision': lane.revision },
      el('span', { class: 'revision' }, lane.revision), el('span', { class: 'dots' }, dots(lane)), el('span', { class: 'words' }, lane.words))));
}

/** What the marks mean. */
export function legend() {
  return el('p', { class: 'legend', 'aria-hidden': 'true' }, ['toStart', 'starting', 'running', 'failed'].map((kind) => el('span', {}, dot(kind), WORDS[kind])));
}

/** The same as `lanes`, in which tasks are seen to go from one revision to the next. */
export class Rollout {
  constructor() {
    this.root = el('div', { class: 'rollout' });
    this.list = null;
  }

  update(list) {
    const before = JSON.stringify(this.list);
    if (before === JSON.stringify(list)) return;
    const leaving = this.list && !still.matches ? this.leaving(list) : [];
    const known = this.list ? new Map(this.list.map((lane) => [lane.revision, lane])) : null;
    this.list = list;
    this.root.replaceChildren(list.length > 0 ? lanes(list) : el('p', {}, 'ECS has no deployment of it.'));
    if (!known || still.matches) return;
    for (const lane of list) {
      const had = known.get(lane.revision);
      const all = [...this.lane(lane.revision).querySelectorAll('.task')];
      const had1 = had ? had.running + had.starting : 0;
      all.filter((one) => one.dataset.kind === 'running' || one.dataset.kind === 'starting').slice(had1)
        .forEach((one, i) => one.animate([{ transform: 'scale(0)' }, { transform: 'scale(1)' }], { duration: 400, delay: 60 * i, fill: 'backwards', easing: 'ease-out' }));
    }
    this.move(leaving);
  }

  lane(revision) {
    return [...this.root.querySelectorAll('.lane')].find((one) => one.dataset.revision === revision);
  }

  /** The tasks that are there no more, and where they were. */
  leaving(list) {
    return this.list.flatMap((lane) => {
      const now = list.find((one) => one.revision === lane.revision);
      const gone = lane.running - (now?.running ?? 0);
      const drawn = [...this.lane(lane.revision).querySelectorAll('.task.running')];
      return gone > 0 ? drawn.slice(-gone).map((task) => ({ task, box: task.getBoundingClientRect() })) : [];
    });
  }

  /** Each goes to a task of the newest revision, and fades. */
  move(leaving) {
    const targets = [...this.root.querySelectorAll('.lane:not(.replaced) .task')];
    if (targets.length === 0) return;
    const base = this.root.getBoundingClientRect();
    leaving.forEach(({ task, box }, i) => {
      const target = targets[i % targets.length].getBoundingClientRect();
      task.classList.add('ghost');
      task.style.left = `${box.left - base.left}px`;
      task.style.top = `${box.top - base.top}px`;
      this.root.append(task);
      const moved = `translate(${target.left - box.left}px, ${target.top - box.top}px)`;
      task.animate([{ transform: 'none', opacity: 0.9 }, { transform: moved, opacity: 0 }], { duration: 700, delay: 70 * i, fill: 'both', easing: 'ease-in-out' })
        .finished.then(() => task.remove(), () => task.remove());
    });
  }
}

const MOST_WIDE = 72;
const narrow = matchMedia('(max-width: 640px)');
const HEIGHT = 120;
const LEFT = 44;
const BOTTOM = 18;

/** Between two lines of a chart, in seconds: numbers that are said without rounding. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400, 172800];

/** At most four lines, the highest at or above the longest time. */
function ticks(longest) {
  const step = 1000 * (STEPS.find((seconds) => longest <= 3000 * seconds) ?? Math.ceil(longest / 3000 / 86400) * 86400);
  return Array.from({ length: Math.max(1, Math.ceil(longest / step)) + 1 }, (_, i) => i * step);
}

/** How long deployments took, from the push on: the oldest on the left. Of what Slipway did not deploy no push is known. */
export function pushToDeployed(deployments) {
  const ended = deployments.filter((one) => one.over && one.startedAt && one.finishedAt && one.by !== 'not recorded').reverse();
  if (ended.length === 0) return null;
  const name = ended.some((one) => one.pushedAt) ? 'Push to deployed' : 'Rollout';
  const measured = ended.map((one) => {
    const started = Date.parse(one.startedAt);
    const pushed = one.pushedAt ? Math.min(Date.parse(one.pushedAt), started) : started;
    return { one, waited: started - pushed, rolled: Date.parse(one.finishedAt) - started };
  });
  const longest = Math.max(...measured.map((bar) => bar.waited + bar.rolled));
  const marks = ticks(longest);
  const most = marks.at(-1);
  const up = (time) => ((HEIGHT - BOTTOM - 8) * time) / most;
  const all = narrow.matches ? 320 : 640;
  const step = Math.min(MOST_WIDE, (all - LEFT - 4) / measured.length);
  const width = Math.min(36, step * 0.7);
  const floor = HEIGHT - BOTTOM;
  const good = measured.filter((bar) => bar.one.outcome.tone === 'good').map((bar) => bar.waited + bar.rolled).sort((a, b) => a - b);
  const usual = good.length > 0 ? good[Math.floor((good.length - 1) / 2)] : null;
  const lines = marks.map((time) => [
    svg('line', { class: 'grid', x1: LEFT, x2: all, y1: floor - up(time), y2: floor - up(time) }),
    svg('text', { x: LEFT - 6, y: floor - up(time) + 4, 'text-anchor': 'end' }, length(time)),
  ]);
  const bars = measured.map(({ one, waited, rolled }, i) => {
    const x = LEFT + step * i + (step - width) / 2;
    const top = floor - up(waited + rolled);
    return svg('g', { class: one.outcome.tone },
      svg('title', {}, `${one.revision}, ${moment(one.startedAt)}: ${one.outcome.text}${one.pushedAt ? `, ${length(waited + rolled)} after the push` : `, rollout ${length(rolled)}`}`),
      svg('rect', { class: 'rolled', x, y: top, width, height: Math.max(2, up(rolled)), rx: 2 }),
      waited > 0 && svg('rect', { class: 'waited', x, y: floor - up(waited), width, height: up(waited) }),
      one.outcome.tone === 'bad' && svg('path', { class: 'cross', d: `M${x + width / 2 - 4} ${top - 5}l8 -8m0 8l-8 -8` }),
      svg('text', { x: x + width / 2, y: HEIGHT - 4, 'text-anchor': 'middle' }, `:${one.revision.split(':').at(-1)}`));
  });
  const label = `${name}: ${measured.length} deployment${measured.length === 1 ? '' : 's'}${usual === null ? '' : `, half of those that arrived took ${length(usual)} or less`}; the longest took ${length(longest)}. The list below has each.`;
  return el('figure', { class: 'chart' },
    el('figcaption', {}, name, usual === null ? '' : el('span', { class: 'faint' }, ` usually ${length(usual)}${name === 'Rollout' ? '' : '. Grey: from the push to the start'}`)),
    svg('svg', { viewBox: `0 -12 ${all} ${HEIGHT + 12}`, role: 'img', 'aria-label': label }, lines, bars));
}

/** What happened to a service, the newest above. */
export function timeline(deployments) {
  return el('ol', { class: 'timeline' }, deployments.map((one) => {
    const facts = [
      one.tag ? ['tag ', el('b', {}, one.tag)] : null,
      one.digests.map((digest) => el('code', { class: 'digest' }, digest)),
      one.over && one.finishedAt && one.startedAt ? `took ${length(Date.parse(one.finishedAt) - Date.parse(one.startedAt))}` : null,
      one.over && one.pushedAt && one.finishedAt ? `${length(Date.parse(one.finishedAt) - Date.parse(one.pushedAt))} after the push` : null,
      one.by ? (one.by === 'not recorded' ? one.by : `by ${one.by}`) : null,
      one.stoppedBy ? `stopped by ${one.stoppedBy}` : null,
    ].filter((fact) => fact !== null && fact.length > 0);
    return el('li', { class: one.outcome.tone },
      mark(one.outcome.tone),
      el('div', {},
        el('p', { class: 'head' }, el('b', {}, one.revision), ' ', badge(one.outcome), ' ', when(one.startedAt)),
        el('p', { class: 'facts' }, facts.map((fact, i) => [i > 0 ? ' · ' : '', fact])),
        one.reason ? long(one.reason, { class: 'why' }) : null,
        evidence(one.evidence ?? [])));
  }));
}

/** What a cause was found from. */
export function evidence(lines) {
  return lines.length === 0 ? null
    : el('details', {}, el('summary', {}, 'Evidence'), el('ul', { class: 'evidence' }, lines.map((line) => el('li', {}, rich(line)))));
}
