// The dashboard in a browser, against the simulator: bin/dashboard-test starts both. The tests are one story, in order.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import * as aws from './aws.mjs';
import { browser as launch, start } from './dashboard.mjs';
import { HOSTILE, LONG, VISIBLE, fakeStack, hostile, service } from './fake.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PICTURES = process.env.PICTURES ?? 'pictures';
const PATIENCE = 90_000;
const LIGHT = { viewport: { width: 1280, height: 820 }, colorScheme: 'light' };
const DARK = { viewport: { width: 1280, height: 820 }, colorScheme: 'dark' };
const brief = (digest) => digest.slice('sha256:'.length, 'sha256:'.length + 12);

let browser;
let dashboard;
let page;
const errors = [];
const digests = {};

mkdirSync(PICTURES, { recursive: true });

async function open(url, options = LIGHT, known = errors) {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(PATIENCE);
  const opened = await context.newPage();
  opened.on('pageerror', (error) => known.push(error.message));
  // a refusal is an answer, which the browser takes for an error
  opened.on('console', (message) => message.type() === 'error' && !message.text().includes('status of 409') && known.push(message.text()));
  await opened.goto(url);
  return opened;
}

/** An accessibility check of what is shown now. */
async function accessible(shown, what) {
  // what fades in has its colours only afterwards
  await shown.evaluate(() => Promise.allSettled(document.getAnimations().filter((one) => one.effect.getComputedTiming().endTime !== Infinity).map((one) => one.finished)));
  if (!(await shown.evaluate(() => 'axe' in window))) await shown.evaluate(AXE);
  const { violations } = await shown.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  assert.deepEqual(violations.map((one) => `${what}: ${one.id}: ${one.nodes.map((node) => `${node.html} ${node.failureSummary}`).join(' | ')}`), []);
}

/** Nothing is wider than the window. */
async function fits(shown, what) {
  const wide = await shown.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.equal(wide, 0, `${what} is ${wide} pixels too wide`);
}

const button = (name, shown = page) => shown.getByRole('button', { name, exact: true });
const dialog = (shown = page) => shown.getByRole('dialog');
const picture = (name, options = {}, shown = page) => shown.screenshot({ path: `${PICTURES}/${name}.png`, ...options });

async function state(name, words, shown = page) {
  await shown.getByRole('row', { name }).filter({ hasText: words }).waitFor();
}

/** Opens a change's dialog, waits for its plan, and gives what it says. */
async function planned(shown = page) {
  await dialog(shown).locator('.plan:not([aria-busy])').filter({ hasNotText: 'Asking the stack' }).waitFor();
  return dialog(shown).locator('.plan').innerText();
}

async function confirm(name) {
  await dialog().getByRole('button', { name, exact: true }).click();
  await dialog().getByRole('button', { name: 'Close' }).waitFor();
  const said = await dialog().locator('.plan').innerText();
  await dialog().getByRole('button', { name: 'Close' }).click();
  await dialog().waitFor({ state: 'detached' });
  return said;
}

/** A service whose deployment has completed, with this image if it is said. */
async function settled(name, digest) {
  for (let tries = 0; tries < 600; tries++) {
    const { deployments } = await aws.service('website', name);
    if (deployments.length === 1 && deployments[0].rolloutState === 'COMPLETED') {
      if (!digest || (await page.request.get(`${dashboard.origin}/api/status?service=website/${name}`, { headers: { 'X-Slipway-Token': dashboard.token } }).then((answer) => answer.text())).includes(`"digest":"${brief(digest)}"`)) return;
    }
    await new Promise((soon) => setTimeout(soon, 100));
  }
  throw new Error(`${name} does not settle`);
}

before(async () => {
  browser = await launch();
  await aws.createRepository('web');
  digests.one = await aws.push('web', 'staging', '1.0');
  for (const tag of ['production', 'frozen']) await aws.retag('web', 'staging', tag);
  await aws.createCluster('website');
  for (const [name, environment, tasks] of [['web-staging', 'staging', 4], ['web-production', 'production', 6], ['api-production', 'production', 2], ['web-frozen', 'frozen', 1]]) {
    await aws.registerTaskDefinition(name, `${aws.uri('web')}:${environment}`);
    await aws.createService('website', name, environment, tasks);
  }
  dashboard = await start();
  page = await open(dashboard.url);
  for (const name of ['web-staging', 'web-production', 'api-production', 'web-frozen']) await settled(name);
});

