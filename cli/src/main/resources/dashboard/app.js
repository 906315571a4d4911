// Which view is shown, and how often it looks.

import { el, rich } from './dom.js';
import { Failure, Question, read, takeToken } from './net.js';
import { ago, tick } from './words.js';
import { overview } from './overview.js';
import { service } from './service.js';
import { deadLetters, waiting } from './others.js';

const HIDDEN = 60_000;
const MOST = 60_000;

const main = document.getElementById('main');
const trouble = document.getElementById('trouble');
const fresh = document.getElementById('fresh');
const spoken = document.getElementById('spoken');

/** What all views share. */
const context = {
  about: { readOnly: true },
  services: new Question('/api/services'),
  /** Says something to those who do not see the page; what is said within a moment is said together. */
  say(text) {
    context.saying.push(text);
    clearTimeout(context.speaking);
    context.speaking = setTimeout(() => {
      const all = context.saying.splice(0);
      spoken.textContent = all.length > 3 ? `${all.slice(0, 3).join('; ')}; and ${all.length - 3} more` : all.join('; ');
    }, 500);
  },
  saying: [],
  speaking: 0,
  /** Looks at once, as after a change. */
  look: () => look(),
};

let view = null;
let timer = 0;
let failures = 0;
let looking = null;
let ended = false;

const ROUTES = [
  [/^#\/service\/((?:[^%]|%[0-9a-f]{2})+)$/i, (found) => service(context, decodeURIComponent(found[1]))],
  [/^#\/waiting$/, () => waiting(context)],
  [/^#\/dead-letters$/, () => deadLetters(context)],
  [/^/, () => overview(context)],
];

function route() {
  const hash = location.hash;
  for (const [pattern, open] of ROUTES) {
    const found = pattern.exec(hash);
    if (found) {
      view = open(found);
      break;
    }
  }
  document.title = `${view.title} · Slipway`;
  main.replaceChildren(view.root);
  const place = hash.startsWith('#/service/') || hash === '' ? '#/' : hash;
  for (const link of document.querySelectorAll('.top nav a')) {
    if (link.getAttribute('href') === place) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  looking = null;
  look();
}

/** One look at a time; the next after the view's interval, later where the page is hidden or nothing answers. */
async function look() {
  clearTimeout(timer);
  if (looking || ended) return;
  const now = view;
  const mine = (looking = {});
  let soon = false;
  try {
    soon = await now.look();
    if (looking !== mine) return;
    failures = 0;
    show(null);
  } catch (failure) {
    if (looking !== mine) return;
    failures++;
    show(failure);
    if (!(failure instanceof Failure)) console.error(failure); // a defect of this page
    ended = failure.final === true;
    if (ended) return;
  } finally {
    if (looking === mine) looking = null;
  }
  const wait = failures > 0 ? Math.min(MOST, now.interval() * 2 ** failures) : soon ? 0 : now.interval();
  timer = setTimeout(look, document.hidden ? Math.max(HIDDEN, wait) : wait);
}

function show(failure) {
  const text = failure ? failure.message : '';
  if (trouble.dataset.text === text) return;
  trouble.dataset.text = text;
  trouble.hidden = !failure;
  trouble.replaceChildren(...(failure ? rich(text) : []));
}

function age() {
  if (document.hidden) return;
  tick();
  const at = view?.at?.();
  const late = at && Date.now() - at > 3 * view.interval() + 5000;
  fresh.classList.toggle('late', Boolean(late));
  fresh.textContent = at ? (late ? `as of ${ago(at)}` : 'live') : '';
}

document.addEventListener('visibilitychange', () => {
  if (!document.hidden) look();
});
document.getElementById('skip').addEventListener('click', (event) => {
  event.preventDefault();
  main.focus();
});

takeToken();
window.addEventListener('hashchange', () => {
  if (location.hash.startsWith('#token=')) {
    takeToken();
    location.reload();
    return;
  }
  route();
  scrollTo(0, 0);
  main.focus({ preventScroll: true });
});

try {
  context.about = await read('/api/about');
  document.getElementById('stack').append(context.about.stack,
    context.about.environment ? ` · ${context.about.environment}` : '',
    context.about.readOnly ? el('span', { class: 'read-only' }, 'read-only') : '');
  route();
  setInterval(age, 1000);
} catch (failure) {
  show(failure);
}
