// An HTTP/1.1 upstream that is quicker than what stands before it: one thread, one epoll, answers
// that are made beforehand.
//
//   upstream NAME...
//
// It listens on a port for each name, and prints the ports, one a line. /large answers 1 MiB, /echo
// the head that arrived, /stats how many connections and requests there were, any other path 128
// bytes that begin with the name.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PORTS = 64, HEAD = 16384, SMALL = 128, LARGE = 1 << 20, EVENTS = 256 };

struct answer {
    char *bytes;
    size_t length;
};

struct listener {
    int descriptor;
    struct answer small;
};

struct connection {
    int descriptor;
    const struct listener *listener;
    char head[HEAD];
    size_t have, body_left;
    // What is still to be sent, and whether it is ours to free.
    char *out;
    size_t out_length, out_sent;
    bool out_is_own, closes;
};

static struct listener listeners[PORTS];
static struct answer large;
static unsigned long connections, requests;

static void fail(const char *what) {
    perror(what);
    exit(2);
}

static struct answer answer(const char *body, size_t length) {
    struct answer made = {malloc(length + 160), 0};
    int head = sprintf(made.bytes,
                       "HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\n"
                       "Content-Type: text/plain\r\nContent-Length: %zu\r\n\r\n",
                       length);
    memcpy(made.bytes + head, body, length);
    made.length = (size_t)head + length;
    return made;
}

static void begin(struct listener *listener, const char *name) {
    char body[SMALL];
    memset(body, '.', sizeof body);
    memcpy(body, name, strnlen(name, sizeof body));
    listener->small = answer(body, sizeof body);
    listener->descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (bind(listener->descriptor, (struct sockaddr *)&address, sizeof address) != 0) fail("bind");
    if (listen(listener->descriptor, 4096) != 0) fail("listen");
    socklen_t length = sizeof address;
    getsockname(listener->descriptor, (struct sockaddr *)&address, &length);
    printf("%d\n", ntohs(address.sin_port));
}

static void end(struct connection *one) {
    close(one->descriptor);
    if (one->out_is_own) free(one->out);
    free(one);
}

// Takes what has come at a listener.
static void take(int poll, struct listener *listener) {
    for (;;) {
        int descriptor = accept4(listener->descriptor, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor < 0) return;
        int on = 1;
        setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct connection *one = calloc(1, sizeof *one);
        one->descriptor = descriptor;
        one->listener = listener;
        connections += 1;
        struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = one};
        epoll_ctl(poll, EPOLL_CTL_ADD, descriptor, &event);
    }
}

// Sends what is left; false when the connection is gone.
static bool flush(struct connection *one) {
    while (one->out_sent < one->out_length) {
        ssize_t sent = send(one->descriptor, one->out + one->out_sent,
                            one->out_length - one->out_sent, MSG_NOSIGNAL);
        if (sent < 0) return errno == EAGAIN;
        one->out_sent += (size_t)sent;
    }
    if (one->out_is_own) free(one->out);
    one->out = NULL;
    one->out_is_own = false;
    return !one->closes;
}

static void respond(struct connection *one, size_t head) {
    struct answer given = one->listener->small;
    char *path = memchr(one->head, ' ', head);
    requests += 1;
    if (path != NULL && strncmp(path, " /large ", 8) == 0) given = large;
    if (path != NULL && strncmp(path, " /echo ", 7) == 0) {
        given = answer(one->head, head);
        one->out_is_own = true;
    }
    if (path != NULL && strncmp(path, " /stats ", 8) == 0) {
        char text[64];
        given = answer(text, (size_t)sprintf(text, "%lu %lu", connections, requests));
        one->out_is_own = true;
    }
    one->out = given.bytes;
    one->out_length = given.length;
    one->out_sent = 0;
}

// Reads a head and its body, one request at a time; false when the connection is gone.
static bool step(struct connection *one) {
    for (;;) {
        if (one->out != NULL) {
            if (!flush(one)) return false;
            if (one->out != NULL) return true;
        }
        char *ending = memmem(one->head, one->have, "\r\n\r\n", 4);
        if (ending != NULL) {
            size_t head = (size_t)(ending - one->head) + 4;
            *ending = 0;
            char *length = strcasestr(one->head, "\r\ncontent-length:");
            one->closes = strcasestr(one->head, "\r\nconnection: close") != NULL;
            one->body_left = length == NULL ? 0 : strtoul(length + 17, NULL, 10);
            *ending = '\r';
            size_t more = one->have - head;
            size_t body = more < one->body_left ? more : one->body_left;
            one->body_left -= body;
            // A body that has not come yet is thrown away while it comes, before the answer.
            while (one->body_left > 0) {
                char waste[65536];
                ssize_t got = recv(one->descriptor, waste,
                                   one->body_left < sizeof waste ? one->body_left : sizeof waste, 0);
                if (got == 0) return false;
                if (got < 0) {
                    if (errno != EAGAIN) return false;
                    // The head stays, and says how much is left.
                    one->have = head;
                    int digits = (int)(strcspn(length + 17, "\r"));
                    sprintf(length + 17, "%*zu", digits, one->body_left);
                    length[17 + digits] = '\r';
                    return true;
                }
                one->body_left -= (size_t)got;
            }
            respond(one, head);
            memmove(one->head, one->head + head + body, one->have - head - body);
            one->have -= head + body;
            continue;
        }
        if (one->have == HEAD) return false;
        ssize_t got = recv(one->descriptor, one->head + one->have, HEAD - one->have, 0);
        if (got == 0) return false;
        if (got < 0) return errno == EAGAIN;
        bool is_short = (size_t)got < HEAD - one->have;
        one->have += (size_t)got;
        if (is_short && memmem(one->head, one->have, "\r\n\r\n", 4) == NULL) return true;
    }
}

int main(int count, char **arguments) {
    if (count < 2 || count - 1 > PORTS) {
        fprintf(stderr, "usage: upstream NAME...\n");
        return 2;
    }
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    char *body = malloc(LARGE);
    memset(body, 'x', LARGE);
    large = answer(body, LARGE);
    int poll = epoll_create1(EPOLL_CLOEXEC);
    for (int place = 0; place < count - 1; place += 1) {
        begin(&listeners[place], arguments[place + 1]);
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &listeners[place]};
        epoll_ctl(poll, EPOLL_CTL_ADD, listeners[place].descriptor, &event);
    }
    fflush(stdout);
    struct epoll_event events[EVENTS];
    for (;;) {
        int got = epoll_wait(poll, events, EVENTS, -1);
        for (int place = 0; place < got; place += 1) {
            struct listener *listener = events[place].data.ptr;
            if (listener >= listeners && listener < listeners + PORTS)
                take(poll, listener);
            else if (!step(events[place].data.ptr))
                end(events[place].data.ptr);
        }
    }
}
