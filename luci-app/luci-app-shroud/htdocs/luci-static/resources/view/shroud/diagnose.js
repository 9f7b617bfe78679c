/* SPDX-License-Identifier: Apache-2.0 */
'use strict';
'require baseclass';
'require view.shroud.api as api';
'require view.shroud.parts as parts';
'require view.shroud.words as words';

/*
 * The self-test of a line, and a report of it to send to somebody who helps. The report is in
 * the agent's own words, English, whatever the page's language: it is for a support desk.
 */

function step(entry) {
	return E('li', {}, [
		words.result(entry.result), ' ', E('strong', {}, [ entry.name ]), ' ',
		E('span', { dir: 'auto' }, [ words.translated(entry.text) ]),
		entry.advice ? parts.p(words.translated(entry.advice), 'shroud-advice') : ''
	]);
}

function pairs(table) {
	return Object.keys(table ?? {}).sort().filter(name => table[name]).map(name => name + '=' + table[name]).join(' ');
}

/* Nothing in it identifies the subscriber: no address, no user name. The ISP's key is public. */
function report(line, status, answer) {
	const rows = [
		'pppshroud report, ' + (status.time ?? new Date().toISOString()),
		'versions: ' + pairs(status.versions),
		'line ' + line.name + ': ' + line.sentence,
		'reason: ' + (line.reason ?? '-'),
		'state ' + line.state + ', policy ' + line.policy + ', mode ' + line.mode + ' (' + (line.plugin_mode ?? '-') + '), mtu ' + line.mtu,
		'key of the ISP: ' + (line.peer ? line.peer.fingerprint + ' (' + line.peer.trust + ')' : '-'),
		'offload: ' + status.offload.sentence,
		'counters: ' + pairs(line.counters),
		...status.problems.map(problem => 'problem: ' + problem),
		...answer.steps.map(entry => '[' + entry.result + '] ' + entry.name + ': ' + entry.text
			+ (entry.advice ? ' -> ' + entry.advice : '')),
		answer.verdict
	];

	return rows.join('\n');
}

class Diagnose {
	/** @param {string} id - of the line, unique in the page */
	constructor(id) {
		this.copied = E('span', { role: 'status' }, []);
		this.text = E('textarea', { id: id + '-report', rows: 8, readonly: '', dir: 'ltr' }, []);
		this.results = E('div', { 'aria-live': 'polite' }, []);
		this.report = E('div', {}, [
			E('label', { 'for': id + '-report' }, [ _('Report for whoever helps you; there is no secret in it') ]),
			this.text, parts.button(_('Copy report'), 'neutral', () => this.copy()), ' ', this.copied
		]);
		this.start = parts.button(_('Diagnose'), 'action', () => this.run());
		this.node = E('section', {}, [ this.start, this.results, this.report ]);
		parts.show(this.report, false);
	}

	/** The line and the whole status are kept for the report. */
	update(line, status) {
		this.line = line;
		this.status = status;
	}

	run() {
		parts.show(this.report, false);
		this.results.replaceChildren(parts.p(_('Checking step by step; this may take some seconds.')));

		return api.diagnose(this.line.name).then(answer => {
			this.results.replaceChildren(
				parts.p(words.translated(answer.verdict), 'shroud-verdict'),
				E('ol', { 'class': 'shroud-steps' }, answer.steps.map(step)));
			this.text.value = report(this.line, this.status, answer);
			parts.show(this.report, true);
		}, error => this.results.replaceChildren(parts.p(error.message)));
	}

	/* The router's page has no certificate, and without one browsers know no other way to copy. */
	copy() {
		this.text.select();
		parts.say(this.copied, document.execCommand('copy') ? _('Copied.') : _('Press Ctrl+C to copy.'));
	}
}

return baseclass.extend({
	/** @returns {Diagnose} for one line; arguments as of the class */
	create: (...args) => new Diagnose(...args)
});
