// A stack whose functions answer what a test wants: Lambda's Invoke, and STS for who asks.

import { createServer } from 'node:http';

const WHO = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::123456789012:user/alice</Arn><UserId>A</UserId><Account>123456789012</Account></GetCallerIdentityResult>
<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></GetCallerIdentityResponse>`;

/** Starts it; `answer(request)` gives what a function answers. Gives the variables by which a client finds it. */
export async function fakeStack(answer) {
  const asked = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
      if (!request.url.includes('/invocations')) {
        response.setHeader('Content-Type', 'text/xml');
        response.end(WHO);
        return;
      }
      const read = JSON.parse(body);
      asked.push(read);
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify(answer(read)));
    });
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    asked,
    env: { AWS_ENDPOINT_URL: `http://127.0.0.1:${server.address().port}` },
    end: () => new Promise((ended) => {
      server.closeAllConnections();
      server.close(ended);
    }),
  };
}

const digest = (digits) => `sha256:${digits.padEnd(64, '0')}`;

/** A service as `status` answers it. */
export function service(name, more = {}) {
  return {
    service: name, arn: `arn:aws:ecs:us-east-1:123456789012:service/${name}`, environment: 'staging', taskDefinition: 'web:2',
    desired: 2, running: 2, pending: 0, rollout: 'COMPLETED', rolloutReason: null, since: new Date(Date.now() - 3_600_000).toISOString(),
    images: [{ container: 'web', repository: 'web', tag: 'staging', digest: digest('c5bd9d1d27aa'), selected: digest('c5bd9d1d27aa') }],
    deployments: [{ id: 'ecs-svc/1', status: 'PRIMARY', taskDefinition: 'web:2', desired: 2, running: 2, pending: 0, failed: 0, rolloutState: 'COMPLETED' }],
    blocked: [], blockedCount: 0, paused: null, pin: null, request: null, waitingFor: [], failure: null,
    state: 'up to date', decision: 'Current', reason: 'web:2 runs what tag staging selects', ...more,
  };
}

/** Text that would be markup, escape codes, and text that turns other text around. */
export const HOSTILE = '<script>window.hacked=1</script><img src=x onerror="window.hacked=1">\u001b[31m\u202eevil\u2066\u200b&lt;b&gt;';
/** The same as people may see it. */
export const VISIBLE = '<script>window.hacked=1</script><img src=x onerror="window.hacked=1">\\u001b[31m\\u202eevil\\u2066\\u200b&lt;b&gt;';
/** 4,000 characters. */
export const LONG = `begins here ${'so it goes on and on, '.repeat(190)}`.slice(0, 3989) + ' ends here.';

/** A stack in which every text is hostile, and reasons are long. */
export function hostile(request) {
  const gate = { gate: HOSTILE, repository: HOSTILE, digest: HOSTILE, closed: true, reason: LONG, until: null, remedy: `\`${HOSTILE}\``, override: HOSTILE };
  const one = service(HOSTILE, {
    environment: HOSTILE, taskDefinition: HOSTILE, state: 'waiting', decision: 'Held', reason: LONG, waitingFor: ['approval'], paused: HOSTILE,
    images: [{ container: HOSTILE, repository: HOSTILE, tag: HOSTILE, digest: HOSTILE, selected: HOSTILE }],
    deployments: [{ id: 'x', status: 'PRIMARY', taskDefinition: HOSTILE, desired: 2, running: 1, pending: 1, failed: 1, rolloutState: 'IN_PROGRESS', reason: HOSTILE }],
    pin: { revision: HOSTILE, by: HOSTILE, at: new Date().toISOString(), images: {}, insteadOf: [] },
    blocked: [{ digest: HOSTILE, repository: HOSTILE, since: new Date().toISOString(), by: HOSTILE, reason: LONG }], blockedCount: 1,
    failure: { kind: 'failed', taskDefinition: HOSTILE, cause: HOSTILE, details: [HOSTILE, LONG] },
  });
  const started = (ago) => new Date(Date.now() - ago).toISOString();
  switch (request.command) {
    case 'status': return { services: [one], warnings: [HOSTILE], next: null };
    case 'explain': return { services: [{ service: HOSTILE, environment: HOSTILE, decision: 'Held', reason: HOSTILE, waiting: HOSTILE, gates: [gate], changes: [{ container: HOSTILE, from: HOSTILE, to: HOSTILE }], selections: [] }] };
    case 'history': return { service: HOSTILE, deployments: [0, 1].map((i) => ({ taskDefinition: HOSTILE, tag: HOSTILE, outcome: 'rolled back', diagnosis: LONG, by: HOSTILE, stoppedBy: HOSTILE, startedAt: started(9000 * (i + 2)), finishedAt: started(9000 * (i + 1)), images: [{ container: 'web', digest: HOSTILE }], details: [HOSTILE] })) };
    case 'events': return { service: HOSTILE, events: [{ at: started(1000), source: HOSTILE, text: HOSTILE }] };
    case 'list': return { messages: [{ id: HOSTILE, what: HOSTILE, queue: HOSTILE, sentAt: started(1000), tries: 3, reason: LONG }] };
    default: return { services: [{ service: HOSTILE, paused: true, reason: LONG, decision: 'Held', approved: [HOSTILE] }], service: HOSTILE, from: HOSTILE, to: HOSTILE, how: LONG, images: [], blocked: [], redriven: [], discarded: [], plan: [HOSTILE] };
  }
}
