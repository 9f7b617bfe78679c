/* SPDX-License-Identifier: Apache-2.0 */
'use strict';
'require baseclass';
'require view.shroud.api as api';
'require view.shroud.parts as parts';
'require view.shroud.words as words';

/* What the interference watch has seen on a line. Asked for when it is opened, not before. */

const LIMIT = 30;

function item(event) {
	return E('li', {}, [
		words.severity(event.severity), ' ',
		E('strong', { dir: 'auto' }, [ words.translated(event.title) ]), ' ',
		E('time', { datetime: event.time }, [ words.time(event.time) ]),
		event.count > 1 ? E('span', {}, [ ' ', N_(event.count, 'seen once', 'seen %d times').format(event.count) ]) : '',
		event.meaning ? parts.p(words.translated(event.meaning)) : '',
		event.advice ? parts.p(words.translated(event.advice), 'shroud-advice') : ''
	]);
}

class History {
	/** @param {string} name - of the line */
	constructor(name) {
		this.name = name;
		this.list = E('div', { 'aria-live': 'polite' }, []);
		this.node = E('details', { toggle: () => this.node.open && this.load() }, [
			E('summary', {}, [ _('History') ]), this.list
		]);
	}

	/** An open list is fetched again when the line's state has changed. */
	update(line) {
		const state = line.state + line.alarm + line.since;

		if (this.node.open && this.state != null && this.state != state)
			this.load();

		this.state = state;
	}

	load() {
		return api.history(this.name, LIMIT).then(events => this.list.replaceChildren(events.length
			? E('ol', { 'class': 'shroud-history' }, events.map(item))
			: parts.p(_('Nothing has happened since the router was started.'))
		), error => this.list.replaceChildren(parts.p(error.message)));
	}
}

return baseclass.extend({
	/** @returns {History} of one line; arguments as of the class */
	create: (...args) => new History(...args)
});
