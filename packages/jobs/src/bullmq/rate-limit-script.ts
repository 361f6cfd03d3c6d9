/**
 * One atomic step of the shared limiter, run inside Redis. It computes what `packages/models/src/limiter` does
 * for one process, function by function under the same names; a test runs both side by side. The state of a
 * key is one small value: its log has at most 125 buckets, its line 64 callers.
 *
 * KEYS[1] the value. ARGV: `take`, `passed` or `refused`; the call as JSON; the tuning as JSON; the time in
 * milliseconds, or empty for Redis' own.
 * Returns, for `take`: admitted (0 or 1), the wait and the time, both as text since Lua's numbers would lose
 * their fraction on the way.
 */
export const rateLimitScript = `
local operation, call, tuning = ARGV[1], cjson.decode(ARGV[2]), cjson.decode(ARGV[3])
local now = tonumber(ARGV[4])
if not now then
  local time = redis.call('TIME')
  now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

local function given(value)
  if value == nil or value == cjson.null then return nil end
  return value
end

local stored = redis.call('GET', KEYS[1])
local key = stored and cmsgpack.unpack(stored) or {
  log = {}, line = {},
  requests = { foundAtMs = 0, refilledAtMs = 0 }, tokens = { foundAtMs = 0, refilledAtMs = 0 },
  blockedUntilMs = 0, pausedAtMs = 0, pauses = 0, refusedAtMs = 0, refusals = 0, holdUntilMs = 0,
}
-- A bucket of the log is { index, requests, tokens, refused }, a turn in the line { caller, tokens, untilMs }.
local counts = { requests = 2, tokens = 3, refused = 4 }

local function leavesAt(bucket)
  return (bucket[1] + 1) * tuning.bucketMs + tuning.windowMs + tuning.marginMs
end

local function forgetOld()
  local kept = {}
  local keeping = false
  for _, bucket in ipairs(key.log) do
    keeping = keeping or leavesAt(bucket) > now
    if keeping then kept[#kept + 1] = bucket end
  end
  key.log = kept
end

local function bucketFor()
  local last = key.log[#key.log]
  local index = math.floor(now / tuning.bucketMs)
  if last and last[1] >= index then return last end
  local made = { index, 0, 0, 0 }
  key.log[#key.log + 1] = made
  return made
end

local function bucketOf(atMs)
  local index = math.floor(atMs / tuning.bucketMs)
  for at = #key.log, 1, -1 do
    if key.log[at][1] == index then return key.log[at] end
  end
end

local function totalOf(counted)
  local total = 0
  for _, bucket in ipairs(key.log) do total = total + bucket[counts[counted]] end
  return total
end

local function waitToFree(counted, amount)
  if amount <= 0 then return 0 end
  local freed = 0
  for _, bucket in ipairs(key.log) do
    freed = freed + bucket[counts[counted]]
    if freed >= amount then return leavesAt(bucket) - now end
  end
  return 0
end

local function limitOf(measure, allowed)
  local windows = math.max(0, now - measure.foundAtMs) / tuning.windowMs
  local least = measure == key.requests and tuning.leastRequests or tuning.leastTokens
  local tried = least * (1 + tuning.trialGrowth * windows * windows * windows)
  local grown = math.huge
  if measure.found then
    grown = math.max(measure.found * (1 + tuning.growthShare * (windows + windows * windows)), tried)
  end
  return math.max(1, math.min(allowed or math.huge, measure.known or math.huge, grown))
end

local function refill(measure, perMs, capacity)
  local passedMs = math.max(0, now - measure.refilledAtMs)
  measure.level = measure.level and math.min(capacity, measure.level + perMs * passedMs) or capacity
  measure.refilledAtMs = now
  return measure.level
end

local function learn(measure, limit, remaining)
  if limit and limit ~= measure.known then
    measure.known = limit
    measure.found = nil
  end
  if not remaining then return end
  if not measure.level then measure.refilledAtMs = now end
  measure.level = math.min(measure.level or remaining, remaining)
end

local function lower(measure, passed)
  if passed <= 0 or (measure.found and call.takenAtMs < measure.foundAtMs) then return end
  local limit = limitOf(measure, nil)
  local believed = passed
  if limit < math.huge then believed = math.min(limit, math.max(passed, limit / 2)) end
  measure.found = believed * tuning.foundShare
  measure.foundAtMs = now
end

local function dropLate()
  local waiting = {}
  for _, turn in ipairs(key.line) do
    if turn[3] > now then waiting[#waiting + 1] = turn end
  end
  key.line = waiting
end

local function placeInLine()
  for at, turn in ipairs(key.line) do
    if turn[1] == call.caller then return at end
  end
end

local function aheadOf()
  local requests, tokens = 0, 0
  for at = 1, (placeInLine() or #key.line + 1) - 1 do
    requests = requests + 1
    tokens = tokens + key.line[at][2]
  end
  return requests, tokens
end

local function leaveLine()
  local place = placeInLine()
  if place then table.remove(key.line, place) end
end

local function standInLine(waitMs)
  if waitMs > tuning.longestTurnMs then return leaveLine() end
  local turn = { call.caller, call.tokens, now + waitMs + tuning.turnGraceMs }
  local place = placeInLine()
  if place then key.line[place] = turn
  elseif #key.line < tuning.longestLine then key.line[#key.line + 1] = turn end
end

local function reserveOf(limit)
  if not key.interactiveAtMs or now - key.interactiveAtMs > tuning.reserveForMs then return 0 end
  return math.min(math.max(1, tuning.reserveShare * limit), limit / 4)
end

local function waitFor(counted, wanted, allowed, ahead)
  local measure = key[counted]
  local limit = limitOf(measure, allowed)
  if limit == math.huge then return 0 end
  local bulk = call.priority == 'bulk'
  local used = totalOf(counted)
  local reserve = bulk and reserveOf(limit) or 0
  local size = wanted > limit and 0 or wanted
  local roomMs = waitToFree(counted, math.min(used, used + size + ahead + reserve - limit))
  local perMs = (limit - reserve) / (tuning.windowMs + tuning.marginMs + tuning.bucketMs)
  local level = refill(measure, perMs, math.max(perMs * tuning.burstMs, 2 * (size + ahead)))
  return bulk and math.max(roomMs, (size + ahead - level) / perMs) or roomMs
end

local function waitForRoom()
  local requestsAhead, tokensAhead = 0, 0
  if call.priority == 'bulk' then requestsAhead, tokensAhead = aheadOf() end
  local requestsMs = waitFor('requests', 1, given(call.limits.requestsPerMinute), requestsAhead)
  local tokensMs = waitFor('tokens', call.tokens, given(call.limits.tokensPerMinute), tokensAhead)
  return math.max(requestsMs, tokensMs)
end

local function count()
  local bucket = bucketFor()
  bucket[2] = bucket[2] + 1
  bucket[3] = bucket[3] + call.tokens
  if key.requests.level then key.requests.level = key.requests.level - 1 end
  if key.tokens.level then key.tokens.level = key.tokens.level - call.tokens end
  if call.priority == 'bulk' then leaveLine() end
end

local function take()
  forgetOld()
  dropLate()
  local held = call.priority == 'bulk' and key.holdUntilMs or 0
  local stoppedMs = math.max(key.blockedUntilMs, held) - now
  local waitMs = stoppedMs
  if stoppedMs <= 0 then waitMs = waitForRoom() end
  if call.priority == 'interactive' then key.interactiveAtMs = now end
  if waitMs <= 0 then
    count()
    return 1, 0
  end
  if call.priority == 'interactive' then
    if waitMs <= tuning.longestHoldMs then key.holdUntilMs = now + tuning.holdMs end
  elseif stoppedMs <= 0 then
    standInLine(waitMs)
  end
  return 0, math.ceil(waitMs)
end

local function passed()
  local bucket = bucketOf(call.takenAtMs)
  if bucket then bucket[3] = math.max(0, bucket[3] + call.deltaTokens) end
  if key.tokens.level then key.tokens.level = key.tokens.level - call.deltaTokens end
  if call.takenAtMs >= key.refusedAtMs then
    key.refusals = 0
    key.pauses = 0
  end
  local said = given(call.said)
  if not said then return end
  learn(key.requests, given(said.requestsPerMinute), given(said.remainingRequests))
  learn(key.tokens, given(said.tokensPerMinute), given(said.remainingTokens))
end

local function pause()
  if call.takenAtMs >= key.pausedAtMs then
    key.pauses = key.pauses + 1
    key.pausedAtMs = now
  end
  local ownMs = math.min(tuning.firstPauseMs * 2 ^ math.min(key.pauses - 1, 20), tuning.longestPauseMs)
  local askedMs = math.min(given(call.forMs) or 0, tuning.longestAskedPauseMs)
  key.blockedUntilMs = math.max(key.blockedUntilMs, now + math.max(ownMs, askedMs))
end

local function refused()
  forgetOld()
  local bucket = bucketOf(call.takenAtMs) or bucketFor()
  bucket[4] = bucket[4] + 1
  bucket[3] = math.max(0, bucket[3] - call.tokens)
  if key.tokens.level then key.tokens.level = key.tokens.level + call.tokens end
  key.refusals = key.refusals + 1
  key.refusedAtMs = now
  pause()
  local refusals, requests = totalOf('refused'), totalOf('requests')
  local many = refusals > math.max(tuning.refusalsInLog, tuning.refusalShare * requests)
  if key.refusals < tuning.refusalsInARow and not many then return end
  lower(key.requests, requests - refusals)
  lower(key.tokens, totalOf('tokens'))
end

local admitted, waitMs = 0, 0
if operation == 'take' then admitted, waitMs = take()
elseif operation == 'passed' then passed()
else refused() end
redis.call('SET', KEYS[1], cmsgpack.pack(key), 'PX', math.ceil(tuning.forgetAfterMs))
return { admitted, string.format('%.17g', waitMs), string.format('%.17g', now) }
`;
