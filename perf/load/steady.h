// An open-loop load: requests are due at fixed times, whether the answers come or not, and each
// is timed from the moment when it was due.
#pragma once
#include <nghttp2/nghttp2.h>
#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HEAD = 16384, HEADERS = 16, ROOM = 1 << 16 };

struct bytes {
    char *start;
    size_t length;
};

struct options {
    int port, connections, streams, per_connection, sources;
    double rate, seconds, warm;
    uint64_t count;
    const char *host, *path, *ciphersuites;
    bool tls, h2, resume, hold, together;
    struct bytes body;
    const char *headers[HEADERS];
    int header_count;
    // HTTP/1.1 requests, sent in turn.
    struct bytes *requests;
    size_t request_count;
};

enum state { closed, connecting, shaking, ready };

struct connection {
    int descriptor, place;
    enum state state;
    SSL *ssl;
    SSL_SESSION *session;
    // Requests that are due, and the next one to send: counted since the start.
    uint64_t due, next;
    // Requests under way, and those sent on this transport.
    int under_way, sent;
    // What is still to be written.
    const char *out;
    size_t out_length, out_sent;
    // HTTP/1.1: the answer.
    uint64_t intended;
    char head[HEAD];
    size_t have, body_left;
    bool in_body, closes;
    int status;
    nghttp2_session *h2;
    // HTTP/2: frames that go out together; ROOM bytes.
    char *frames;
};

struct report {
    uint64_t begun, done, failed, unfinished, body_bytes, handshakes, resumed, connects, lost_idle;
};

extern struct options options;
extern struct report report;

uint64_t now(void);
// When a connection's request of that number is due.
uint64_t intended(const struct connection *one, uint64_t number);
void finished(uint64_t intended, bool is_good);
bool may_send(const struct connection *one);

// The transport.
void transport_begin(void);
void start(struct connection *one, int poll);
void stop(struct connection *one);
// Goes on with what is possible: the handshake, writing, reading. False when it is over.
bool go_on(struct connection *one);
bool write_out(struct connection *one);

// The protocols: send what is due, take what came; false when the connection is over.
bool http1_send(struct connection *one);
bool http1_take(struct connection *one, const char *data, size_t length);
void http2_begin(struct connection *one);
void http2_end(struct connection *one);
bool http2_send(struct connection *one);
bool http2_take(struct connection *one, const char *data, size_t length);
