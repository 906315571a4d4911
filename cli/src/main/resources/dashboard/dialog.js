// A change: what it would do is shown, then it is done or not. The dashboard does what was shown, or nothing.

import { el, lines, rich } from './dom.js';
import { post, Failure } from './net.js';

const text = (name, label, hint) => ({ name, label, hint });
const check = (name, label) => ({ name, label, check: true });

/** By their names: the command, its words, and what else can be said. */
const ACTIONS = {
  deploy: {
    command: 'deploy', title: 'Deploy', verb: 'Deploy',
    fields: () => [
      text('tag', 'Tag', 'the image that has this tag now, instead of the environment’s'),
      text('digest', 'Digest', 'the image with this digest: 12 digits or more'),
      check('unblock', 'also if the image is blocked'),
      text('override', 'Override gates, because', 'the reason is recorded and told'),
    ],
  },
  restart: { command: 'restart', title: 'Restart', verb: 'Restart', fields: () => [] },
  rollback: {
    command: 'rollback', title: 'Roll back', verb: 'Roll back',
    fields: (subject) => [{ name: 'to', label: 'To', choose: subject.revisions ?? [], none: 'the last good revision' }],
  },
  promote: {
    command: 'promote', title: 'Promote', verb: 'Promote',
    fields: () => [text('repository', 'Only images of repository', ''), check('even-if-blocked', 'also images that services there have blocked'), check('even-if-older', 'also images that are older than what runs there')],
  },
  approve: {
    command: 'approve', title: 'Approve', verb: 'Approve',
    fields: () => [text('digest', 'Only the image', 'whose digest begins so'), text('note', 'Note', 'the reason, shown in status and explain')],
  },
  reject: {
    command: 'approve', title: 'Reject', verb: 'Reject', options: { reject: '' },
    fields: () => [text('note', 'Note', 'the reason, shown in history and told')],
  },
  pause: { command: 'pause', title: 'Pause', verb: 'Pause', fields: () => [text('note', 'Note', 'the reason, shown in status and explain')] },
  resume: { command: 'resume', title: 'Resume', verb: 'Resume', fields: () => [] },
  redrive: { command: 'replay redrive', title: 'Redrive', verb: 'Redrive', fields: () => [] },
  discard: { command: 'replay discard', title: 'Discard', verb: 'Discard', fields: () => [] },
};

/** Opens the dialog of a change about a service, an environment, or a dead letter. */
export async function act(context, name, subject) {
  if (name === 'promote' && !context.services.data) {
    try {
      await context.services.ask();
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure; // otherwise an environment is typed
    }
  }
  new Change(context, ACTIONS[name], subject).open();
}

class Change {
  constructor(context, action, subject) {
    this.context = context;
    this.action = action;
    this.subject = subject;
    this.asked = 0;
    this.id = null;
    this.done = false;
  }

  open() {
    const { action, subject } = this;
    this.inputs = new Map(action.fields(subject).map((field) => [field.name, { field, ...this.input(field) }]));
    this.heading = el('h2', { id: 'dialog-title', tabindex: '-1' }, action.title, ' ', this.about());
    this.form = el('div', { class: 'fields' }, this.target(), [...this.inputs.values()].map(({ line }) => line));
    this.plan = el('div', { class: 'plan', role: 'status', 'aria-live': 'polite' });
    this.same = el('p', { class: 'same', hidden: true });
    this.confirm = el('button', { type: 'button', class: 'strong', disabled: true, onclick: () => this.carryOut() }, action.verb);
    this.cancel = el('button', { type: 'button', onclick: () => this.dialog.close() }, 'Cancel');
    this.dialog = el('dialog', { 'aria-labelledby': 'dialog-title' }, this.heading, this.form,
      el('h3', {}, 'What it would do'), this.plan, this.same,
      el('div', { class: 'actions end' }, this.cancel, this.confirm));
    this.dialog.addEventListener('cancel', (event) => {
      if (this.cancel.disabled) event.preventDefault();
    });
    this.dialog.addEventListener('close', () => {
      this.dialog.remove();
      if (this.done) this.context.look();
    });
    document.body.append(this.dialog);
    this.dialog.showModal();
    this.heading.focus();
    this.show();
  }

  about() {
    const { service, environment, from, id, all } = this.subject;
    if (this.action.command === 'promote') return from ?? '';
    return service ?? (environment ? `every service of ${environment}` : id ?? (all ? 'all dead letters' : ''));
  }

  /** To which environment an image is promoted. */
  target() {
    if (this.action.command !== 'promote') return null;
    const environments = [...new Set((this.context.services.data?.services ?? []).map((one) => one.environment))].filter((one) => one && one !== this.subject.from).sort();
    const label = `From ${this.subject.from} to`;
    const { line, read } = this.input(environments.length > 0 ? { name: 'target', label, choose: environments, none: 'choose an environment' } : text('target', label, 'the environment that gets the same images'));
    this.to = read;
    return line;
  }

