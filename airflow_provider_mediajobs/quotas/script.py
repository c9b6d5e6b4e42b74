# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""Lua scripts that decide in Redis, atomically and by the clock of its server.

A call counts from the time it is granted until the vendor's window has passed after its answer: only then has it surely
left that window, however long it took to arrive. Looks are spaced evenly across all processes. Those that must wait
queue in two lines, of triggerers and of workers, which alternate; a caller that does not ask again when due loses its
place. Other calls may use the whole limit; once looks had to wait for them, they leave looks their share. Times are
integers of microseconds, formatted as text: Lua would round them.

None of the library's own strategies fits: its moving window uses each client's clock in whole seconds, takes a call
for finished when it begins, and lets all calls of a window go out at once.
"""

from __future__ import annotations

REFUSED, GRANTED, WAIT = 0, 1, 2
"""First values of the answer of :data:`TAKE`; the second value is microseconds to wait."""

_NOW = """
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end
local function text(number) return string.format('%.0f', number) end
"""

# KEYS: calls (sorted set: id by the latest time at which it reaches the vendor), others (those of them that are no
# looks), state (hash: 'look' is when the next one may go out, 'turn' the sort of the last one, 'last' that of the last
# call; 'short' until when others leave looks their share), the two lines (sorted sets: id by arrival), back (sorted
# set: id by the time until which its place is kept).
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
for _, line in ipairs({lanes, workers}) do -- who did not come back loses its place
  for _, who in ipairs(redis.call('ZRANGE', line, 0, -1)) do
    if not redis.call('ZSCORE', back, who) then redis.call('ZREM', line, who) end
  end
end

local function free(made, most) -- when a call fits into the window
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
  if waiting or (short > now and short <= now + window) then -- their share is left to looks
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

# KEYS: calls, others. The call has reached the vendor.
ANSWERED = (
    _NOW
    + """
for _, made in ipairs(KEYS) do
  local arrives = redis.call('ZSCORE', made, ARGV[2])
  if arrives and tonumber(arrives) > now then redis.call('ZADD', made, text(now), ARGV[2]) end
end
"""
)

# KEYS: calls, others. The call was not sent.
UNUSED = "for _, made in ipairs(KEYS) do redis.call('ZREM', made, ARGV[2]) end"