after(async () => {
  await browser?.close();
  await dashboard?.end();
});

test('services by environment, with state, image and tasks; the token leaves the address', async () => {
  await state('website/web-staging', 'up to date');
  const row = page.getByRole('row', { name: 'website/web-staging' });
  await row.filter({ hasText: brief(digests.one) }).filter({ hasText: '4/4' }).waitFor();
  assert.deepEqual(await page.getByRole('heading', { level: 2 }).allInnerTexts(), ['frozen', 'production', 'staging']);
  assert.equal(new URL(page.url()).hash, '#/');
  assert.equal(await page.title(), 'Services · Slipway');
  await accessible(page, 'services');
});

test('a push is seen on the page, without a reload: tasks go from one revision to the next', async () => {
  digests.two = await aws.push('web', 'staging', '2.0');
  await state('website/web-staging', 'rolling out');
  await page.getByRole('link', { name: 'website/web-staging' }).click();
  await page.getByRole('heading', { level: 1, name: 'website/web-staging' }).waitFor();
  const lanes = page.getByRole('img', { name: /web-staging:1: .*web-staging:2: / });
  await lanes.waitFor();
  assert.match(await lanes.getAttribute('aria-label'), /web-staging:1: \d running, being replaced; web-staging:2: /);
  await page.locator('.bar .badge', { hasText: 'up to date' }).waitFor();
  await page.locator('.lane', { hasText: '4 of 4 running' }).waitFor();
  assert.equal(await page.locator('.rollout .lane').count(), 1);
  await page.locator('.timeline > li', { hasText: 'web-staging:2' }).filter({ hasText: 'deployed' }).filter({ hasText: 'after the push' }).waitFor();
  assert.match(await page.getByRole('img', { name: /Push to deployed/ }).getAttribute('aria-label'), /1 deployment;|1 deployment,/);
  await accessible(page, 'a service');
});

test('a filter finds services by name, image and state', async () => {
  await page.getByRole('link', { name: '← Services' }).click();
  await state('website/web-staging', 'up to date');
  const rows = page.locator('tbody tr:visible');
  await page.getByRole('searchbox').fill('production web-');
  assert.equal(await rows.count(), 1);
  await page.getByRole('searchbox').fill(brief(digests.two));
  assert.equal(await rows.count(), 1);
  await page.getByRole('searchbox').fill('nothing like it');
  await page.getByText('No service is like that.').waitFor();
  await page.getByRole('searchbox').fill('');
  await page.getByRole('button', { name: /up to date/ }).click();
  assert.equal(await rows.count(), 4);
  await page.getByRole('button', { name: /up to date/ }).click();
});

test('promote: its plan, then production waits for an approval', async () => {
  await button('Promote staging…').click();
  assert.match(await planned(), /Say to which environment/);
  assert.ok(await dialog().getByRole('button', { name: 'Promote' }).isDisabled());
  await dialog().getByLabel('From staging to').selectOption('production');
  await dialog().getByText(`web ${brief(digests.two)} would be tagged production`).waitFor();
  assert.match(await dialog().innerText(), /slipway promote staging production/);
  await accessible(page, 'a plan');
  assert.match(await confirm('Promote'), /is now tagged production/);
  await state('website/web-production', 'waiting for approval');
});

