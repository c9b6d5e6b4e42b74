"""What is decided in Redis, in one step and by one clock: that of its server.

A call counts from the moment it may go out until the vendor's window has passed after its answer: only then is it sure
to have left that window, however long it was on its way. Looks are spaced evenly, whoever makes them. Those that wait
stand in two lines, of triggerers and of workers, which take turns; who does not come back when it is due loses its
place. Times are whole microseconds, written out: Lua would round them.

Of the library's own strategies none will do: its moving window goes by the clock of each client, in whole seconds,
takes a call for over when it begins, and lets all that fits into the window go out at once.
"""

from __future__ import annotations

REFUSED, GRANTED, WAIT = 0, 1, 2
"""What :data:`TAKE` answers first; then follow microseconds to wait."""

_NOW = """
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end
local function text(number) return string.format('%.0f', number) end
"""

# KEYS: calls (sorted set: id by the latest time at which it reaches the vendor), state (hash: 'look' is when the next
# one may go out, 'turn' the sort of the last one, 'last' that of the last call), the two lines (sorted sets: id by
# arrival), back (sorted set: id by the time until which its place is kept).
TAKE = (
    _NOW
    + """
local id, sort = ARGV[2], ARGV[3]
local limit, window, spacing = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local flight, delay, patience = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])
local AHEAD, FULL, LATE, FAR = 100000, 250000, 500000, 61000000
local calls, state, lanes, workers, back = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]

redis.call('ZREMRANGEBYSCORE', calls, '-inf', text(now - window))
redis.call('ZREMRANGEBYSCORE', calls, '(' .. text(now + FAR), '+inf') -- the server's clock was set back
redis.call('ZREMRANGEBYSCORE', back, '(' .. text(now + 60 * FAR), '+inf')
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', back, '-inf', '(' .. text(now))) do
  redis.call('ZREM', lanes, gone)
  redis.call('ZREM', workers, gone)
  redis.call('ZREM', back, gone)
end
for _, line in ipairs({lanes, workers}) do -- whose place nobody keeps
  local first = redis.call('ZRANGE', line, 0, 0)[1]
  if first and not redis.call('ZSCORE', back, first) then redis.call('ZREM', line, first) end
end

local function free(most) -- when a call fits into the window
  local used = redis.call('ZCARD', calls)
  if used < most then return now end
  local last = redis.call('ZRANGE', calls, used - most, used - most, 'WITHSCORES')
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
  local most = limit
  if limit > 1 and redis.call('HGET', state, 'last') == 'call'
      and redis.call('ZCARD', lanes) + redis.call('ZCARD', workers) > 0 then
    most = limit - 1 -- a look comes next
  end
  local wait = math.min(free(most) - now, FULL)
  if wait <= 0 then
    grant(now, flight)
    expire()
    return {1, 0}
  end
  if wait > patience then return {0, text(wait)} end
  return {2, text(wait)}
end

local mine, other = lanes, workers
if sort == 'worker' then mine, other = workers, lanes end
local look = tonumber(redis.call('HGET', state, 'look') or 0)
if look > now + spacing + AHEAD then look = now + spacing end -- the server's clock was set back
local room = free(limit)
local at = math.max(now, look, room)
local before = redis.call('ZRANK', mine, id) or redis.call('ZCARD', mine)
local others = redis.call('ZCARD', other)
before = before + math.min(others, before + (redis.call('HGET', state, 'turn') == sort and 1 or 0))
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

# KEYS: calls. The vendor has got it by now.
ANSWERED = (
    _NOW
    + """
local arrives = redis.call('ZSCORE', KEYS[1], ARGV[2])
if arrives and tonumber(arrives) > now then redis.call('ZADD', KEYS[1], text(now), ARGV[2]) end
"""
)

# KEYS: calls. It was never sent.
UNUSED = "redis.call('ZREM', KEYS[1], ARGV[2])"