  input(field) {
    const id = `field-${field.name}`;
    const again = () => this.show();
    if (field.check) {
      const box = el('input', { type: 'checkbox', id, onchange: again });
      return { line: el('p', { class: 'check' }, box, el('label', { for: id }, field.label)), read: () => (box.checked ? '' : null) };
    }
    if (field.choose) {
      const list = el('select', { id, onchange: again }, el('option', { value: '' }, field.none), field.choose.map((one) => el('option', { value: one }, one)));
      return { line: el('p', {}, el('label', { for: id }, field.label), list), read: () => list.value || null };
    }
    const hint = field.hint ? el('span', { class: 'hint', id: `${id}-hint` }, field.hint) : null;
    const line = el('input', { type: 'text', id, autocomplete: 'off', onchange: again, maxlength: 2000, 'aria-describedby': hint?.id });
    return { line: el('p', {}, el('label', { for: id }, field.label), line, hint), read: () => line.value.trim() || null };
  }

  request() {
    const { service, environment, from, id, all } = this.subject;
    const options = { ...this.action.options };
    for (const { field, read } of this.inputs.values()) {
      const value = read();
      if (value !== null) options[field.name] = value;
    }
    let words = [service ?? id].filter(Boolean);
    if (this.to) words = this.to() ? [from, this.to()] : null;
    else if (environment) options.environment = environment;
    else if (all) options.all = '';
    return words && { command: this.action.command, options, arguments: words };
  }

  /** Asks for the plan, whenever what is asked for has changed. */
  async show() {
    const mine = ++this.asked;
    this.id = null;
    this.confirm.disabled = true;
    const request = this.request();
    if (!request) {
      this.plan.replaceChildren(el('p', { class: 'faint' }, 'Say to which environment.'));
      return;
    }
    this.plan.setAttribute('aria-busy', 'true');
    this.plan.replaceChildren(el('p', { class: 'faint' }, 'Asking the stack…'));
    try {
      const plan = await post('/api/plans', request);
      if (mine === this.asked) this.draw(plan);
    } catch (failure) {
      if (mine === this.asked) this.fail(failure);
    } finally {
      if (mine === this.asked) this.plan.removeAttribute('aria-busy');
    }
  }

  draw(plan, before = []) {
    this.id = plan.id;
    this.confirm.disabled = plan.id === null;
    this.plan.replaceChildren(...before, ...lines(plan.lines), ...(plan.refusal ? [el('p', { class: 'refusal' }, rich(plan.refusal))] : []));
    this.same.hidden = false;
    this.same.replaceChildren('The same in a terminal: ', el('code', {}, plan.command));
  }

  fail(failure) {
    if (!(failure instanceof Failure)) throw failure;
    this.id = null;
    this.plan.replaceChildren(el('p', { class: 'refusal' }, rich(failure.message)));
  }

  /** Once: the button is off before the request goes, and the dashboard takes a plan once. */
  async carryOut() {
    const { id } = this;
    if (!id) return;
    this.id = null;
    this.confirm.disabled = true;
    // its outcome is to be seen: the dialog stays open until it is there
    this.cancel.disabled = true;
    this.asked++;
    this.plan.setAttribute('aria-busy', 'true');
    for (const input of this.form.querySelectorAll('input, select')) input.disabled = true;
    this.done = true;
    try {
      const outcome = await post(`/api/plans/${id}`, {});
      if (outcome.instead) {
        for (const input of this.form.querySelectorAll('input, select')) input.disabled = false;
        this.draw(outcome.instead, [el('p', { class: 'refusal' }, 'Nothing was done: ', rich(outcome.refusal)), el('p', {}, 'Now it would be:')]);
      } else {
        this.plan.previousElementSibling.textContent = outcome.refusal && outcome.lines.length === 0 ? 'Nothing was done' : 'Done';
        this.plan.replaceChildren(...lines(outcome.lines), ...(outcome.refusal ? [el('p', { class: 'refusal' }, rich(outcome.refusal))] : []));
        this.end();
      }
    } catch (failure) {
      if (!failure.refused) this.plan.previousElementSibling.textContent = 'Not known whether it was done';
      this.fail(failure);
      this.end();
    } finally {
      this.cancel.disabled = false;
      this.plan.removeAttribute('aria-busy');
    }
  }

  end() {
    this.confirm.remove();
    this.cancel.textContent = 'Close';
    this.cancel.disabled = false;
    this.cancel.focus();
    this.context.look();
  }
}