test('what waits for approval, and approve with its plan', async () => {
  await page.getByRole('link', { name: /^Waiting/ }).click();
  await page.getByRole('heading', { name: 'website/web-production' }).waitFor();
  assert.match(await page.getByRole('navigation').innerText(), /Waiting 2/);
  assert.match(await page.getByRole('listitem').filter({ hasText: 'website/web-production' }).innerText(), new RegExp(`${brief(digests.one)} → ${brief(digests.two)}`));
  await accessible(page, 'waiting');
  await page.getByRole('listitem').filter({ hasText: 'website/web-production' }).getByRole('link').click();
  await page.locator('.gates li', { hasText: 'nobody has approved it' }).filter({ hasText: 'ended by' }).waitFor();
  await page.getByRole('heading', { name: 'Gates' }).scrollIntoViewIfNeeded();
  await button('Approve…').click();
  assert.match(await planned(), /website\/web-production would be approved/);
  await dialog().getByLabel('Note').fill('tested');
  await dialog().getByLabel('Note').press('Tab');
  await dialog().getByText("slipway approve website/web-production --note tested").waitFor();
  assert.match(await confirm('Approve'), /approved/);
  await page.locator('.bar .badge', { hasText: 'rolling out' }).waitFor();
  await page.locator('.rollout .lane.replaced .task.running').first().waitFor();
  await page.locator('.rollout .lane:not(.replaced) .task.starting').first().waitFor();
  await page.locator('.timeline > li', { hasText: 'in progress' }).waitFor();
  await page.evaluate(() => Promise.allSettled(document.getAnimations().filter((one) => one.effect.getComputedTiming().endTime !== Infinity).map((one) => one.finished)));
  await picture('rollout', { clip: { x: 0, y: 0, width: 1280, height: 752 } });
  await settled('web-production', digests.two);
  await page.locator('.bar .badge', { hasText: 'up to date' }).waitFor();
});

test('a failure shows its cause and its evidence, and the block', async () => {
  await page.goto(`${dashboard.origin}/#/service/website/web-staging`);
  await page.getByRole('heading', { level: 1, name: 'website/web-staging' }).waitFor();
  digests.three = await aws.push('web', 'staging', '3.0', { 'exit-code': '1', log: 'Error: DATABASE_URL is not set' });
  await page.locator('.cause', { hasText: 'exited with 1' }).waitFor();
  await page.locator('.bar .badge', { hasText: 'blocked' }).waitFor();
  await page.getByRole('heading', { name: 'Pause, pin and blocks' }).waitFor();
  await page.locator('.choices li', { hasText: brief(digests.three) }).waitFor();
  const failed = page.locator('.timeline > li', { hasText: 'exited with 1' });
  await failed.locator('.badge', { hasText: 'rolled back' }).waitFor();
  assert.match(await failed.innerText(), /took \d+ s/);
  await page.locator('.cause summary').click();
  assert.ok((await page.locator('.cause .evidence li').count()) > 0);
  await accessible(page, 'a failure');
  await page.locator('.cause summary').click();
  await page.evaluate(() => scrollTo(0, 0));
  await picture('failure', { clip: { x: 64, y: 50, width: 1152, height: 1180 }, fullPage: true });
});

test('deploy: options change the plan; what is not confirmed is not done', async () => {
  await button('Deploy…').click();
  assert.match(await planned(), /is blocked/);
  await dialog().getByLabel('also if the image is blocked').check();
  await dialog().locator('.plan', { hasText: 'unblocked' }).waitFor();
  await dialog().getByRole('button', { name: 'Cancel' }).click();
  await page.locator('.bar .badge', { hasText: 'blocked' }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Deploy…');

  await button('Deploy…').click();
  await planned();
  await dialog().getByLabel('Tag').fill('production');
  await dialog().getByLabel('Digest').fill(brief(digests.two));
  await dialog().getByLabel('Digest').press('Tab');
  await dialog().locator('.refusal').waitFor();
  assert.ok(await dialog().getByRole('button', { name: 'Deploy' }).isDisabled());
  await dialog().getByRole('button', { name: 'Cancel' }).click();
});

test('rollback: its plan, and it is pinned and blocked', async () => {
  await button('Roll back…').click();
  // ECS has just gone back by itself: what runs is not left without a word
  assert.match(await planned(), /ECS has rolled web-staging:\d+ back already/);
  assert.ok(await dialog().getByRole('button', { name: 'Roll back' }).isDisabled());
  await dialog().getByLabel('To').selectOption('web-staging:1');
  await dialog().getByText(/would go back from web-staging:\d+ to web-staging:1/).waitFor();
  await accessible(page, 'the plan of a rollback');
  await picture('plan', { clip: { x: 290, y: 130, width: 700, height: 560 } });
  assert.match(await confirm('Roll back'), /goes back/);
  await page.locator('.choices li', { hasText: 'Pinned' }).waitFor();
  await settled('web-staging', digests.one);
  await page.locator('.bar .badge', { hasText: 'pinned' }).waitFor();
});

test('restart: its plan, and the tasks are replaced', async () => {
  await page.goto(`${dashboard.origin}/#/service/website/api-production`);
  await page.getByRole('heading', { level: 1, name: 'website/api-production' }).waitFor();
  await button('Restart…').click();
  await planned();
  await dialog().getByText('slipway restart website/api-production').waitFor();
  await confirm('Restart');
  await page.locator('.bar .badge', { hasText: 'rolling out' }).waitFor();
  await settled('api-production');
});

/** Presses Tab until something of this text has the focus. */
async function tabTo(text) {
  for (let tabs = 0; tabs < 80; tabs++) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const one = document.activeElement;
      return one.getAttribute('aria-label') ?? (one.labels?.[0]?.textContent || one.textContent);
    });
    if (focused.trim() === text) {
      const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
      assert.notEqual(outline, 'none', `that ${text} has the focus is not seen`);
      return;
    }
  }
  throw new Error(`Tab does not lead to ${text}`);
}

