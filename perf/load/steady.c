// The schedule, the event loop and the report. `steady --help` says how it is called.
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#include "steady.h"

enum { EVENTS = 256, EXACT = 100000, COARSE = 100000 };

static const char usage[] =
    "usage: steady --port PORT [option]...\n"
    "  --rate R          requests a second, due at even times; without it as many as there can be\n"
    "  --seconds S       how long; --warm S leaves out what is due in the first of them\n"
    "  --count N         so many requests, and no more\n"
    "  --connections N   over which the requests go in turn\n"
    "  --per-connection K  requests on a connection before a new one is made\n"
    "  --requests FILE   HTTP/1.1 requests, each after a line with its length\n"
    "  --tls --host NAME --ciphersuites LIST --resume   TLS 1.3; sessions are used again\n"
    "  --together        a handshake's end leaves with the first request, close_notify with the end\n"
    "  --h2 --streams M --path P --header 'name: value' --body FILE   HTTP/2 instead\n"
    "  --sources N       connect from so many loopback addresses\n"
    "  --hold            read numbers, hold so many connections that have asked once, say so\n";

struct options options = {.connections = 64, .streams = 1, .host = "localhost", .path = "/",
                          .seconds = 1, .sources = 1};
struct report report;

static struct connection *connections;
static uint64_t began, ends, first_counted;
static bool is_over;
// Times by microsecond, and above by millisecond.
struct times {
    uint64_t exact[EXACT], coarse[COARSE], largest, counted;
};
// How long answers took, and how late we ourselves were to look at what was due.
static struct times waits, lags;

uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

uint64_t intended(const struct connection *one, uint64_t number) {
    if (options.rate == 0) return now();
    double turn = (double)one->place + (double)number * options.connections;
    return began + (uint64_t)(turn * 1e9 / options.rate);
}

bool may_send(const struct connection *one) {
    bool has_room = options.per_connection == 0 || one->sent < options.per_connection;
    if (options.count > 0 && report.begun >= options.count) return false;
    return has_room && !is_over && (options.rate == 0 || one->next < one->due);
}

static void record(struct times *times, uint64_t from) {
    if (from < first_counted) return;
    uint64_t micros = (now() - from) / 1000, millis = micros / 1000;
    times->counted += 1;
    if (micros > times->largest) times->largest = micros;
    if (micros < EXACT)
        times->exact[micros] += 1;
    else
        times->coarse[millis < COARSE ? millis : COARSE - 1] += 1;
}

void finished(uint64_t from, bool is_good) {
    record(&waits, from);
    if (from < first_counted) return;
    if (is_good)
        report.done += 1;
    else
        report.failed += 1;
}

static double percentile(const struct times *times, double share) {
    uint64_t wanted = (uint64_t)ceil(share * (double)times->counted), seen = 0;
    for (size_t place = 0; place < EXACT; place += 1)
        if ((seen += times->exact[place]) >= wanted && seen > 0) return (double)place;
    for (size_t place = 0; place < COARSE; place += 1)
        if ((seen += times->coarse[place]) >= wanted) return (double)place * 1000;
    return 0;
}

// A connection is over: what was under way has failed, unless it was never begun.
static void over(struct connection *one) {
    bool was_ready = one->state == ready;
    if (one->under_way == 0 && was_ready && options.per_connection == 0) report.lost_idle += 1;
    if (options.h2 && one->h2 != NULL) {
        report.failed += (uint64_t)one->under_way;
    } else if (one->under_way > 0) {
        finished(one->intended, false);
    } else if (!was_ready && (options.rate == 0 || one->next < one->due)) {
        // No connection was to be had for the request that is due.
        finished(intended(one, one->next), false);
        one->next += 1;
    }
    stop(one);
}

static bool wants(const struct connection *one) {
    if (options.count > 0 && report.begun >= options.count) return false;
    return !is_over && (options.rate == 0 || one->next < one->due);
}

static void advance(struct connection *one, int poll) {
    if (one->state == closed) {
        if (!wants(one)) return;
        start(one, poll);
    }
    if (!go_on(one)) {
        over(one);
        if (wants(one)) start(one, poll);
    }
}

