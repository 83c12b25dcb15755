-- For wrk: one call for each account in turn, or an empty one as often. wrk … -- PATH-PATTERN ACCOUNTS KEY
local calls, turn = {}, 0

function init(args)
  local headers = { ["Authorization"] = "Bearer " .. args[3] }
  for n = 1, tonumber(args[2]) do
    calls[n] = wrk.format("GET", (args[1]:gsub("ID", tostring(1000000000 + n))), headers)
  end
end

function request()
  turn = turn % #calls + 1
  return calls[turn]
end

function done(summary, latency)
  local wrong = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout
  io.write(string.format("result %d %d %d %d %d\n",
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), wrong))
end