test('with the keyboard alone: find a service, pause it with a note, resume it', async () => {
  await page.goto(`${dashboard.origin}/#/`);
  await state('website/web-production', '');
  await page.reload();
  await state('website/web-production', '');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'skip');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
  await tabTo('website/web-production');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'website/web-production' }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), 'main', 'the new view has the focus');
  await page.locator('.timeline > li').first().waitFor();
  await tabTo('Pause…');
  await page.keyboard.press('Enter');
  await planned();
  await tabTo('Note');
  await page.keyboard.type(`sale ${HOSTILE.slice(0, 30)}`);
  await page.keyboard.press('Tab');
  await dialog().getByText("--note 'sale <script>").waitFor();
  await planned();
  await tabTo('Pause');
  await page.keyboard.press('Enter');
  await dialog().getByRole('button', { name: 'Close' }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Close');
  await page.keyboard.press('Enter');
  await page.locator('.choices li', { hasText: 'Paused' }).filter({ hasText: 'sale <script>' }).waitFor();
  await tabTo('Resume…');
  await page.keyboard.press('Enter');
  await planned();
  await page.keyboard.press('Escape');
  await dialog().waitFor({ state: 'detached' });
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Resume…', 'the focus is where it was');
  await page.keyboard.press('Enter');
  await planned();
  await tabTo('Resume');
  await page.keyboard.press('Enter');
  await dialog().getByRole('button', { name: 'Close' }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Pause, pin and blocks' }).waitFor({ state: 'detached' });
});

test('gates are a checklist with what ends each', async () => {
  await aws.retag('web', 'production', 'frozen');
  await page.goto(`${dashboard.origin}/#/service/website/web-frozen`);
  await page.locator('.gates li.closed', { hasText: 'freezes' }).filter({ hasText: 'winter' }).filter({ hasText: 'ends' }).waitFor();
  await page.locator('.gates li.open', { hasText: 'windows' }).waitFor();
  await page.getByText('All of slipway explain').click();
  await page.locator('.explained .line', { hasText: '× freezes' }).waitFor();
  await button('Deploy…').click();
  await planned();
  await dialog().getByLabel('Override gates, because').fill('login is broken');
  await dialog().getByLabel('Override gates, because').press('Tab');
  await dialog().getByText("--override 'login is broken'").waitFor();
  assert.match(await planned(), /would be deployed/);
  await dialog().getByRole('button', { name: 'Cancel' }).click();
});

test('an address can be opened by itself: a service, and one that is none', async () => {
  await page.reload();
  await page.getByRole('heading', { level: 1, name: 'website/web-frozen' }).waitFor();
  await page.locator('.timeline > li').first().waitFor();
  await button('Promote…').click();
  await planned();
  assert.deepEqual(await dialog().getByLabel('From frozen to').locator('option').allInnerTexts(), ['choose an environment', 'production', 'staging']);
  await dialog().getByRole('button', { name: 'Cancel' }).click();
  await page.evaluate(() => (location.hash = '#/service/%'));
  await page.getByRole('heading', { level: 1, name: 'Services' }).waitFor();
  await page.evaluate(() => (location.hash = '#/service/website/nope'));
  await page.getByRole('alert').filter({ hasText: 'nope' }).waitFor();
  await page.evaluate(() => (location.hash = '#/service/website/web-frozen'));
  await page.locator('.timeline > li').first().waitFor();
  await page.getByRole('alert').waitFor({ state: 'hidden' });
});

