/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A stand-in for what LuCI's cbi.js puts into the page: texts and formats. window.TR holds the
 * translations by their text, "context\u0001text" or "text\u0002number of the plural form".
 */
'use strict';

function _(text, context) {
	if (typeof text !== 'string' || (context !== undefined && typeof context !== 'string'))
		throw new TypeError('stand-in: _() takes texts');

	const squeezed = text.trim().replace(/[ \t\n]+/g, ' ');

	return window.TR[(context === undefined ? '' : context + '\u0001') + squeezed] || text;
}

function N_(number, one, many) {
	if (typeof number !== 'number' || typeof one !== 'string' || typeof many !== 'string' || arguments.length > 3)
		throw new TypeError('stand-in: N_() takes a number and two texts');

	const form = window.TR[''] ? new Function('n', 'return +(' + window.TR[''] + ')')(number) : +(number !== 1);

	return window.TR[one + '\u0002' + form] || (form ? many : one);
}

function cbi_init() {}

String.prototype.format = function(...values) {
	const duration = seconds => {
		const whole = Math.floor(seconds), parts = [ [ 86400, 'd' ], [ 3600, 'h' ], [ 60, 'm' ] ];
		let rest = whole, text = '';

		for (const [ length, unit ] of parts)
			if (whole >= length) {
				text += Math.floor(rest / length) + unit + ' ';
				rest %= length;
			}

		return text + rest + 's';
	};

	return this.replace(/%(.?)/g, (_match, kind) => {
		if (kind === '%')
			return '%';

		if (!values.length)
			throw new Error('stand-in: format(): more places than values in: ' + this);

		const value = values.shift();

		switch (kind) {
		case 's': return value;
		case 'd': return Math.floor(value).toFixed(0);
		case 't': return duration(value);
		}

		throw new Error('stand-in: format(): %' + kind + ' is not known');
	});
};
