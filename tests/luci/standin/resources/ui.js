/* SPDX-License-Identifier: GPL-2.0-or-later */
'use strict';
'require baseclass';
'require dom';

/* A stand-in for LuCI's ui: dialogs, and how a page gets its view. */

const overlay = document.body.appendChild(E('div', {
	id: 'modal_overlay',
	tabindex: -1,
	keydown: ev => {
		if (ev.key === 'Escape')
			overlay.querySelector('.right > button, .right > .btn, .button-row > .btn')?.click();
	}
}, [ E('div', { 'class': 'modal', role: 'dialog', 'aria-modal': 'true' }, []) ]));

return baseclass.extend({
	showModal(title, children, ...classes) {
		const frame = overlay.firstElementChild;

		frame.className = [ 'modal', ...classes ].join(' ');
		dom.content(frame, [ E('h4', {}, title) ]);
		dom.append(frame, children);
		document.body.classList.add('modal-overlay-active');
		overlay.focus();

		return frame;
	},

	hideModal() {
		document.body.classList.remove('modal-overlay-active');
		overlay.blur();
	},

	instantiateView: path => L.require('view.' + path.replace(/\//g, '.'))
});