test('events, when they are asked for', async () => {
  await page.getByText('Events: ECS’s messages and Slipway’s deployments').click();
  await page.locator('.events li', { hasText: 'ECS' }).first().waitFor();
});

test('dead letters: why each is there; redrive and discard, each with its plan', async () => {
  await aws.sendNonsense('{"detail": {"repository-name": "web", "image-tag": "staging"}}');
  await page.getByRole('link', { name: 'Dead letters' }).click();
  await page.getByRole('heading', { name: 'Dead letters' }).waitFor();
  const card = page.locator('.card');
  for (let tries = 0; (await card.count()) === 0 && tries < 100; tries++) {
    await button('Look again').click();
    await page.waitForResponse((response) => response.url().endsWith('/api/dead-letters'));
  }
  await card.filter({ hasText: 'queue deploy' }).waitFor();
  await accessible(page, 'dead letters');
  await page.getByRole('button', { name: 'Redrive all…' }).click();
  assert.match(await planned(), /would be redriven/);
  await dialog().getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: /^Discard / }).click();
  assert.match(await planned(), /would be discarded/);
  assert.match(await confirm('Discard'), /is discarded/);
  await page.getByText('There are no dead letters.').waitFor();
});

test('dark, narrow, and without motion', async () => {
  await settled('web-staging');
  for (const [name, options] of [['dark', DARK], ['narrow', { ...LIGHT, viewport: { width: 380, height: 800 } }], ['tablet', { ...LIGHT, viewport: { width: 768, height: 1000 } }], ['narrow-dark', { ...DARK, viewport: { width: 380, height: 800 } }]]) {
    const shown = await open(dashboard.url, { ...options, reducedMotion: 'reduce' });
    for (const [view, ready] of [['#/', 'tbody tr'], ['#/service/website/web-staging', '.timeline > li'], ['#/waiting', '.card, .empty'], ['#/dead-letters', '.card, .empty']]) {
      await shown.goto(`${dashboard.origin}/${view}`);
      await shown.locator(ready).first().waitFor();
      await fits(shown, `${name} ${view}`);
      await accessible(shown, `${name} ${view}`);
      await picture(`${name}${view.replace(/[#/]+/g, '-')}`, { fullPage: true }, shown);
    }
    await shown.goto(`${dashboard.origin}/#/service/website/web-staging`);
    await button('Deploy…', shown).click();
    await planned(shown);
    await fits(shown, `${name} dialog`);
    await accessible(shown, `${name} dialog`);
    await picture(`${name}-dialog`, {}, shown);
    assert.equal(await shown.evaluate(() => document.getAnimations().length), 0);
    await shown.context().close();
  }
  await page.goto(`${dashboard.origin}/#/`);
  await state('website/web-staging', '');
  await page.mouse.move(0, 0);
  await picture('services', { clip: { x: 0, y: 0, width: 1280, height: 640 } });
});

test('read-only: everything is shown, and no change is offered', async (t) => {
  const readOnly = await start('--read-only', '--environment', 'production');
  t.after(readOnly.end);
  const shown = await open(readOnly.url);
  await state('website/web-production', '', shown);
  assert.equal(await shown.getByRole('row', { name: 'website/web-staging' }).count(), 0);
  assert.match(await shown.getByRole('banner').innerText(), /slipway · production\s*read-only/);
  assert.deepEqual(await shown.getByRole('button', { name: '…' }).allInnerTexts(), []);
  await shown.getByRole('link', { name: 'website/web-production' }).click();
  await shown.locator('.timeline > li').first().waitFor();
  assert.deepEqual(await shown.getByRole('button', { name: '…' }).allInnerTexts(), []);
  await shown.context().close();
});

