-- Sends the requests of the file that WEIR_REQUESTS names in turn, to 127.0.0.1 whatever the
-- host is called, and prints wrk's figures as one line of JSON.
local lookup = wrk.lookup
function wrk.lookup(host, service)
    return lookup("127.0.0.1", service)
end

local requests = {}
local turn = 0

function init(arguments)
    local file = assert(io.open(os.getenv("WEIR_REQUESTS"), "rb"))
    for length in file:lines() do
        requests[#requests + 1] = file:read(tonumber(length))
    end
    file:close()
end

function request()
    turn = turn % #requests + 1
    return requests[turn]
end

function done(summary, latency, requests)
    local errors = summary.errors
    local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
    io.write(string.format(
        'REPORT {"requests": %d, "seconds": %.6f, "failed": %d, "bytes": %d}\n',
        summary.requests, summary.duration / 1e6, failed, summary.bytes))
end
