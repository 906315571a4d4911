// What the page asks of the dashboard, which asks the stack.

const KEY = 'slipway-token';

/** Takes the token out of the URL, so that nobody reads it off the screen or out of the history. */
export function takeToken() {
  const given = /^#token=([\w-]+)$/.exec(location.hash);
  if (!given) return;
  sessionStorage.setItem(KEY, given[1]);
  history.replaceState(null, '', '/#/');
}

// longer than a function of the stack may take: a stopped process or a stalled tunnel answers never
const LONGEST = 240_000;

/** An answer that is none. `final` where asking again changes nothing; `refused` where nothing was done. */
export class Failure extends Error {
  constructor(message, final = false, refused = false) {
    super(message);
    this.final = final;
    this.refused = refused;
  }
}

async function ask(path, options = {}) {
  const headers = { 'X-Slipway-Token': sessionStorage.getItem(KEY) ?? '', ...options.headers };
  let response;
  try {
    response = await fetch(path, { ...options, headers, cache: 'no-store', credentials: 'omit', redirect: 'error', signal: AbortSignal.timeout(LONGEST) });
  } catch {
    throw new Failure('The dashboard does not answer. Has it been stopped? `slipway dashboard` starts it again, with another URL.');
  }
  if (response.status === 304) return { response, data: null };
  let data;
  try {
    data = await response.json();
  } catch {
    throw new Failure('The dashboard has not said all of its answer.');
  }
  if (response.ok) return { response, data };
  const { status } = response;
  throw new Failure(data.refused ?? data.error ?? `status ${status}`, status === 401, status >= 400 && status < 500);
}

/** Something that is asked again and again: the same answer is not sent twice. */
export class Question {
  constructor(path) {
    this.path = path;
    this.data = null;
    this.etag = null;
    this.at = null;
  }

  /** Asks, and says whether the answer is another than before. */
  async ask() {
    const { response, data } = await ask(this.path, this.etag ? { headers: { 'If-None-Match': this.etag } } : {});
    this.at = Date.now() - 1000 * Number(response.headers.get('Age') ?? 0);
    if (data === null) return false;
    this.data = data;
    this.etag = response.headers.get('ETag');
    return true;
  }
}

/** The question about one service. */
export function ofService(kind, name) {
  return new Question(`/api/${kind}?service=${encodeURIComponent(name)}`);
}

/** Asks once. */
export async function read(path) {
  return (await ask(path)).data;
}

/** Asks for a change: a plan, or that a plan is carried out. */
export async function post(path, body) {
  const { data } = await ask(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  return data;
}