// Waits for events until a time, and handles them.
static void turn(int poll, uint64_t until) {
    struct epoll_event events[EVENTS];
    uint64_t time = now();
    uint64_t left = until > time ? until - time : 0;
    struct timespec wait = {(time_t)(left / 1000000000), (long)(left % 1000000000)};
    int got = epoll_pwait2(poll, events, EVENTS, &wait, NULL);
    for (int place = 0; place < got; place += 1) advance(events[place].data.ptr, poll);
}

static uint64_t due_at(uint64_t number) {
    return began + (uint64_t)((double)number * 1e9 / options.rate);
}

// Has a connection send what is due on it.
static void send_on(struct connection *one, int poll) {
    if (one->state == closed) advance(one, poll);
    if (one->state == ready && !(options.h2 ? http2_send(one) : http1_send(one))) over(one);
}

// Sends what is due by now: what is due on one connection goes out together.
static void send_due(int poll, uint64_t *number) {
    uint64_t first = *number, all = (uint64_t)options.connections;
    for (uint64_t at; (at = due_at(*number)) <= now() && at < ends; *number += 1) {
        record(&lags, at);
        connections[*number % all].due += 1;
    }
    uint64_t last = *number - first < all ? *number : first + all;
    for (uint64_t place = first; place < last; place += 1)
        send_on(&connections[place % all], poll);
}

static void run(int poll) {
    began = now();
    ends = began + (uint64_t)(options.seconds * 1e9);
    first_counted = began + (uint64_t)(options.warm * 1e9);
    uint64_t number = 0;
    if (options.rate == 0)
        for (int place = 0; place < options.connections; place += 1)
            advance(&connections[place], poll);
    while (now() < ends) {
        if (options.count > 0 && report.done + report.failed >= options.count) return;
        if (options.rate == 0) {
            turn(poll, ends);
            continue;
        }
        send_due(poll, &number);
        uint64_t next = due_at(number);
        turn(poll, next < ends ? next : ends);
    }
    // Whoever was kept from running until the end still owes what came due.
    if (options.rate > 0) send_due(poll, &number);
}

static bool is_waiting(void) {
    for (int place = 0; place < options.connections; place += 1) {
        const struct connection *one = &connections[place];
        if (one->under_way > 0 || (options.rate > 0 && one->next < one->due)) return true;
    }
    return false;
}

// What was due gets two more seconds; then it counts with the time that it waited.
static void settle(int poll) {
    uint64_t last = now() + 2000000000;
    if (options.rate == 0) is_over = true;
    while (options.rate > 0 && is_waiting() && now() < last) turn(poll, now() + 10000000);
    is_over = true;
    if (options.rate == 0) return;
    for (int place = 0; place < options.connections; place += 1) {
        struct connection *one = &connections[place];
        uint64_t first = one->next - (uint64_t)one->under_way;
        for (uint64_t number = first; number < one->due; number += 1) {
            record(&waits, intended(one, number));
            report.unfinished += 1;
        }
    }
}

// Connections that ask once and then stay.
static void hold(int poll) {
    options.rate = 1e9;
    int open = 0, wanted;
    while (scanf("%d", &wanted) == 1) {
        while (open < wanted) {
            int last = open + 64 < wanted ? open + 64 : wanted;
            for (int place = open; place < last; place += 1) {
                connections[place].due = 1;
                advance(&connections[place], poll);
            }
            uint64_t limit = now() + 20000000000;
            while (report.done + report.failed < (uint64_t)last && now() < limit)
                turn(poll, now() + 100000000);
            open = last;
        }
        printf("open %lu failed %lu\n", report.done, report.failed);
        fflush(stdout);
    }
}

static struct bytes read_file(const char *path) {
    FILE *file = fopen(path, "rb");
    struct stat about;
    if (file == NULL || fstat(fileno(file), &about) != 0) {
        perror(path);
        exit(2);
    }
    struct bytes bytes = {malloc((size_t)about.st_size + 1), (size_t)about.st_size};
    if (fread(bytes.start, 1, bytes.length, file) != bytes.length) exit(2);
    bytes.start[bytes.length] = 0;
    fclose(file);
    return bytes;
}

