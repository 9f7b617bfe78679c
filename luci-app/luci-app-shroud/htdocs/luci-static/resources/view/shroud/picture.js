/* SPDX-License-Identifier: Apache-2.0 */
'use strict';
'require baseclass';
'require view.shroud.parts as parts';
'require view.shroud.words as words';

/*
 * What the carrier sees: a table of two columns, and packets per second of the last two minutes
 * in a graph. Every number is a difference of two of the router's counters.
 */

const SPAN = 120;      /* seconds that the graph shows */
const WIDTH = 600;
const HEIGHT = 120;

function total(counters, names) {
	return names.reduce((sum, name) => sum + (+counters?.[name] || 0), 0);
}

/*
 * What has passed so far, and at which second. The plugin counts every frame and tells it each
 * 10 seconds. Without a plugin there is the ppp device, which knows nothing of offloaded packets.
 */
function counted(line, at) {
	if (!line.counters || !line.plugin_updated)
		return { source: 'device', at, clear: total(line.traffic, [ 'tx_packets', 'rx_packets' ]), covered: 0 };

	return {
		source: 'plugin',
		at: Date.parse(line.plugin_updated) / 1000,
		clear: total(line.counters, [ 'tx_plain', 'rx_plain' ]),
		covered: total(line.counters, [ 'tx_block', 'tx_whole', 'tx_decoy', 'rx_block', 'rx_whole', 'rx_decoy' ])
	};
}

/* Counters start again at 0 with every session: what they show then is the difference. */
function difference(now, before) {
	return now < before ? now : now - before;
}

function across(sample, end) {
	return (WIDTH * (1 - (end - sample.at) / SPAN)).toFixed(1);
}

function outline(samples, of, top, end) {
	const y = sample => (HEIGHT - 1 - (HEIGHT - 4) * of(sample) / top).toFixed(1);

	return 'M' + samples.map(sample => across(sample, end) + ' ' + y(sample)).join('L');
}

function area(samples, of, top, end) {
	return outline(samples, of, top, end) + 'L' + across(samples[samples.length - 1], end) + ' ' + HEIGHT
		+ 'L' + across(samples[0], end) + ' ' + HEIGHT + 'Z';
}

class Picture {
	/** @param {string} id - of the line, unique in the page */
	constructor(id) {
		this.samples = [];
		this.cells = {};
		this.last = null;
		this.table = E('table', { 'class': 'shroud-table' }, [
			E('caption', { id: id + '-picture' }, [ _('What your carrier sees') ]),
			E('thead', {}, [ E('tr', {}, [
				E('td', {}, []),
				E('th', { scope: 'col' }, [ _('In plain') ]),
				E('th', { scope: 'col' }, [ _('Now') ])
			]) ]),
			E('tbody', {}, [
				this.row('rate', _('Packets per minute it can read')),
				this.row('who', _('Addresses: whom you talk to')),
				this.row('names', _('Names of sites (DNS, TLS)')),
				this.row('sizes', _('Sizes and times of packets')),
				this.row('covered', _('Packets covered so far')),
				this.row('bytes', _('Bytes added to a full packet'))
			])
		]);
		this.node = E('div', { 'class': 'shroud-picture' }, [
			this.table, E('div', {}, [ this.graph(id), this.legend() ])
		]);
	}

	row(key, label) {
		const plain = E('td', {}, []), now = E('td', {}, []);

		this.cells[key] = [ plain, now ];

		return E('tr', {}, [ E('th', { scope: 'row' }, [ label ]), plain, now ]);
	}

