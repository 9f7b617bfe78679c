/* SPDX-License-Identifier: Apache-2.0 */
'use strict';
'require baseclass';
'require rpc';

/*
 * The ubus object `shroud` as this page sees it: every answer is brought into the form
 * that docs/agent.md promises before anything is drawn from it, and every failure becomes
 * an Error whose `kind` says what the user can do about it.
 */

const LINE = {
	name: '', enabled: false, policy: 'prefer', mode: 'auto', locked: false, locked_by: null,
	up: false, l3_device: null, mtu: null, uptime: 0, state: '', shrouded: false, alarm: false,
	sentence: '', reason: null, peer: null, notice: null, since: null, last_rekey: null,
	plugin_mode: null, plugin_updated: null, counters: null, traffic: null
};

const TRIAL = { line: '', step: '', seconds_left: 0 };
const OUTCOME = { line: '', outcome: '', text: '', time: '' };
const OFFLOAD = { sentence: '', hardware_wanted: false, hardware_configured: false, hardware_active: null };
const EVENT = { time: '', line: '', severity: 'info', count: 1, title: '', meaning: '', advice: '' };
const STEP = { name: '', result: '', text: '', advice: null };
const CONFIG = { name: '', mode: 'auto', framing: 'native', policy: 'prefer', peer_keys: [], rekey_interval: null, locked: false };

const MALFORMED = _('The router gave an answer that this page does not understand.');

/**
 * @param {string} kind - away, denied, missing, slow, malformed, or the agent's error code
 * @param {string} message - for the user
 * @returns {Error}
 */
function failure(kind, message) {
	return Object.assign(new Error(message), { kind });
}

function isTable(value) {
	return L.isObject(value) && !Array.isArray(value);
}

function optional(form, value) {
	return isTable(value) ? shaped(form, value) : null;
}

/* A member is taken only if it is of the expected type; where null is promised, any plain type is. */
function shaped(form, value) {
	const out = {};

	if (!isTable(value))
		throw failure('malformed', MALFORMED);

	for (const key in form) {
		const got = value[key], want = form[key];
		const fits = (want === null)
			? got != null && typeof(got) != 'function'
			: typeof(got) == typeof(want) && Array.isArray(got) == Array.isArray(want);

		out[key] = fits ? got : want;
	}

	return out;
}

function texts(value) {
	return Array.isArray(value) ? value.filter(entry => typeof(entry) == 'string') : [];
}

function each(value, read) {
	if (!Array.isArray(value))
		throw failure('malformed', MALFORMED);

	return value.map(read);
}

function list(form, value) {
	return each(value, entry => shaped(form, entry));
}

function textOrNull(value) {
	return typeof(value) == 'string' && value !== '' ? value : null;
}

function line(value) {
	const out = shaped(LINE, value);

	for (const key of [ 'locked_by', 'reason', 'notice', 'since', 'last_rekey', 'l3_device', 'plugin_updated' ])
		out[key] = textOrNull(out[key]);

	for (const key of [ 'counters', 'traffic' ])
		out[key] = L.isObject(out[key]) ? out[key] : null;

	out.peer = L.isObject(out.peer) && textOrNull(out.peer.fingerprint)
		? { fingerprint: out.peer.fingerprint, trust: String(out.peer.trust) } : null;

	return out;
}

function status(reply, asked) {
	return {
		asked,
		time: textOrNull(reply.time),
		lines: each(reply.lines, line),
		offload: optional(OFFLOAD, reply.offload) ?? OFFLOAD,
		trial: optional(TRIAL, reply.trial),
		outcome: optional(OUTCOME, reply.last_trial),
		versions: isTable(reply.versions) ? reply.versions : {},
		problems: texts(reply.problems)
	};
}

/* LuCI says in words only what went wrong; the number in them is ubus', JSON-RPC's or HTTP's. */
function explain(error) {
	const text = String(error?.message ?? error);
	const code = /(?:ubus code|error) (-?\d+)/.exec(text)?.[1];

	switch (code) {
	case '-32002': case '6': case '403':
		return failure('denied', _('Your login does not allow this.'));
	case '-32000': case '-32601': case '3': case '4':
		return failure('missing', _('The pppshroud agent is not installed, or rpcd does not know it yet.'));
	case '-32003': case '7':
		return failure('slow', _('The router took too long to answer.'));
	case '2': case '5': case '9':
		return failure('malformed', _('The pppshroud agent failed. The system log may say why.'));
	}

	return failure('away', _('The router does not answer.'));
}

function call(method, params, read) {
	/* nobatch: a batch is sent with the next picture that the browser paints, and a hidden page paints none. */
	const send = rpc.declare({ object: 'shroud', method, params, reject: true, nobatch: true });

	return async (...args) => {
		const asked = performance.now();
		const reply = await send(...args).catch(error => { throw explain(error); });

		if (!isTable(reply))
			throw failure('malformed', MALFORMED);

		if (L.isObject(reply.error))
			throw failure(String(reply.error.code), String(reply.error.message));

		return read(reply, asked);
	};
}

return baseclass.extend(/** @lends LuCI.view.shroud.api.prototype */ {
	/** All lines, what holds for the whole router, and `asked`: when, in milliseconds of performance.now(). */
	status: call('status', [], status),

	/** What is configured for each line, pinned keys included. */
	lines: call('lines', [], reply => list(CONFIG, reply.lines)),

	/** (line, limit): what happened on a line, the newest first. */
	history: call('history', [ 'line', 'limit' ], reply => list(EVENT, reply.events)),

	/** (line): a self-test in steps. */
	diagnose: call('diagnose', [ 'line' ], reply => ({
		steps: list(STEP, reply.steps),
		verdict: String(reply.verdict ?? '')
	})),

	/** (line, enabled, policy, mode, framing, peer_key, rekey_interval): try settings; undefined ones stay. */
	apply: call('apply', [ 'line', 'enabled', 'policy', 'mode', 'framing', 'peer_key', 'rekey_interval' ],
		reply => optional(TRIAL, reply.trial)),

	/** (line): keep the change under trial. */
	confirm: call('confirm', [ 'line' ], reply => reply),

	/** (line): end the trial and go back. */
	rollback: call('rollback', [ 'line' ], reply => reply),

	/** (line, fingerprint): accept the key that the ISP shows now. */
	trust: call('trust', [ 'line', 'fingerprint' ], reply => reply)
});
