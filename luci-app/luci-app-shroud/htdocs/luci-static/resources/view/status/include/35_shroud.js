/* SPDX-License-Identifier: Apache-2.0 */
'use strict';
'require baseclass';
'require view.shroud.api as api';
'require view.shroud.parts as parts';
'require view.shroud.words as words';

/* The card on LuCI's overview page: each PPPoE line in one sentence. */

function row(line) {
	const [ , shape, colour ] = words.state(line);

	return E('p', { 'class': 'shroud-' + colour }, [
		parts.icon(shape), ' ', E('strong', { dir: 'auto' }, [ line.name ]), ' ',
		E('span', { dir: 'auto' }, [ words.translated(line.sentence) ])
	]);
}

return baseclass.extend({
	title: _('Line Privacy'),

	load() {
		return Promise.all([ api.status().catch(error => error), parts.stylesheet() ]);
	},

	render([ status ]) {
		const rows = status instanceof Error ? [ parts.p(status.message) ] : status.lines.map(row);

		return E('div', { 'class': 'shroud' }, [
			...(rows.length ? rows : [ parts.p(_('There is no PPPoE line on this router.')) ]),
			E('p', {}, [ E('a', { href: L.url('admin/network/shroud') }, [ _('Details and switch') ]) ])
		]);
	}
});
