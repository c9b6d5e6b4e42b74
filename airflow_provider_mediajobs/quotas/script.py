# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Lua scripts that grant calls in Redis, atomically and by the clock of its server.

A call counts against the limit from the time it is granted until a window after its answer: only then has it certainly
left the vendor's window, however long it took to arrive there. Looks are spaced evenly across all processes. Those that
must wait form two queues, of triggerers and of workers, which take turns; a caller that does not ask again when it is
due loses its place. Other calls may use the whole limit, but for a window after looks had to wait they leave looks
their share. Times are integers of microseconds, formatted as text, since Lua would round them.

None of the strategies of the library ``limits`` fits: its moving window uses each client's clock in whole seconds,
counts a call only from its start, and lets all calls of a window go out at once.
"""

from __future__ import annotations

REFUSED, GRANTED, WAIT = 0, 1, 2
"""The first value that :data:`TAKE` returns. The second one is the microseconds to wait."""

_NOW = """
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end
local function text(number) return string.format('%.0f', number) end
"""

# Asks for a call.
# KEYS: calls (sorted set: each call's id by the latest time at which it reaches the vendor);
# others (the same of those calls that are not looks);
# state (hash: 'look' is the time from which the next look may be sent, 'turn' the sort of the last look, 'last' the
# sort of the last call, 'short' the time until which other calls leave looks their share);
# lanes, workers (the two queues, sorted sets: each caller's id by its arrival);
# back (sorted set: each waiting caller's id by the time until which its place is kept).
TAKE = (
    _NOW
    + """
local id, sort = ARGV[2], ARGV[3]
local limit, window, spacing = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local flight, delay, patience = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])
local AHEAD, FULL, LATE, FAR = 100000, 250000, 500000, 61000000
local calls, others, state, lanes, workers, back = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]

for _, made in ipairs({calls, others}) do
  redis.call('ZREMRANGEBYSCORE', made, '-inf', text(now - window))
  redis.call('ZREMRANGEBYSCORE', made, '(' .. text(now + FAR), '+inf') -- the server's clock was set back
end
redis.call('ZREMRANGEBYSCORE', back, '-inf', '(' .. text(now))
redis.call('ZREMRANGEBYSCORE', back, '(' .. text(now + FAR + spacing * (2 + redis.call('ZCARD', back))), '+inf')
for _, line in ipairs({lanes, workers}) do -- a caller that did not ask again in time loses its place
  for _, who in ipairs(redis.call('ZRANGE', line, 0, -1)) do
    if not redis.call('ZSCORE', back, who) then redis.call('ZREM', line, who) end
  end
end

local function free(made, most) -- the time from which a further call fits into the window
  local used = redis.call('ZCARD', made)
  if used < most then return now end
  local last = redis.call('ZRANGE', made, used - most, used - most, 'WITHSCORES')
  return tonumber(last[2]) + window
end
local function expire()
  for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, text((2 * window + 2 * FAR) / 1000)) end
end
local function grant(at, arrives)
  redis.call('ZADD', calls, text(at + arrives), id)
  redis.call('HSET', state, 'last', sort)
  redis.call('ZREM', lanes, id)
  redis.call('ZREM', workers, id)
  redis.call('ZREM', back, id)
end

if sort == 'call' then
  local room = free(calls, limit)
  local waiting = redis.call('ZCARD', lanes) + redis.call('ZCARD', workers) > 0
  local short = tonumber(redis.call('HGET', state, 'short') or 0)
  if waiting or (short > now and short <= now + window) then -- leave looks their share
    room = math.max(room, free(others, math.max(1, math.floor(limit - window / spacing))))
  end
  if waiting and limit == 1 and redis.call('HGET', state, 'last') == 'call' then room = now + FULL end
  local wait = math.min(room - now, FULL)
  if wait <= 0 then
    grant(now, flight)
    redis.call('ZADD', others, text(now + flight), id)
    expire()
    return {1, 0}
  end
  if wait > patience then return {0, text(wait)} end
  return {2, text(wait)}
end

local mine, other = lanes, workers
if sort == 'worker' then mine, other = workers, lanes end
local look = tonumber(redis.call('HGET', state, 'look') or 0)
if look > now + spacing + AHEAD then -- the server's clock was set back
  look = now + spacing
  redis.call('HSET', state, 'look', text(look))
end
local room = free(calls, limit)
if room > now then redis.call('HSET', state, 'short', text(now + window)) end
local at = math.max(now, look, room)
local before = redis.call('ZRANK', mine, id) or redis.call('ZCARD', mine)
before = before + math.min(redis.call('ZCARD', other), before + (redis.call('HGET', state, 'turn') == sort and 1 or 0))
if before == 0 and at - now <= AHEAD then
  grant(at, math.min(flight, delay))
  redis.call('HSET', state, 'look', text(at + spacing), 'turn', sort)
  expire()
  return {1, text(at - now)}
end
local wait = at - now
if room > now then wait = math.min(wait, FULL) end -- an answer may make room sooner
wait = wait + before * spacing
if wait > patience then
  redis.call('ZREM', mine, id)
  redis.call('ZREM', back, id)
  return {0, text(wait)}
end
redis.call('ZADD', mine, 'NX', text(now), id)
redis.call('ZADD', back, text(now + wait + LATE), id)
expire()
return {2, text(wait)}
"""
)

# Notes that a call has reached the vendor. KEYS: calls, others.
ANSWERED = (
    _NOW
    + """
for _, made in ipairs(KEYS) do
  local arrives = redis.call('ZSCORE', made, ARGV[2])
  if arrives and tonumber(arrives) > now then redis.call('ZADD', made, text(now), ARGV[2]) end
end
"""
)

# Takes a call back that was not sent. KEYS: calls, others.
UNUSED = "for _, made in ipairs(KEYS) do redis.call('ZREM', made, ARGV[2]) end"
