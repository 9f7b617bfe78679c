/* SPDX-License-Identifier: GPL-2.0-or-later */
'use strict';
'require baseclass';

/* A stand-in for LuCI's rpc: calls over uhttpd's JSON-RPC, one for each request. */

const OPTIONS = [ 'object', 'method', 'params', 'expect', 'reject', 'nobatch' ];
const TIMEOUT = 20000;   /* milliseconds, as LuCI has it */

let number = 1;

function post(message) {
	return new Promise((resolve, reject) => {
		const request = new XMLHttpRequest(), started = Date.now();

		request.open('POST', L.env.ubuspath);
		request.timeout = TIMEOUT;
		request.setRequestHeader('Content-Type', 'application/json');
		request.onreadystatechange = () => {
			if (request.readyState !== 4)
				return;

			if (request.status === 0)
				reject(new Error(Date.now() - started >= TIMEOUT ? 'XHR request timed out' : 'XHR request aborted by browser'));
			else
				resolve(request);
		};
		request.send(JSON.stringify(message));
	});
}

function fail(call, text) {
	throw Object.assign(new Error('RPC call to ' + call.object + '/' + call.method + ' ' + text), { name: 'RPCError' });
}

function result(call, request) {
	if (request.status !== 200)
		fail(call, 'failed with HTTP error ' + request.status + ': ' + request.statusText);

	const message = JSON.parse(request.responseText);

	if (message === null || message.jsonrpc !== '2.0')
		fail(call, 'returned invalid message frame');

	if (message.error)
		fail(call, 'failed with error ' + message.error.code + ': ' + message.error.message);

	if (call.reject && message.result[0] !== 0)
		fail(call, 'failed with ubus code ' + message.result[0] + ': ?');

	return message.result.length > 1 ? message.result[1] : message.result[0];
}

return baseclass.extend({
	declare(call) {
		for (const key of Object.keys(call))
			if (!OPTIONS.includes(key))
				throw new Error('stand-in: rpc.declare(): option ' + key + ' is not known');

		return (...values) => {
			const names = call.params ?? [];

			if (values.length > names.length)
				throw new Error('stand-in: more arguments than ' + call.object + '/' + call.method + ' has parameters');

			const params = Object.fromEntries(names.map((name, index) => [ name, values[index] ]));

			return post({
				jsonrpc: '2.0', id: number++, method: 'call',
				params: [ L.env.sessionid, call.object, call.method, params ]
			}).then(request => result(call, request));
		};
	}
});
