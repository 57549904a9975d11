// TCP and TLS: connections that do not block.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "steady.h"

static SSL_CTX *context;

static int keep(SSL *ssl, SSL_SESSION *session) {
    struct connection *one = SSL_get_app_data(ssl);
    if (one->session != NULL) SSL_SESSION_free(one->session);
    one->session = session;
    return 1;
}

void transport_begin(void) {
    context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                  SSL_MODE_RELEASE_BUFFERS);
    if (options.ciphersuites != NULL) SSL_CTX_set_ciphersuites(context, options.ciphersuites);
    const unsigned char *names = (const unsigned char *)(options.h2 ? "\2h2" : "\10http/1.1");
    SSL_CTX_set_alpn_protos(context, names, options.h2 ? 3 : 9);
    if (options.resume) {
        SSL_CTX_set_session_cache_mode(context,
                                       SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
        SSL_CTX_sess_set_new_cb(context, keep);
    }
}

// Whether a connection is for one plain request: there are many of them, so that they should cost
// the load little. Loopback connects at once, and nothing but the answer is waited for.
static bool speaks_once(void) {
    return options.per_connection == 1 && !options.tls && !options.h2;
}

static bool is_connected(struct connection *one) {
    struct sockaddr_in peer;
    socklen_t size = sizeof peer;
    if (getpeername(one->descriptor, (struct sockaddr *)&peer, &size) != 0) return false;
    one->state = options.tls ? shaking : ready;
    return true;
}

void start(struct connection *one, int poll) {
    static unsigned turn;
    one->descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (one->descriptor < 0) {
        perror("socket");
        exit(2);
    }
    int on = 1;
    // A single small piece is not held back.
    if (!speaks_once()) setsockopt(one->descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (options.sources > 1) {
        // One address has too few ports for many connections a second.
        setsockopt(one->descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
        struct sockaddr_in source = {
            .sin_family = AF_INET,
            .sin_addr.s_addr = htonl(INADDR_LOOPBACK + turn++ % (unsigned)options.sources)};
        bind(one->descriptor, (struct sockaddr *)&source, sizeof source);
    }
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)options.port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    connect(one->descriptor, (struct sockaddr *)&address, sizeof address);
    one->state = connecting;
    one->sent = one->under_way = 0;
    one->out_length = one->out_sent = one->have = 0;
    one->in_body = one->closes = false;
    report.connects += 1;
    // What cannot be sent comes to light with the first event.
    bool has_asked = speaks_once() && is_connected(one) && http1_send(one) && one->under_way > 0 &&
                     one->out_sent == one->out_length;
    struct epoll_event event = {.events = (has_asked ? EPOLLIN : EPOLLIN | EPOLLOUT) | EPOLLET,
                                .data.ptr = one};
    epoll_ctl(poll, EPOLL_CTL_ADD, one->descriptor, &event);
}

// What is said between leaves together.
static void cork(struct connection *one, int on) {
    if (options.together)
        setsockopt(one->descriptor, IPPROTO_TCP, TCP_CORK, &on, sizeof on);
}

void stop(struct connection *one) {
    if (one->h2 != NULL) http2_end(one);
    if (one->ssl != NULL) {
        cork(one, 1);
        if (one->state == ready) SSL_shutdown(one->ssl);
        SSL_free(one->ssl);
    }
    one->ssl = NULL;
    ERR_clear_error();
    close(one->descriptor);
    one->state = closed;
    one->under_way = 0;
}

static bool connected(struct connection *one) {
    if (!is_connected(one)) {
        int fault = 0;
        socklen_t length = sizeof fault;
        getsockopt(one->descriptor, SOL_SOCKET, SO_ERROR, &fault, &length);
        return fault == 0;
    }
    if (options.tls) {
        one->ssl = SSL_new(context);
        SSL_set_app_data(one->ssl, one);
        SSL_set_tlsext_host_name(one->ssl, options.host);
        SSL_set_fd(one->ssl, one->descriptor);
        SSL_set_connect_state(one->ssl);
        if (one->session != NULL) SSL_set_session(one->ssl, one->session);
    } else if (options.h2) {
        http2_begin(one);
    }
    return true;
}

static bool shake(struct connection *one) {
    // Its first words go alone, its last ones with the request.
    if (!SSL_in_before(one->ssl)) cork(one, 1);
    int got = SSL_do_handshake(one->ssl);
    if (got == 1) {
        one->state = ready;
        report.handshakes += 1;
        report.resumed += SSL_session_reused(one->ssl) ? 1 : 0;
        const unsigned char *name;
        unsigned length;
        SSL_get0_alpn_selected(one->ssl, &name, &length);
        if (options.h2 && length != 2) {
            fprintf(stderr, "no HTTP/2 was agreed on\n");
            exit(2);
        }
        if (options.h2) http2_begin(one);
        return true;
    }
    int why = SSL_get_error(one->ssl, got);
    return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE;
}

bool write_out(struct connection *one) {
    while (one->out_sent < one->out_length) {
        const char *from = one->out + one->out_sent;
        size_t length = one->out_length - one->out_sent;
        ssize_t sent;
        if (one->ssl != NULL) {
            sent = SSL_write(one->ssl, from, (int)length);
            if (sent <= 0) return SSL_get_error(one->ssl, (int)sent) == SSL_ERROR_WANT_WRITE;
        } else {
            sent = send(one->descriptor, from, length, MSG_NOSIGNAL);
            if (sent < 0) return errno == EAGAIN;
        }
        one->out_sent += (size_t)sent;
    }
    return true;
}

// Reads all there is; the protocol may have more to send after it.
static bool read_all(struct connection *one) {
    static char data[1 << 18];
    for (;;) {
        ssize_t got;
        if (one->ssl != NULL) {
            got = SSL_read(one->ssl, data, sizeof data);
            if (got <= 0) return SSL_get_error(one->ssl, (int)got) == SSL_ERROR_WANT_READ;
        } else {
            got = recv(one->descriptor, data, sizeof data, 0);
            if (got < 0) return errno == EAGAIN;
            if (got == 0) return false;
        }
        bool goes_on = options.h2 ? http2_take(one, data, (size_t)got)
                                  : http1_take(one, data, (size_t)got);
        if (!goes_on) return false;
        if (one->ssl == NULL && (size_t)got < sizeof data) return true;
    }
}

bool go_on(struct connection *one) {
    ERR_clear_error();
    if (one->state == connecting && !connected(one)) return false;
    if (one->state == shaking && !shake(one)) return false;
    if (one->state != ready) return true;
    bool goes_on = write_out(one) && read_all(one) &&
                   (options.h2 ? http2_send(one) : http1_send(one));
    if (goes_on) cork(one, 0);
    return goes_on;
}
