/* SPDX-License-Identifier: Apache-2.0 */
'use strict';
'require baseclass';
'require view.shroud.api as api';
'require view.shroud.parts as parts';
'require view.shroud.words as words';

/* The ISP's key: its fingerprint, where the trust in it comes from, and how to trust a new one. */

const TRUST = {
	pinned: _('Pinned: this key was entered in the settings, and no other is accepted.'),
	known: _('Known: the same key as ever since this line first met it.'),
	'first-use': _('New: recorded when this line first met it. Compare it with what your ISP publishes.'),
	untrusted: _('Not trusted: this is not the key that your router knows. It is not used.')
};

function fingerprint(text) {
	return E('code', { 'class': 'shroud-key', dir: 'ltr' }, [ text ]);
}

function warn(key) {
	return parts.ask(_('Trust another key?'), [
		parts.p(_('The other end of your line shows a key that your router does not know. Your ISP may have replaced its key. Or somebody between you and your ISP is posing as your ISP, and would read everything after you trust this key.')),
		parts.p(_('Ask your ISP for its fingerprint by another way than this line: by telephone, by letter or on its web site over a mobile network. It must be the same, letter by letter:')),
		fingerprint(key)
	], _('It is the same'), 'action');
}

function confirm(name, key) {
	return parts.agree(_('Are you sure?'), [
		parts.p(_('From now on line %s accepts only this key:').format(name)),
		fingerprint(key)
	], _('I have compared it with what my ISP told me by another way.'), _('Trust this key'));
}

class Trust {
	/**
	 * @param {string} name - of the line
	 * @param {function(Promise): Promise} act - runs a call and shows how it failed
	 */
	constructor(name, act) {
		this.key = fingerprint('');
		this.origin = parts.p('');
		this.action = parts.button(_('Trust this key…'), 'negative', () => this.trust(name, act));
		this.node = E('section', {}, [ E('h4', {}, [ _('Key of your ISP') ]), this.key, this.origin, this.action ]);
	}

	/**
	 * @param {Object} line - as api.status() gives it
	 * @param {boolean} writable - whether the login may trust a key
	 */
	update(line, writable) {
		parts.show(this.node, line.peer != null);

		if (!line.peer)
			return;

		parts.say(this.key, line.peer.fingerprint);
		parts.say(this.origin, words.pick(TRUST, line.peer.trust, line.peer.trust));
		parts.show(this.action, line.peer.trust == 'untrusted' && writable);
	}

	/* What was read out and compared is what is trusted, whatever the line shows meanwhile. */
	async trust(name, act) {
		const key = this.key.textContent;

		if (await warn(key) && await confirm(name, key))
			await act(api.trust(name, key));
	}
}

return baseclass.extend({
	/** @returns {Trust} for one line; arguments as of the class */
	create: (...args) => new Trust(...args)
});
