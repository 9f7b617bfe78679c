/* SPDX-License-Identifier: Apache-2.0 */
'use strict';
'require poll';
'require view';
'require view.shroud.api as api';
'require view.shroud.line as Line';
'require view.shroud.parts as parts';
'require view.shroud.words as words';

/* The page: all PPPoE lines of the router, and what holds for the router as a whole. */

const IDLE = 5;      /* seconds between two looks at the status */
const TRIAL = 3;     /* the same while a change is tried */
const SOONEST = 2500; /* milliseconds between two questions that nobody asked for */

return view.extend(/** @lends LuCI.view.shroud.overview.prototype */ {
	handleSave: null,
	handleSaveApply: null,
	handleReset: null,

	/** A failure is shown in the page, and tried again: it must not end the page. */
	load() {
		return Promise.all([ api.status().catch(error => error), parts.stylesheet() ]);
	},

	render([ first ]) {
		this.lines = new Map();
		this.writable = L.hasViewPermission() !== false;
		this.warning = E('p', { role: 'alert' }, []);
		this.age = E('p', {}, []);
		this.banner = E('div', { 'class': 'alert-message warning' }, [ this.warning, this.age ]);
		this.list = E('div', {}, []);
		this.offload = parts.p('');
		this.problems = E('div', {}, []);
		this.asked = performance.now();
		this.draw(first);
		document.addEventListener('visibilitychange', () => this.look());

		return E('div', { 'class': 'shroud' }, [
			E('h2', {}, [ _('Line Privacy') ]),
			E('div', { 'class': 'cbi-map-descr' }, [ _('Hides from the company that runs your line whom you talk to, from your router to your internet provider.') ]),
			this.banner, this.problems, this.list, this.offload
		]);
	},

	/* A page that nobody sees asks nothing; nor does LuCI's poll right after the first answer. */
	look() {
		return document.hidden || performance.now() - this.asked < SOONEST ? Promise.resolve() : this.refresh();
	},

	/* One question at a time: who asks while one is under way gets the answer to the next. */
	refresh() {
		const ask = () => {
			this.asked = performance.now();

			return api.status().catch(error => error).then(status => this.draw(status));
		};

		this.pending = (this.pending ?? Promise.resolve()).then(ask);

		return this.pending;
	},

	/* LuCI's poll stops when nothing is left in it, so the new pace comes before the old one goes. */
	pace(seconds) {
		if (this.seconds == seconds)
			return;

		const before = this.step;

		this.step = () => this.look();
		this.seconds = seconds;
		poll.add(this.step, seconds);

		if (before)
			poll.remove(before);
	},

	draw(status) {
		this.pace(status.trial ? TRIAL : IDLE);

		if (status instanceof Error)
			return this.lose(status);

		this.last = Date.now();
		parts.show(this.banner, false);
		parts.say(this.warning, '');
		this.drawLines(status);
		this.problems.replaceChildren(...status.problems.map(problem =>
			E('div', { 'class': 'alert-message warning' }, [ parts.p(problem) ])));
		this.drawOffload(status);
	},

	drawOffload(status) {
		const leaks = status.lines.some(line => line.enabled)
			&& (status.offload.hardware_configured || status.offload.hardware_active === true);

		parts.say(this.offload, words.translated(status.offload.sentence));
		this.offload.className = leaks ? 'alert-message warning' : '';
	},

	drawLines(status) {
		const names = status.lines.map(line => line.name);

		for (const [ name, line ] of this.lines) {
			if (names.includes(name))
				continue;

			line.remove();
			this.lines.delete(name);
		}

		for (const line of status.lines) {
			if (!this.lines.has(line.name))
				this.add(line.name);

			this.lines.get(line.name).update(line, status, this.writable);
		}

		this.empty ??= this.list.appendChild(parts.p(_('There is no PPPoE line on this router. Set one up under Network, Interfaces; it will show up here.')));
		parts.show(this.empty, !names.length);
	},

	add(name) {
		const line = Line.create(name, () => this.refresh());

		this.lines.set(name, line);
		this.list.appendChild(line.node);
	},

	/* What was seen last stays, marked as old. */
	lose(error) {
		const seconds = this.last ? Math.round((Date.now() - this.last) / 1000) : 0;
		const old = this.last ? _('What is shown here is %s old.').format('%t'.format(seconds)) : '';

		for (const line of this.lines.values())
			line.lose();

		parts.show(this.banner, true);
		parts.say(this.warning, error.message + ' ' + _('Trying again by itself.'));
		parts.say(this.age, old);
	}
});