test('another site, another host name and a missing token are refused', async () => {
  const ask = (path, headers) => fetch(dashboard.origin + path, { headers });
  const token = { 'X-Slipway-Token': dashboard.token };
  assert.equal((await ask('/api/services', token)).status, 200);
  assert.equal((await ask('/api/services', {})).status, 401);
  assert.equal((await ask('/api/services', { ...token, Origin: 'https://evil.example' })).status, 403);

  const elsewhere = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end('<!doctype html><title>elsewhere</title>');
  });
  await new Promise((listening) => elsewhere.listen(0, '127.0.0.1', listening));
  const foreign = await open(`http://127.0.0.1:${elsewhere.address().port}/`, LIGHT, []);
  const tried = await foreign.evaluate(async ([origin, secret]) => {
    const outcomes = [];
    for (const options of [{}, { headers: { 'X-Slipway-Token': secret } }, { method: 'POST', body: '{}' }]) {
      outcomes.push(await fetch(`${origin}/api/services`, options).then((answer) => answer.status, () => 'refused'));
    }
    const frame = document.createElement('iframe');
    frame.src = `${origin}/#token=${secret}`;
    const script = document.createElement('script');
    script.src = `${origin}/app.js`;
    outcomes.push(await new Promise((end) => {
      script.onload = () => end('loaded');
      script.onerror = () => end('refused');
      document.body.append(frame, script);
    }));
    return outcomes;
  }, [dashboard.origin, dashboard.token]);
  assert.deepEqual(tried, ['refused', 'refused', 'refused', 'refused']);
  await foreign.context().close();
  elsewhere.close();

  const rebound = await launch(`--host-resolver-rules=MAP evil.example 127.0.0.1`);
  const other = await rebound.newPage();
  const answer = await other.goto(dashboard.url.replace('127.0.0.1', 'evil.example'));
  assert.equal(answer.status(), 403);
  await rebound.close();

  const stranger = await open(`${dashboard.origin}/`, LIGHT, []);
  await stranger.getByRole('alert').filter({ hasText: 'open the URL that slipway dashboard printed' }).waitFor();
  await stranger.context().close();
});

