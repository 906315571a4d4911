// How soon 100 and 500 services are on the screen. Prints figures; none of them holds anything up.

import { cpus, loadavg } from 'node:os';
import * as aws from './aws.mjs';
import { browser as launch, start } from './dashboard.mjs';

const browser = await launch();
await aws.createRepository('web');
await aws.push('web', 'staging', '1.0');
await aws.createCluster('many');
await aws.registerTaskDefinition('many', `${aws.uri('web')}:staging`);

/** Notes when so many rows are there, and when they were painted. */
const observe = (rows) => {
  new MutationObserver((_, observer) => {
    if (document.querySelectorAll('tbody tr').length < rows) return;
    observer.disconnect();
    window.built = performance.now();
    requestAnimationFrame(() => setTimeout(() => (window.painted = performance.now())));
  }).observe(document, { childList: true, subtree: true });
};

const middle = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
let made = 0;
for (const number of [100, 500]) {
  for (; made < number; made++) await aws.createService('many', `service-${String(made).padStart(3, '0')}`, made % 2 ? 'staging' : 'production', 1, 'many');
  for (;;) {
    const states = await Promise.all(Array.from({ length: number / 10 }, (_, i) => aws.service('many', `service-${String(i * 10).padStart(3, '0')}`)));
    if (states.every((one) => one.runningCount === 1 && one.deployments.length === 1)) break;
    await new Promise((soon) => setTimeout(soon, 500));
  }
  const began = Date.now();
  const dashboard = await start('--read-only');
  console.log(`${number} services, load ${loadavg()[0].toFixed(1)} on ${cpus().length} cores: the URL is printed after ${((Date.now() - began) / 1000).toFixed(1)} s, with the first answer of the stack`);
  const runs = [];
  for (let run = 0; run < 5; run++) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 820 } });
    const page = await context.newPage();
    const tools = await context.newCDPSession(page);
    await tools.send('Performance.enable', { timeDomain: 'threadTicks' });
    await page.addInitScript(observe, number);
    await page.goto(dashboard.url);
    await page.waitForFunction(() => window.painted, null, { timeout: 60_000 });
    const { metrics } = await tools.send('Performance.getMetrics');
    const worked = 1000 * metrics.find((one) => one.name === 'TaskDuration').value;
    runs.push(await page.evaluate((work) => ({
      worked: work,
      first: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN,
      built: window.built,
      painted: window.painted,
      bytes: performance.getEntriesByType('resource').reduce((sum, one) => sum + one.encodedBodySize, 0),
    }), worked));
    await context.close();
  }
  const of = (name) => Math.round(middle(runs.map((run) => run[name])));
  console.log(`  first paint ${of('first')} ms, all rows built ${of('built')} ms, painted ${of('painted')} ms (${of('worked')} ms of the page's thread); ${of('bytes')} bytes with the answers; the median of ${runs.length}`);

  const page = await (await browser.newContext()).newPage();
  await page.goto(dashboard.url);
  await page.waitForFunction((rows) => document.querySelectorAll('tbody tr').length === rows, number);
  const typed = await page.evaluate(async () => {
    const search = document.querySelector('input[type=search]');
    const before = performance.now();
    search.value = 'service-07';
    search.dispatchEvent(new Event('input'));
    document.body.getBoundingClientRect();
    return performance.now() - before;
  });
  console.log(`  a letter in the filter takes ${typed.toFixed(1)} ms`);
  await page.context().close();
  await dashboard.end();
}
await browser.close();
