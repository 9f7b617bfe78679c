/* SPDX-License-Identifier: Apache-2.0 */
'use strict';
'require baseclass';
'require view.shroud.api as api';
'require view.shroud.diagnose as Diagnose';
'require view.shroud.history as History';
'require view.shroud.parts as parts';
'require view.shroud.picture as Picture';
'require view.shroud.settings as settings';
'require view.shroud.trial as Trial';
'require view.shroud.trust as Trust';
'require view.shroud.words as words';

/* A line: its switch, its state in one sentence, and below that what belongs to it. */

let count = 0;

class Line {
	/**
	 * @param {string} name - of the line
	 * @param {function(): Promise} refresh - asks for the status anew
	 */
	constructor(name, refresh) {
		this.name = name;
		this.refresh = refresh;

		const id = 'shroud-' + ++count, act = promise => this.act(promise);

		this.picture = Picture.create(id);
		this.trial = Trial.create(name, act);
		this.trust = Trust.create(name, act);
		this.history = History.create(name);
		this.diagnose = Diagnose.create(id);
		this.node = E('section', { 'class': 'cbi-section shroud-line', 'aria-labelledby': id + '-title' },
			[ this.head(id), ...this.state(id), this.trial.node, this.picture.node, this.trust.node,
				this.settings(), this.diagnose.node, this.history.node ]);
	}

	head(id) {
		this.device = E('small', {}, []);
		this.badge = E('span', {}, []);
		this.position = E('span', {}, []);
		this.control = parts.button('', 'neutral', () => this.toggle());
		this.control.classList.add('shroud-switch');
		this.control.setAttribute('role', 'switch');
		this.control.setAttribute('aria-labelledby', id + '-switch');
		this.control.setAttribute('aria-describedby', id + '-sentence ' + id + '-lock');
		this.control.append(E('span', { 'class': 'shroud-knob' }, []), this.position);

		return E('div', { 'class': 'shroud-head' }, [
			E('h3', { id: id + '-title' }, [ E('span', { dir: 'auto' }, [ this.name ]), ' ', this.device ]), this.badge,
			E('span', { id: id + '-switch', 'class': 'shroud-visually-hidden' }, [ _('Shroud line %s').format(this.name) ]),
			this.control
		]);
	}

	state(id) {
		this.sentence = E('p', { id: id + '-sentence', 'class': 'shroud-sentence', role: 'status', dir: 'auto' }, []);
		this.reason = parts.p('', 'shroud-reason');
		this.since = parts.p('', 'shroud-since');
		this.notice = E('blockquote', { dir: 'auto' }, []);
		this.noticeFrame = E('div', { 'class': 'shroud-notice' }, [ parts.p(_('Your ISP says:')), this.notice ]);
		this.lock = E('p', { id: id + '-lock', 'class': 'shroud-lock' }, [ parts.icon('lock'), ' ' ]);
		this.lockText = this.lock.appendChild(E('span', { dir: 'auto' }, []));
		this.error = E('div', { role: 'alert' }, []);

		return [ this.sentence, this.reason, this.since, this.error, this.noticeFrame, this.lock ];
	}

	settings() {
		this.policy = parts.p('');
		this.mode = parts.p('');
		this.edit = parts.button(_('Settings…'), 'edit', () => this.change());

		return E('section', {}, [ E('h4', {}, [ _('Policy and mode') ]), this.policy, this.mode, this.edit ]);
	}

	/**
	 * @param {Object} line - as api.status() gives it
	 * @param {Object} status - all of it
	 * @param {boolean} writable - whether the login may change something
	 */
	update(line, status, writable) {
		this.line = line;
		this.status = status;
		this.writeHead(line, status, writable);
		this.writeState(line, status);
		this.writeLock(line, writable);
		this.trial.update(status, writable);
		this.picture.update(line);
		this.trust.update(line, writable);
		this.history.update(line);
		this.diagnose.update(line, status);
	}

	writeHead(line, status, writable) {
		const fixed = line.locked || !writable || status.trial != null;

		parts.say(this.device, line.l3_device ?? '');
		this.badge.replaceChildren(words.badge(words.state(line)));
		parts.say(this.position, line.enabled ? _('On') : _('Off'));
		this.control.setAttribute('aria-checked', String(line.enabled));
		this.fix(fixed);
	}

	/* A button that is disabled outright would lose the focus, and its explanation. */
	fix(fixed) {
		for (const node of [ this.control, this.edit ])
			node.setAttribute('aria-disabled', String(fixed));
	}

	writeState(line, status) {
		this.node.dataset.state = line.alarm ? 'alarm' : line.state;
		parts.say(this.sentence, words.translated(line.sentence));
		parts.show(this.reason, line.reason != null && !line.shrouded);
		parts.say(this.reason, line.reason ? _('In detail: %s').format(words.translated(line.reason)) : '');
		parts.show(this.since, line.shrouded && line.since != null);
		parts.say(this.since, line.since ? this.sinceText(line, status) : '');
		parts.show(this.noticeFrame, line.notice != null);
		parts.say(this.notice, line.notice ?? '');
		parts.say(this.policy, '%s: %s'.format(...words.pick(words.POLICIES, line.policy, [ line.policy, '' ])));
		parts.say(this.mode, '%s: %s'.format(...words.pick(words.MODES, line.mode, [ line.mode, '' ])));
	}

	writeLock(line, writable) {
		parts.show(this.lock, line.locked || !writable);
		parts.say(this.lockText, line.locked
			? _('The settings are locked by %s.').format(line.locked_by ?? _('whoever made this image'))
			: _('Your login may look at this, but not change it.'));
	}

	sinceText(line, status) {
		const whole = _('Without a break for %s.').format(words.since(line.since, status.time));

		return line.last_rekey
			? whole + ' ' + _('New keys %s ago.').format(words.since(line.last_rekey, status.time)) : whole;
	}

	/** The router has no such line any more. */
	remove() {
		this.trial.stop();
		this.node.remove();
	}

	/** The router does not answer. */
	lose() {
		this.trial.lose();
		this.fix(true);
	}

	async toggle() {
		if (this.line.enabled && !await parts.ask(_('Switch off shrouding?'), [
			parts.p(_('Your carrier can then see again whom you talk to on line %s.').format(this.name))
		], _('Switch off'), 'negative'))
			return;

		await this.apply([ this.name, !this.line.enabled ]);
	}

	async change() {
		const wanted = await this.act(settings.edit(this.name));

		if (wanted)
			await this.apply(wanted);
	}

	async apply(wanted) {
		this.trial.begin(this.status.outcome);

		await this.act(api.apply(...wanted).then(trial => {
			this.trial.begun(trial);

			if (!trial)
				this.tell(_('Saved. The line did not have to be restarted.'), 'notice');
		}, error => {
			this.trial.failed(error);
			throw error;
		}));
	}

	/* Runs a call, shows how it failed, and asks for the status anew in any case. */
	act(promise) {
		this.error.replaceChildren();

		return promise.catch(error => {
			this.tell(error.message, 'error');

			return null;
		}).finally(() => this.refresh());
	}

	tell(text, style) {
		this.error.replaceChildren(E('div', { 'class': 'alert-message ' + style }, [
			parts.p(text), parts.button(_('Dismiss'), 'neutral', () => this.error.replaceChildren())
		]));
	}
}

return baseclass.extend({
	/** @returns {Line} arguments as of the class */
	create: (...args) => new Line(...args)
});
