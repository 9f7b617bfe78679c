/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A stand-in for LuCI's runtime, written from its documentation and from what its interface
 * does: classes, require, E(), poll, view. It knows only what a page may rely on in LuCI 24.10
 * and 25.12, and throws on everything else, so that a page that runs here asks for nothing more.
 */
'use strict';

(window => {
	const env = {};

	/* Reading a member that is not there is an error here, not undefined. */
	function strict(name, object) {
		return new Proxy(object, {
			get(target, key, receiver) {
				if (typeof key === 'string' && !(key in target) && key !== 'then' && key !== 'toJSON')
					throw new Error('stand-in: ' + name + '.' + key + ' is not known');

				return Reflect.get(target, key, receiver);
			}
		});
	}

	class Class {
		static extend(members) {
			const Base = this;

			class Extended extends Base {}

			for (const key of Object.keys(members))
				Object.defineProperty(Extended.prototype, key, { value: members[key], writable: true });

			return Extended;
		}

		constructor(...args) {
			this.__init__?.(...args);
		}
	}

	function elem(value) {
		return value instanceof Node;
	}

	/* LuCI takes a bare text for HTML. No page of ours may rely on that, so it is an error. */
	function append(node, children) {
		if (children === undefined || children === null)
			return;

		if (elem(children))
			node.appendChild(children);
		else if (Array.isArray(children))
			children.forEach(child => node.append(elem(child) ? child : String(child)));
		else
			throw new TypeError('stand-in: a bare text would become HTML: ' + children);
	}

	function attributes(node, values) {
		for (const [ key, value ] of Object.entries(values)) {
			if (value === undefined || value === null)
				continue;

			if (typeof value === 'function')
				node.addEventListener(key, value);
			else if (typeof value === 'object')
				throw new TypeError('stand-in: attribute ' + key + ' is an object');
			else
				node.setAttribute(key, value);
		}
	}

	function create(tag, values, children, ...more) {
		if (typeof tag !== 'string' || !/^[a-z][a-z0-9]*$/.test(tag) || more.length)
			throw new TypeError('stand-in: E() takes the name of an element, not ' + tag);

		if (!(values instanceof Object) || Array.isArray(values) || elem(values))
			throw new TypeError('stand-in: E() takes attributes, then children');

		const node = document.createElement(tag);

		attributes(node, values);
		append(node, children);

		return node;
	}

	const dom = strict('dom', {
		elem,
		append,
		content(node, children) {
			node.replaceChildren();
			append(node, children);
		}
	});

	const poll = (() => {
		let queue = [], tick = 0, timer = null;

		function step() {
			for (const entry of queue) {
				if (tick % entry.interval || entry.busy)
					continue;

				entry.busy = true;
				Promise.resolve(entry.action()).finally(() => { entry.busy = false });
			}

			tick++;
		}

		return strict('poll', {
			add(action, interval) {
				if (typeof action !== 'function' || !(interval > 0))
					throw new TypeError('stand-in: poll.add() takes a function and seconds');

				queue.push({ action, interval, busy: false });

				if (timer === null) {
					timer = window.setInterval(step, 1000);
					step();
				}

				return true;
			},
			remove(action) {
				queue = queue.filter(entry => entry.action !== action);

				return true;
			}
		});
	})();

	const View = Class.extend({
		__init__() {
			window.luciReady
				.then(() => this.load())
				.then(loaded => this.render(loaded))
				.then(node => dom.content(document.getElementById('view'), [ node ]))
				.catch(error => { console.error(String(error?.stack ?? error)) });
		},
		load() {},
		render() {}
	});

	const classes = { baseclass: Class, dom, poll, view: View };

	/* The leading strings of a file name what it needs; they end at the first other statement. */
	function needs(source) {
		const lead = /^(?:\s|;|\/\*[^]*?\*\/|\/\/[^\n]*\n|'([^'\n]*)')/;
		const found = [];
		let rest = source, match;

		while ((match = lead.exec(rest))) {
			const need = /^require[ \t]+(\S+)(?:[ \t]+as[ \t]+(\S+))?$/.exec(match[1] ?? '');

			if (need)
				found.push([ need[1], need[2] ?? need[1].replace(/[^a-zA-Z0-9_]/g, '_') ]);

			rest = rest.slice(match[0].length);
		}

		return found;
	}

	async function load(name, from) {
		const url = env.base_url + '/' + name.replace(/\./g, '/') + '.js';
		const reply = await fetch(url);

		if (!reply.ok)
			throw new Error('stand-in: HTTP error ' + reply.status + ' while loading class file ' + url);

		const source = await reply.text(), wanted = needs(source);
		const instances = await Promise.all(wanted.map(need => require(need[0], [ name, ...from ])));
		const factory = new Function('window', 'document', 'L', ...wanted.map(need => need[1]),
			source + '\n//# sourceURL=' + url);
		const Made = factory(window, document, window.L, ...instances);

		if (!(Made?.prototype instanceof Class))
			throw new TypeError('stand-in: "' + name + '" factory yields invalid constructor');

		return Made.prototype instanceof View ? new Made() : strict(name, new Made());
	}

	function require(name, from = []) {
		if (from.includes(name))
			throw new Error('stand-in: circular dependency: ' + [ name, ...from ].join(' < '));

		classes[name] ??= load(name, from);

		return Promise.resolve(classes[name]);
	}

	function path(prefix, parts) {
		for (const part of parts)
			if (!/^[a-zA-Z0-9_.%,;/-]+$/.test(part))
				throw new Error('stand-in: not a part of a path: ' + part);

		return [ prefix, ...parts ].join('/');
	}

	window.E = create;
	window.LuCI = function(settings) {
		Object.assign(env, settings, {
			base_url: document.querySelector('script[src*="/luci.js"]').src.replace(/\/luci\.js.*$/, '')
		});
		window.luciReady = new Promise(resolve => document.addEventListener('DOMContentLoaded', resolve));

		return strict('L', {
			env: strict('L.env', env),
			isObject: value => value !== null && value !== undefined && typeof value === 'object',
			require: name => require(name),
			resource: (...parts) => path(env.resource, parts),
			url: (...parts) => path(env.scriptname, parts),
			hasViewPermission: () => env.nodespec.satisfied ? !env.nodespec.readonly : null
		});
	};
})(window);
