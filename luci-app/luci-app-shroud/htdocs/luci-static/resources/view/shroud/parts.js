/* SPDX-License-Identifier: Apache-2.0 */
'use strict';
'require baseclass';
'require ui';

/*
 * The pieces that the page is made of. Text goes into the page as text nodes only: LuCI's
 * E() and dialogs take a bare string for HTML, so every child here is given in a list.
 */

const SVG = 'http://www.w3.org/2000/svg';

/* Outlines on a field of 16 by 16. Each state has a shape of its own, not only a colour. */
const SHAPES = {
	shield: 'M8 1 2 3v5c0 4 3 6 6 7 3-1 6-3 6-7V3zM5 8l2 2 4-4',
	eye: 'M1 8s3-5 7-5 7 5 7 5-3 5-7 5-7-5-7-5zM8 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4z',
	cross: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zM5 5l6 6M11 5l-6 6',
	clock: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zM8 4v4l3 2',
	alarm: 'M8 1 1 14h14zM8 6v4M8 12v.5',
	lock: 'M3 7h10v7H3zM5 7V5a3 3 0 0 1 6 0v2',
	tick: 'M2 8l4 4 8-9',
	skip: 'M3 8h10'
};

let styled = null;

/**
 * @param {string} tag
 * @param {Object<string, *>} attributes
 * @param {Array<Node|string>} [children]
 * @returns {SVGElement}
 */
function svg(tag, attributes, children) {
	const node = document.createElementNS(SVG, tag);

	for (const key in attributes)
		node.setAttribute(key, attributes[key]);

	node.append(...(children ?? []));

	return node;
}

function icon(shape) {
	return svg('svg', { 'class': 'shroud-icon', viewBox: '0 0 16 16', 'aria-hidden': 'true' },
		[ svg('path', { d: SHAPES[shape] }) ]);
}

/* Screen readers speak what changes, so what stays the same must not be written again. */
function say(node, text) {
	if (node.textContent !== text)
		node.textContent = text;
}

function show(node, visible) {
	node.hidden = !visible;
}

/**
 * A button that cannot be pressed again before what it does has ended, and keeps the focus.
 *
 * @param {string} label
 * @param {string} style - LuCI's class: action, positive, negative, neutral
 * @param {function(): *} action
 * @returns {HTMLButtonElement}
 */
function button(label, style, action) {
	let busy = false;

	return E('button', {
		type: 'button',
		'class': 'btn cbi-button cbi-button-' + style,
		click: ev => {
			const node = ev.currentTarget;

			if (busy || node.getAttribute('aria-disabled') == 'true')
				return;

			busy = true;
			node.setAttribute('aria-busy', 'true');
			node.classList.add('spinning');
			Promise.resolve(action()).finally(() => {
				busy = false;
				node.removeAttribute('aria-busy');
				node.classList.remove('spinning');
			});
		}
	}, [ label ]);
}

/* Keeps Tab inside an open dialog. */
function cycle(ev) {
	const stops = ev.currentTarget.querySelectorAll('button:not([disabled]), input, select, textarea');
	const from = ev.shiftKey ? stops[0] : stops[stops.length - 1];

	if (ev.key != 'Tab' || document.activeElement !== from)
		return;

	ev.preventDefault();
	(ev.shiftKey ? stops[stops.length - 1] : stops[0]).focus();
}

/**
 * A dialog with two buttons. Escape presses the first, as in all of LuCI's dialogs.
 *
 * @param {string} title
 * @param {Node[]} children
 * @param {string} label - of the button that goes ahead
 * @param {string} style - of that button
 * @param {function(HTMLElement): *} [check] - called before going ahead; false keeps the dialog open
 * @returns {Promise<boolean>} whether the user went ahead
 */
function ask(title, children, label, style, check) {
	const before = document.activeElement;

	return new Promise(resolve => {
		const close = answer => {
			ui.hideModal();
			before?.focus?.();
			resolve(answer);
		};
		const cancel = button(_('Cancel'), 'neutral', () => close(false));
		const go = button(label, style, () => check?.(body) === false || close(true));
		const body = E('div', { 'class': 'shroud-dialog', keydown: cycle },
			[ ...children, E('div', { 'class': 'right' }, [ cancel, ' ', go ]) ]);
		const frame = ui.showModal([ title ], [ body ]);

		frame.firstElementChild.id = 'shroud-dialog-title';
		frame.setAttribute('aria-labelledby', 'shroud-dialog-title');
		(body.querySelector('input, select, textarea') ?? cancel).focus();
	});
}

/* The same, with a box that has to be ticked first. */
function agree(title, children, text, label) {
	const box = E('input', { type: 'checkbox', id: 'shroud-agreed' }, []);

	return ask(title, [
		...children, E('p', {}, [ box, ' ', E('label', { 'for': box.id }, [ text ]) ])
	], label, 'negative', () => {
		box.focus();

		return box.checked;
	});
}

return baseclass.extend(/** @lends LuCI.view.shroud.parts.prototype */ {
	svg, icon, say, show, button, ask, agree,

	/** A paragraph of text. */
	p: (text, style) => E('p', { 'class': style, dir: 'auto' }, [ text ]),

	/** @returns {Promise} done when the page's style sheet is there, or cannot be had */
	stylesheet() {
		styled ??= new Promise(done => document.head.appendChild(E('link', {
			rel: 'stylesheet', href: L.resource('view/shroud/style.css'), load: done, error: done
		})));

		return styled;
	}
});
