/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the page's scripts are checked: ESLint's recommended rules in LuCI's dialect, where a
 * file is the body of a function and its leading strings say what it requires, and some more.
 * LuCI switches several of the recommended rules off; nothing here needs that.
 */
import js from '@eslint/js';
import jsdoc from 'eslint-plugin-jsdoc';
import globals from 'globals';

const LUCI = {
	_: 'readonly', N_: 'readonly', E: 'readonly', L: 'readonly',
	api: 'readonly', baseclass: 'readonly', dom: 'readonly', parts: 'readonly', poll: 'readonly',
	rpc: 'readonly', settings: 'readonly', ui: 'readonly', view: 'readonly', words: 'readonly'
};
const CLASSES = {
	Diagnose: 'readonly', History: 'readonly', Line: 'readonly', Picture: 'readonly', Trial: 'readonly', Trust: 'readonly'
};

const strictness = {
	curly: [ 'error', 'multi-or-nest', 'consistent' ],
	'dot-notation': 'error',
	'max-depth': [ 'error', 3 ],
	'max-len': [ 'error', { code: 130, tabWidth: 4, ignoreStrings: true } ],
	'max-lines': [ 'error', 300 ],
	'max-lines-per-function': [ 'error', 40 ],
	'no-eval': 'error',
	'no-implicit-globals': 'off',
	'no-restricted-properties': [ 'error',
		{ property: 'innerHTML', message: 'Text goes into the page as text.' },
		{ property: 'outerHTML', message: 'Text goes into the page as text.' },
		{ property: 'insertAdjacentHTML', message: 'Text goes into the page as text.' } ],
	'no-restricted-globals': [ 'error', 'alert', 'confirm', 'prompt', 'event', 'name', 'fetch' ],
	'no-unused-vars': [ 'error', { caughtErrors: 'none' } ],
	'no-empty': [ 'error', { allowEmptyCatch: true } ],
	'no-var': 'error',
	'prefer-const': 'error',
	semi: 'error',
	strict: 'off'
};

export default [
	{
		files: [ 'luci-app/**/*.js' ],
		plugins: { jsdoc },
		languageOptions: {
			sourceType: 'script',
			ecmaVersion: 2022,
			globals: { ...globals.browser, ...LUCI, ...CLASSES },
			parserOptions: { ecmaFeatures: { globalReturn: true } }
		},
		rules: {
			...js.configs.recommended.rules,
			...strictness,
			'no-redeclare': [ 'error', { builtinGlobals: false } ],
			'jsdoc/check-alignment': 'error',
			'jsdoc/check-param-names': 'error',
			'jsdoc/check-tag-names': 'error',
			'jsdoc/require-param-type': 'error',
			'jsdoc/require-returns-type': 'error',
			'jsdoc/valid-types': 'error'
		}
	},
	{
		files: [ 'tests/luci/standin/**/*.js' ],
		languageOptions: {
			sourceType: 'script',
			ecmaVersion: 2022,
			globals: { ...globals.browser, ...LUCI },
			parserOptions: { ecmaFeatures: { globalReturn: true } }
		},
		rules: {
			...js.configs.recommended.rules,
			'max-lines': [ 'error', 300 ],
			'no-redeclare': [ 'error', { builtinGlobals: false } ],
			'no-unused-vars': [ 'error', { varsIgnorePattern: '^(_|N_|cbi_init)$' } ],
			strict: 'off'
		}
	}
];