	/* Noise is a plain area, what can be read is hatched: not by colour alone. */
	graph(id) {
		const hatch = parts.svg('pattern', { id: id + '-hatch', width: 6, height: 6, patternUnits: 'userSpaceOnUse',
			patternTransform: 'rotate(45)' }, [ parts.svg('path', { d: 'M0 0V6', 'class': 'shroud-hatch' }) ]);

		this.noise = parts.svg('path', { 'class': 'shroud-noise' });
		this.noiseLine = parts.svg('path', { 'class': 'shroud-noise-line' });
		this.readable = parts.svg('path', { fill: 'url(#' + id + '-hatch)' });
		this.readableLine = parts.svg('path', { 'class': 'shroud-readable-line' });
		this.image = parts.svg('svg', { 'class': 'shroud-graph', role: 'img', viewBox: '0 0 ' + WIDTH + ' ' + HEIGHT,
			preserveAspectRatio: 'none' }, [ hatch, this.noise, this.noiseLine, this.readable, this.readableLine ]);
		this.scale = E('span', { 'class': 'shroud-scale' }, [ _('Collecting figures…') ]);

		return E('div', { 'class': 'shroud-frame' }, [ this.image, this.scale ]);
	}

	legend() {
		this.cover = E('span', {}, []);

		return E('p', { 'class': 'shroud-legend' }, [
			E('span', { 'class': 'shroud-key-noise', 'aria-hidden': 'true' }, []), ' ', this.cover, E('br', {}, []),
			E('span', { 'class': 'shroud-key-readable', 'aria-hidden': 'true' }, []), ' ', _('readable by the carrier')
		]);
	}

	/**
	 * @param {Object} line - as api.status() gives it
	 * @param {number} [at] - seconds of a clock that never goes back
	 */
	update(line, at = performance.now() / 1000) {
		const now = counted(line, at), before = this.before, seconds = now.at - before?.at;

		if (before?.source != now.source) {
			this.before = now;
			this.last = null;
		}
		else if (seconds >= 1) {
			this.before = now;
			this.last = {
				at,
				clear: difference(now.clear, before.clear) / seconds,
				covered: difference(now.covered, before.covered) / seconds
			};
			this.samples.push(this.last);
		}

		this.samples = this.samples.filter(sample => at - sample.at <= SPAN);
		this.fill(line, now.covered);
		this.draw(at);
	}

	fill(line, count) {
		const last = line.up ? this.last : null;
		const passing = line.up ? _('readable') : _('nothing passes');
		const decoy = line.plugin_mode == 'decoy';
		const covered = decoy ? _('false ones') : _('hidden');
		const hidden = line.shrouded ? covered : passing;

		this.tell('rate', last ? words.number((last.clear + last.covered) * 60) : '–',
			last ? words.number(last.clear * 60) : '–');
		for (const key of [ 'who', 'names' ]) {
			this.tell(key, _('readable'), hidden);
			this.cells[key][1].classList.toggle('shroud-hides', line.shrouded);
		}

		this.tell('sizes', _('readable'), line.shrouded && decoy ? _('readable, connection by connection') : passing);
		parts.say(this.cover, decoy ? _('false to the carrier') : _('noise to the carrier'));
		this.tell('covered', words.number(0), words.number(count));
		this.tell('bytes', words.number(0), line.mtu ? _('0 (MTU %d)').format(line.mtu) : words.number(0));
	}

	tell(key, plain, now) {
		parts.say(this.cells[key][0], plain);
		parts.say(this.cells[key][1], now);
	}

	draw(end) {
		const samples = this.samples, last = this.last ?? { clear: 0, covered: 0 };
		const top = Math.max(1, ...samples.map(sample => Math.max(sample.clear, sample.covered)));
		const clear = sample => sample.clear, covered = sample => sample.covered;

		this.image.setAttribute('aria-label',
			_('Packets per second: %s readable by the carrier, %s covered').format(
				words.number(last.clear), words.number(last.covered)));

		if (samples.length < 2)
			return;

		this.noise.setAttribute('d', area(samples, covered, top, end));
		this.noiseLine.setAttribute('d', outline(samples, covered, top, end));
		this.readable.setAttribute('d', area(samples, clear, top, end));
		this.readableLine.setAttribute('d', outline(samples, clear, top, end));
		parts.say(this.scale, _('%s packets per second, last 2 minutes').format(words.number(top)));
	}
}

return baseclass.extend({
	/** @returns {Picture} for one line; arguments as of the class */
	create: (...args) => new Picture(...args)
});
