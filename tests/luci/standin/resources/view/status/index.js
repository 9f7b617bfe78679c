/* SPDX-License-Identifier: GPL-2.0-or-later */
'use strict';
'require poll';
'require view';

/* A stand-in for LuCI's overview page: it draws what packages put into view/status/include. */

const CARDS = [ '35_shroud' ];

return view.extend({
	load: () => Promise.all(CARDS.map(name => L.require('view.status.include.' + name))),

	render(cards) {
		const frames = cards.map(() => E('div', {}, []));
		const draw = () => Promise.all(cards.map((card, index) =>
			card.load().then(loaded => frames[index].replaceChildren(card.render(loaded)))));

		return draw().then(() => {
			poll.add(draw, 5);

			return E('div', {}, cards.map((card, index) =>
				E('div', { 'class': 'cbi-section' }, [ E('h3', {}, [ card.title ]), frames[index] ])));
		});
	}
});
