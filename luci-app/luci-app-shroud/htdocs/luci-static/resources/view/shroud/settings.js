/* SPDX-License-Identifier: Apache-2.0 */
'use strict';
'require baseclass';
'require view.shroud.api as api';
'require view.shroud.parts as parts';
'require view.shroud.words as words';

/* The settings of a line, in a dialog. Only what was changed is sent. */

const KEY = /^[A-Za-z0-9+/]{43}=$/;
const SHORTEST = 60;      /* seconds between two changes of keys */
const LONGEST = 43200;

function choice(name, table, chosen) {
	return E('fieldset', { 'class': 'shroud-choice' }, Object.keys(table).map(value => {
		const id = 'shroud-' + name + '-' + value;

		return E('p', {}, [
			E('input', { type: 'radio', name: 'shroud-' + name, id, value, checked: value == chosen ? '' : null,
				'aria-describedby': id + '-help' }, []),
			' ', E('label', { 'for': id }, [ table[value][0] ]),
			E('span', { 'class': 'shroud-help', id: id + '-help' }, [ table[value][1] ])
		]);
	}));
}

function titled(fieldset, title) {
	fieldset.prepend(E('legend', {}, [ title ]));

	return fieldset;
}

function field(label, help, input) {
	input.setAttribute('aria-describedby', input.id + '-help');

	return E('div', { 'class': 'shroud-field' }, [
		E('label', { 'for': input.id }, [ label ]), input,
		E('span', { 'class': 'shroud-help', id: input.id + '-help' }, [ help ])
	]);
}

/* Folded away: most people need none of it. */
function advanced(config) {
	return E('details', { open: config.mode == 'auto' ? null : '' }, [
		E('summary', {}, [ _('Advanced') ]), titled(choice('mode', words.MODES, config.mode), _('Mode'))
	]);
}

function form(config) {
	return [
		titled(choice('policy', words.POLICIES, config.policy), _('When your ISP does not shroud')),
		field(_('Pinned keys'), _('One key in each line, as your ISP published it. Empty: the first key that is met is recorded, and no other accepted after it.'),
			E('textarea', { id: 'shroud-keys', rows: 2, dir: 'ltr', spellcheck: 'false' }, [ config.peer_keys.join('\n') ])),
		field(_('New keys every'), _('Seconds, %d to %d. Empty: as your ISP likes it.').format(SHORTEST, LONGEST),
			E('input', { id: 'shroud-rekey', type: 'text', inputmode: 'numeric', dir: 'ltr', value: config.rekey_interval ?? '' }, [])),
		advanced(config),
		E('p', { 'class': 'alert-message error', role: 'alert', hidden: '' }, []),
		E('p', { 'class': 'shroud-help' }, [ _('If the line is switched on it restarts. If it then carries no traffic, all is put back by itself.') ])
	];
}

function chosen(body, name) {
	return body.querySelector('input[name="shroud-' + name + '"]:checked')?.value;
}

/**
 * @param {HTMLElement} body - of the dialog
 * @returns {{policy: string, mode: string, keys: string[], rekey: number}|string} or what is wrong
 */
function read(body) {
	const keys = body.querySelector('#shroud-keys').value.split(/\s+/).filter(key => key != '');
	const rekey = body.querySelector('#shroud-rekey').value.trim();
	const bad = keys.find(key => !KEY.test(key));

	if (bad != null)
		return _('"%s" is not a key: a key has 44 characters and ends in "=".').format(bad);

	if (rekey != '' && (!/^[0-9]+$/.test(rekey) || +rekey < SHORTEST || +rekey > LONGEST))
		return _('"%s" is not a time from %d to %d seconds.').format(rekey, SHORTEST, LONGEST);

	return { policy: chosen(body, 'policy'), mode: chosen(body, 'mode'), keys, rekey: +rekey };
}

/* docs/decoy.md, section 1. */
function warn() {
	return parts.agree(_('Have false records made?'), [
		parts.p(_('In mode Decoy your carrier records addresses and names that are false, and belong to strangers. Whoever reads that finds that you talked to hosts that you have never heard of.')),
		parts.p(_('Do not use it where anybody might act on such a record, against you or against those strangers, or where the law forbids to make false records. Mode Head makes no records, and hides more.'))
	], _('I have read this, and want false records.'), _('Use mode Decoy'));
}

function changed(value, before) {
	return String(value) == String(before) ? undefined : value;
}

return baseclass.extend(/** @lends LuCI.view.shroud.settings.prototype */ {
	/**
	 * Asks the agent what is set, and the user what is to be.
	 *
	 * @param {string} name - of the line
	 * @returns {Promise<?Array>} arguments for api.apply(), null when there is nothing to do
	 */
	async edit(name) {
		const config = (await api.lines()).find(line => line.name == name);

		if (!config)
			throw new Error(_('Line %s is no longer there.').format(name));

		let wanted;
		const check = body => {
			const alert = body.querySelector('[role=alert]');

			wanted = read(body);
			parts.show(alert, typeof(wanted) == 'string');
			parts.say(alert, typeof(wanted) == 'string' ? wanted : '');

			return typeof(wanted) != 'string';
		};

		if (!await parts.ask(_('Settings of line %s').format(name), form(config), _('Apply'), 'apply', check))
			return null;

		if (wanted.mode == 'decoy' && config.mode != 'decoy' && !await warn())
			return null;

		/* No other mode has a framing to choose. */
		const framing = wanted.mode == 'decoy' ? config.framing : 'native';
		const changes = [ changed(wanted.policy, config.policy), changed(wanted.mode, config.mode),
			changed(framing, config.framing), changed(wanted.keys, config.peer_keys),
			changed(wanted.rekey, config.rekey_interval ?? 0) ];

		return changes.some(change => change !== undefined) ? [ name, undefined, ...changes ] : null;
	}
});
