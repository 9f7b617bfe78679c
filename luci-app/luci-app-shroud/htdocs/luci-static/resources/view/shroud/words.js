/* SPDX-License-Identifier: Apache-2.0 */
'use strict';
'require baseclass';
'require view.shroud.parts as parts';

/* Names, shapes and colours of what the agent says in one word, and its numbers made readable. */

const STATES = {
	off: [ _('Off'), 'eye', 'open' ],
	shrouded: [ _('Shrouded'), 'shield', 'good' ],
	plain: [ _('Plain'), 'eye', 'open' ],
	connecting: [ _('Connecting'), 'clock', 'wait' ],
	down: [ _('Down'), 'cross', 'bad' ],
	trial: [ _('Testing'), 'clock', 'wait' ]
};

const RESULTS = {
	ok: [ _('OK'), 'tick', 'good' ],
	warning: [ _('Warning'), 'alarm', 'open' ],
	fail: [ _('Failed'), 'cross', 'bad' ],
	skipped: [ _('Skipped'), 'skip', 'wait' ]
};

const SEVERITIES = {
	info: [ _('Information'), 'tick', 'wait' ],
	warning: [ _('Warning'), 'alarm', 'open' ],
	alarm: [ _('Alarm'), 'alarm', 'bad' ]
};

const POLICIES = {
	prefer: [ _('Prefer'), _('Shroud if your ISP can. If it cannot, stay online in plain and say so.') ],
	require: [ _('Require'), _('Rather no internet than a line in plain.') ]
};

const MODES = {
	auto: [ _('Automatic'), _('What hides most that your router and your ISP both can.') ],
	head: [ _('Head'), _('Always hide the first 64 bytes of each packet, and all of those that may carry names.') ],
	decoy: [ _('Decoy'), _('False addresses and names in place of yours. They belong to strangers, and more is seen than in mode Head.') ]
};

/* What comes from outside may bear the name of something that every object has. */
function pick(table, key, other) {
	return Object.hasOwn(table, key) ? table[key] : other;
}

function badge(entry) {
	return E('span', { 'class': 'shroud-badge shroud-' + entry[2] }, [ parts.icon(entry[1]), ' ', entry[0] ]);
}

/* The router's clock and the browser's may differ: both times are the router's. */
function since(time, now) {
	const seconds = (Date.parse(now) - Date.parse(time)) / 1000;

	return isFinite(seconds) ? '%t'.format(Math.max(0, seconds)) : '?';
}

return baseclass.extend(/** @lends LuCI.view.shroud.words.prototype */ {
	POLICIES, MODES, badge, pick, since,

	/**
	 * @param {Object} line
	 * @returns {Array<string>} word, shape and colour of its state; an unknown one is shown as it is
	 */
	state(line) {
		const entry = pick(STATES, line.state, [ line.state, 'alarm', 'wait' ]);

		return line.alarm ? [ entry[0], 'alarm', 'bad' ] : entry;
	},

	/** @returns {HTMLElement} the result of a step of the self-test */
	result: word => badge(pick(RESULTS, word, [ word, 'alarm', 'wait' ])),

	/** @returns {HTMLElement} how bad an event is */
	severity: word => badge(pick(SEVERITIES, word, SEVERITIES.info)),

	/** The agent's sentences are in the catalogue too: looked up like every other text. */
	translated: text => text ? _(text) : '',

	/** A number with the separators of the page's language. */
	number: value => Math.round(value).toLocaleString(document.documentElement.lang || undefined),

	/** A time of the router in the browser's time zone and language. */
	time(text) {
		const date = new Date(text);

		return isNaN(date) ? text : date.toLocaleString(document.documentElement.lang || undefined);
	}
});
