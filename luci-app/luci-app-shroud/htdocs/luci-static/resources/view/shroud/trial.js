/* SPDX-License-Identifier: Apache-2.0 */
'use strict';
'require baseclass';
'require view.shroud.api as api';
'require view.shroud.parts as parts';
'require view.shroud.words as words';

/*
 * The countdown while the agent tests a change, and what came of it. The page may be reached
 * through the very line that is being restarted: the countdown goes on by the browser's clock,
 * and what the page was waiting for survives a reload in the session's storage.
 */

const STEPS = {
	install: _('The line is being restarted with the new settings.'),
	wait: _('Waiting for the line to come up and to carry traffic.'),
	undo: _('Going back to the settings before.')
};

const OUTCOMES = {
	kept: [ _('The change works and is kept.'), 'success' ],
	confirmed: [ _('The change is kept, because somebody asked for it.'), 'success' ],
	'rolled-back': [ _('The settings before are back.'), 'warning' ]
};

const TOTAL = 60;      /* seconds that a line has to prove itself */

function remember(line, before) {
	try { sessionStorage.setItem('shroud-trial-' + line, before ?? ''); } catch (e) {}
}

function recall(line) {
	try { return sessionStorage.getItem('shroud-trial-' + line); } catch (e) { return null; }
}

function forget(line) {
	try { sessionStorage.removeItem('shroud-trial-' + line); } catch (e) {}
}

class Trial {
	/**
	 * @param {string} name - of the line
	 * @param {function(Promise): Promise} act - runs a call and shows how it failed
	 */
	constructor(name, act) {
		this.name = name;
		this.from = 0;
		this.writable = true;
		this.step = E('p', { role: 'status' }, []);
		this.bar = E('progress', { max: TOTAL, 'aria-label': _('Time left') }, []);
		this.left = E('p', { role: 'timer' }, []);
		this.buttons = E('p', {}, [
			parts.button(_('Keep it now'), 'positive', () => act(api.confirm(name))), ' ',
			parts.button(_('Go back now'), 'negative', () => act(api.rollback(name)))
		]);
		this.panel = E('div', { 'class': 'shroud-trial' }, [
			E('h4', {}, [ _('Testing the change') ]), this.step, this.bar, this.left, this.buttons
		]);
		this.result = E('div', { role: 'status' }, []);
		this.node = E('div', {}, [ this.panel, this.result ]);
		parts.show(this.panel, false);
	}

	/**
	 * A change is being asked for. What the router said before it answers counts no more.
	 *
	 * @param {?Object} outcome - the last that is known before it
	 */
	begin(outcome) {
		this.from = Infinity;
		remember(this.name, outcome?.time);
		this.result.replaceChildren();
	}

	/** @param {?Object} trial - what was begun, as api.apply() gives it; null: nothing had to be */
	begun(trial) {
		this.from = performance.now();

		if (trial)
			this.watch(trial);
		else
			forget(this.name);
	}

	/** An answer that got lost says nothing: the line may have been cut by what was asked for. */
	failed(error) {
		this.from = performance.now();

		if (error.kind != 'away' && error.kind != 'slow')
			forget(this.name);
	}

	/**
	 * @param {Object} status - as api.status() gives it
	 * @param {boolean} writable - whether the login may end the test
	 */
	update(status, writable) {
		this.writable = writable;

		if (status.asked < this.from)
			return;

		if (status.trial?.line == this.name) {
			if (recall(this.name) === null)
				remember(this.name, status.outcome?.time);

			this.watch(status.trial);
		}
		else {
			if (recall(this.name) !== null)
				this.finish(status.outcome);

			parts.show(this.panel, false);
			this.stop();
		}
	}

	watch(trial) {
		this.deadline = Date.now() + trial.seconds_left * 1000;
		parts.say(this.step, words.pick(STEPS, trial.step, trial.step));
		parts.show(this.buttons, trial.step != 'undo' && this.writable);
		parts.show(this.panel, true);
		this.tick();
	}

	/** The router does not answer; as far as the page knows the test goes on. */
	lose() {
		if (this.panel.hidden)
			return;

		parts.say(this.step, _('The router cannot be reached while the line restarts. This page goes on trying and will tell you what happened.'));
		parts.show(this.buttons, false);
	}

	tick() {
		const left = Math.max(0, Math.ceil((this.deadline - Date.now()) / 1000));

		this.bar.value = left;
		parts.say(this.left, left > 0
			? N_(left, 'Goes back by itself in %d second.', 'Goes back by itself in %d seconds.').format(left)
			: _('Waiting for the router to say how it went.'));

		if (this.timer == null)
			this.timer = window.setInterval(() => this.tick(), 1000);
	}

	stop() {
		window.clearInterval(this.timer);
		this.timer = null;
	}

	finish(outcome) {
		const before = recall(this.name);
		const known = outcome?.line == this.name && outcome.time != before;
		const told = known ? words.pick(OUTCOMES, outcome.outcome, [ outcome.outcome, 'warning' ])
			: [ _('The router knows nothing of a test: either the change did not reach it, or it was restarted since.'), 'warning' ];

		const reason = known && outcome.outcome == 'rolled-back' ? ' (' + outcome.text + ')' : '';

		forget(this.name);
		this.result.replaceChildren(E('div', { 'class': 'alert-message shroud-outcome ' + told[1] }, [
			E('p', { dir: 'auto' }, [ told[0], reason ]),
			parts.button(_('Dismiss'), 'neutral', () => this.result.replaceChildren())
		]));
	}
}

return baseclass.extend({
	/** @returns {Trial} for one line; arguments as of the class */
	create: (...args) => new Trial(...args)
});