test('hostile text is text, in every view and every plan', async (t) => {
  const stack = await fakeStack(hostile);
  t.after(stack.end);
  const evil = await start(stack.env);
  t.after(evil.end);
  const shown = await open(evil.url);
  const harmless = async (what) => {
    assert.equal(await shown.evaluate(() => window.hacked), undefined, what);
    assert.equal(await shown.locator('main script, main img, dialog script, dialog img, main b b').count(), 0, what);
    const text = await shown.locator('body').innerText();
    assert.ok(text.includes(VISIBLE), `${what}: ${text.slice(0, 400)}`);
    assert.ok(!/[\u0000-\u0008\u000b-\u001f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/u.test(text), what);
    await fits(shown, what);
  };
  await shown.locator('tbody tr').first().waitFor();
  await harmless('services');
  await accessible(shown, 'hostile services');
  await shown.getByRole('row').filter({ hasText: 'script' }).getByRole('link').click();
  await shown.locator('.timeline > li').first().waitFor();
  await shown.locator('.gates li').first().waitFor();
  await shown.getByText('Events: ECS’s messages').click();
  await shown.locator('.events li').first().waitFor();
  await harmless('a service');
  await accessible(shown, 'a hostile service');

  const long = shown.locator('.note', { hasText: 'begins here' }).first();
  assert.ok(!(await long.innerText()).includes('ends here.'));
  const more = long.getByRole('button', { name: `Show all ${LONG.length} characters` });
  assert.equal(LONG.length, 4000);
  await more.press('Enter');
  assert.ok((await long.innerText()).includes('ends here.'));
  await long.getByRole('button', { name: 'Show less' }).press('Enter');
  assert.ok(!(await long.innerText()).includes('ends here.'));

  for (const name of ['Pause…', 'Resume…', 'Deploy…', 'Approve…', 'Roll back…', 'Restart…']) {
    const open = shown.getByRole('button', { name, exact: true });
    if (!(await open.isVisible())) continue;
    await open.click();
    await planned(shown);
    await harmless(name);
    await shown.keyboard.press('Escape');
  }
  for (const view of ['waiting', 'dead-letters']) {
    await shown.goto(`${evil.origin}/#/${view}`);
    await shown.locator('.card').first().waitFor();
    await harmless(view);
    await accessible(shown, `hostile ${view}`);
  }
  await shown.setViewportSize({ width: 380, height: 800 });
  for (const view of ['', 'waiting', 'dead-letters']) {
    await shown.goto(`${evil.origin}/#/${view}`);
    await shown.locator('.card, tbody tr').first().waitFor();
    await fits(shown, `narrow ${view}`);
  }
  await shown.context().close();
});

test('what is no longer what was shown is not done, and is shown anew', async (t) => {
  const pause = (name) => ({ services: [{ service: name, paused: true, reason: 'x' }], plan: [name] });
  const stack = await fakeStack((request) =>
    request.command === 'status' ? { services: [service('website/web')], warnings: [] }
      : request.command === 'explain' ? { services: [{ decision: 'Current', environment: 'staging' }] }
        : request.command === 'history' ? { deployments: [] }
          : request.dryRun ? pause('website/web')
            : request.plan[0] === 'website/web' ? { refused: 'it is no longer what was shown', preview: pause('website/other') } : pause('website/other'));
  t.after(stack.end);
  const fake = await start(stack.env);
  t.after(fake.end);
  const shown = await open(fake.url);
  await shown.getByRole('link', { name: 'website/web' }).click();
  await shown.getByRole('button', { name: 'Pause…' }).click();
  await planned(shown);
  await dialog(shown).getByRole('button', { name: 'Pause', exact: true }).click();
  await dialog(shown).getByText('Nothing was done: it is no longer what was shown').waitFor();
  await dialog(shown).getByText('website/other would be paused').waitFor();
  await dialog(shown).getByRole('button', { name: 'Pause', exact: true }).click();
  await dialog(shown).getByText('website/other is paused').waitFor();
  assert.deepEqual(stack.asked.filter((one) => one.command === 'pause').map((one) => one.plan ?? 'dry run'), ['dry run', ['website/web'], ['website/other']]);
  await shown.context().close();
});

test('it asks less while it is hidden, and less and less while nothing answers', async (t) => {
  const stack = await fakeStack(() => ({ services: [service('website/web')], warnings: [] }));
  t.after(stack.end);
  const fake = await start(stack.env);
  t.after(fake.end);
  const shown = await open('about:blank', LIGHT, []);
  await shown.clock.install();
  let asked = 0;
  let underWay = 0;
  shown.on('request', (request) => {
    underWay++;
    if (request.url().endsWith('/api/services')) asked++;
  });
  for (const end of ['requestfinished', 'requestfailed']) shown.on(end, () => underWay--);
  /** How often it asks within so many seconds of the page's own clock. */
  const within = async (seconds) => {
    const before = asked;
    for (let second = 0; second < seconds; second++) {
      await shown.clock.runFor(1000);
      do await shown.evaluate(() => 0);
      while (underWay > 0);
    }
    return asked - before;
  };
  await shown.goto(fake.url);
  await shown.locator('tbody tr').first().waitFor();
  const visible = await within(60);
  assert.ok(visible >= 8 && visible <= 13, `${visible} times in a minute`);
  const hide = (hidden) => shown.evaluate((value) => {
    Object.defineProperty(document, 'hidden', { value, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
  await hide(true);
  await within(10); // one that was due already
  const hidden = await within(120);
  assert.ok(hidden >= 1 && hidden <= 2, `${hidden} times in two hidden minutes`);
  const before = asked;
  await hide(false);
  await shown.waitForFunction(() => true);
  await within(1);
  assert.ok(asked > before, 'at once when it is seen again');

  await fake.end();
  await within(6);
  await shown.getByRole('alert').filter({ hasText: 'The dashboard does not answer' }).waitFor();
  const failing = await within(300);
  assert.ok(failing >= 3 && failing <= 9, `${failing} times in five minutes without an answer`);
  await shown.context().close();
});

test('Ctrl-C ends it', async () => {
  const one = await start();
  await one.end();
  await assert.rejects(fetch(one.origin));
});

test('the page reported no error', () => {
  assert.deepEqual(errors, []);
});
