# SPDX-License-Identifier: GPL-2.0-or-later
"""The state machines of protocol section 5, without input or output.

`cpe.step` and `lns.step` map (state, event, now, entropy) to (state, actions). States and events
are values; the caller carries the actions out in order, and comes back with a Tick when
`state.deadline` is reached. `now` is in seconds of one clock that does not run backwards
while a state lives; `entropy` is ENTROPY_LEN octets, fresh from the system's random source
for every call. A repetition would repeat an ephemeral key.
"""