static void read_requests(const char *path) {
    struct bytes all = read_file(path);
    char *at = all.start, *end = all.start + all.length;
    while (at < end) {
        char *line_end;
        size_t length = strtoull(at, &line_end, 10);
        options.requests =
            realloc(options.requests, (options.request_count + 1) * sizeof *options.requests);
        options.requests[options.request_count++] = (struct bytes){line_end + 1, length};
        at = line_end + 1 + length;
    }
}

static void read_options(int count, char **arguments) {
    static const struct option names[] = {
        {"port", 1, 0, 'p'}, {"rate", 1, 0, 'r'}, {"seconds", 1, 0, 's'}, {"warm", 1, 0, 'w'},
        {"connections", 1, 0, 'c'}, {"per-connection", 1, 0, 'k'}, {"requests", 1, 0, 'f'},
        {"tls", 0, 0, 't'}, {"host", 1, 0, 'h'}, {"ciphersuites", 1, 0, 'C'},
        {"resume", 0, 0, 'R'}, {"h2", 0, 0, '2'}, {"streams", 1, 0, 'm'}, {"path", 1, 0, 'P'},
        {"header", 1, 0, 'H'}, {"body", 1, 0, 'b'}, {"sources", 1, 0, 'S'}, {"hold", 0, 0, 'o'},
        {"count", 1, 0, 'n'}, {"together", 0, 0, 'T'},
        {"help", 0, 0, '?'}, {0, 0, 0, 0}};
    int name;
    while ((name = getopt_long(count, arguments, "", names, NULL)) != -1) {
        switch (name) {
        case 'p': options.port = atoi(optarg); break;
        case 'r': options.rate = atof(optarg); break;
        case 's': options.seconds = atof(optarg); break;
        case 'w': options.warm = atof(optarg); break;
        case 'c': options.connections = atoi(optarg); break;
        case 'k': options.per_connection = atoi(optarg); break;
        case 'f': read_requests(optarg); break;
        case 't': options.tls = true; break;
        case 'h': options.host = optarg; break;
        case 'C': options.ciphersuites = optarg; break;
        case 'R': options.resume = true; break;
        case '2': options.h2 = true; break;
        case 'm': options.streams = atoi(optarg); break;
        case 'P': options.path = optarg; break;
        case 'H':
            if (options.header_count < HEADERS) options.headers[options.header_count++] = optarg;
            break;
        case 'b': options.body = read_file(optarg); break;
        case 'S': options.sources = atoi(optarg); break;
        case 'n': options.count = strtoull(optarg, NULL, 10); break;
        case 'T': options.together = true; break;
        case 'o': options.hold = true; break;
        default: fputs(usage, stderr); exit(2);
        }
    }
    if (options.port == 0 || (!options.h2 && options.request_count == 0)) {
        fputs(usage, stderr);
        exit(2);
    }
}

int main(int count, char **arguments) {
    read_options(count, arguments);
    signal(SIGPIPE, SIG_IGN);
    prctl(PR_SET_TIMERSLACK, 1);
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    connections = calloc((size_t)options.connections, sizeof *connections);
    for (int place = 0; place < options.connections; place += 1) connections[place].place = place;
    transport_begin();
    int poll = epoll_create1(EPOLL_CLOEXEC);
    if (options.hold) {
        hold(poll);
        return 0;
    }
    run(poll);
    double took = (double)(now() - began) / 1e9 - options.warm;
    settle(poll);
    printf("{\"requests\": %lu, \"failed\": %lu, \"unfinished\": %lu, \"seconds\": %.6f, "
           "\"p50_us\": %.0f, \"p99_us\": %.0f, \"p999_us\": %.0f, \"max_us\": %lu, "
           "\"lag_p99_us\": %.0f, "
           "\"body_bytes\": %lu, \"connects\": %lu, \"handshakes\": %lu, \"resumed\": %lu, "
           "\"lost_idle\": %lu}\n",
           report.done, report.failed, report.unfinished, took, percentile(&waits, 0.5),
           percentile(&waits, 0.99), percentile(&waits, 0.999), waits.largest,
           percentile(&lags, 0.99), report.body_bytes, report.connects,
           report.handshakes, report.resumed, report.lost_idle);
    return 0;
}
