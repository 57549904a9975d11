// An upstream of unary gRPC calls over HTTP/2 without TLS: one thread, one epoll, nghttp2.
//
//   calls NAME...
//
// It listens on a port for each name, and prints the ports, one a line. It waits for the whole
// request, then answers 128 bytes that begin with the name, or, to /echo, the fields that arrived;
// the trailers say grpc-status: 0.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <nghttp2/nghttp2.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PORTS = 64, SMALL = 128, ECHO = 4096, EVENTS = 256, OUT = 1 << 16 };

struct listener {
    int descriptor;
    char body[SMALL];
};

struct connection {
    int descriptor;
    const struct listener *listener;
    nghttp2_session *session;
    char out[OUT];
    size_t out_length, out_sent;
    const uint8_t *rest;
    size_t rest_length;
};

struct stream {
    const struct listener *listener;
    size_t sent, length;
    bool is_echo;
    char echo[ECHO];
};

static struct listener listeners[PORTS];

static int on_begin(nghttp2_session *session, const nghttp2_frame *frame, void *user) {
    struct connection *one = user;
    if (frame->hd.type != NGHTTP2_HEADERS || frame->headers.cat != NGHTTP2_HCAT_REQUEST) return 0;
    struct stream *stream = malloc(sizeof *stream);
    stream->listener = one->listener;
    stream->sent = stream->length = 0;
    stream->is_echo = false;
    return nghttp2_session_set_stream_user_data(session, frame->hd.stream_id, stream);
}

static int on_field(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name,
                    size_t name_length, const uint8_t *value, size_t length, uint8_t flags,
                    void *user) {
    (void)flags, (void)user;
    struct stream *stream = nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);
    if (stream == NULL) return 0;
    if (name_length == 5 && memcmp(name, ":path", 5) == 0)
        stream->is_echo = length == 5 && memcmp(value, "/echo", 5) == 0;
    if (!stream->is_echo && name[0] != ':') return 0;
    size_t room = ECHO - stream->length;
    if (name[0] != ':' && name_length + length + 4 < room)
        stream->length += (size_t)snprintf(stream->echo + stream->length, room, "%.*s: %.*s\r\n",
                                           (int)name_length, name, (int)length, value);
    return 0;
}

static ssize_t read_body(nghttp2_session *session, int32_t id, uint8_t *buffer, size_t length,
                         uint32_t *flags, nghttp2_data_source *source, void *user) {
    (void)user;
    struct stream *stream = source->ptr;
    const char *from = stream->is_echo ? stream->echo : stream->listener->body;
    size_t whole = stream->is_echo ? stream->length : SMALL;
    size_t left = whole - stream->sent, taken = left < length ? left : length;
    memcpy(buffer, from + stream->sent, taken);
    stream->sent += taken;
    if (stream->sent == whole) {
        *flags = NGHTTP2_DATA_FLAG_EOF | NGHTTP2_DATA_FLAG_NO_END_STREAM;
        nghttp2_nv status = {(uint8_t *)"grpc-status", (uint8_t *)"0", 11, 1, 0};
        nghttp2_submit_trailer(session, id, &status, 1);
    }
    return (ssize_t)taken;
}

static int on_frame(nghttp2_session *session, const nghttp2_frame *frame, void *user) {
    (void)user;
    bool is_last = frame->hd.flags & NGHTTP2_FLAG_END_STREAM;
    if (!is_last || (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA)) return 0;
    struct stream *stream = nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);
    if (stream == NULL) return 0;
    nghttp2_nv fields[] = {
        {(uint8_t *)":status", (uint8_t *)"200", 7, 3, 0},
        {(uint8_t *)"content-type", (uint8_t *)"application/grpc", 12, 16, 0},
        {(uint8_t *)"date", (uint8_t *)"Thu, 01 Jan 2026 00:00:00 GMT", 4, 29, 0}};
    nghttp2_data_provider provider = {.source.ptr = stream, .read_callback = read_body};
    return nghttp2_submit_response(session, frame->hd.stream_id, fields, 3, &provider);
}

static int on_close(nghttp2_session *session, int32_t id, uint32_t code, void *user) {
    (void)code, (void)user;
    free(nghttp2_session_get_stream_user_data(session, id));
    return 0;
}

// Sends what there is in pieces as large as the buffer; false when the connection is gone.
static bool flush(struct connection *one) {
    for (;;) {
        while (one->out_length < OUT) {
            if (one->rest_length == 0) {
                ssize_t length = nghttp2_session_mem_send(one->session, &one->rest);
                if (length < 0) return false;
                if (length == 0) break;
                one->rest_length = (size_t)length;
            }
            size_t room = OUT - one->out_length;
            size_t taken = one->rest_length < room ? one->rest_length : room;
            memcpy(one->out + one->out_length, one->rest, taken);
            one->out_length += taken;
            one->rest += taken;
            one->rest_length -= taken;
        }
        if (one->out_length == 0) return true;
        while (one->out_sent < one->out_length) {
            ssize_t sent = send(one->descriptor, one->out + one->out_sent,
                                one->out_length - one->out_sent, MSG_NOSIGNAL);
            if (sent < 0) return errno == EAGAIN;
            one->out_sent += (size_t)sent;
        }
        one->out_length = one->out_sent = 0;
    }
}

static bool step(struct connection *one) {
    static uint8_t data[1 << 17];
    for (;;) {
        ssize_t got = recv(one->descriptor, data, sizeof data, 0);
        if (got == 0 || (got < 0 && errno != EAGAIN)) return false;
        if (got > 0 && nghttp2_session_mem_recv(one->session, data, (size_t)got) != got)
            return false;
        if (got < (ssize_t)sizeof data) return flush(one);
    }
}

static void take(int poll, struct listener *listener, nghttp2_session_callbacks *callbacks) {
    int descriptor;
    while ((descriptor = accept4(listener->descriptor, NULL, NULL,
                                 SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        int on = 1;
        setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct connection *one = calloc(1, sizeof *one);
        one->descriptor = descriptor;
        one->listener = listener;
        nghttp2_session_server_new(&one->session, callbacks, one);
        nghttp2_settings_entry settings[] = {
            {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 1000},
            {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 1 << 20}};
        nghttp2_submit_settings(one->session, NGHTTP2_FLAG_NONE, settings, 2);
        nghttp2_session_set_local_window_size(one->session, NGHTTP2_FLAG_NONE, 0, 1 << 28);
        struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = one};
        epoll_ctl(poll, EPOLL_CTL_ADD, descriptor, &event);
    }
}

static void begin(int poll, struct listener *listener, const char *name) {
    memset(listener->body, '.', SMALL);
    memcpy(listener->body, name, strnlen(name, SMALL));
    listener->descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (bind(listener->descriptor, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(listener->descriptor, 4096) != 0) {
        perror("listen");
        exit(2);
    }
    socklen_t length = sizeof address;
    getsockname(listener->descriptor, (struct sockaddr *)&address, &length);
    printf("%d\n", ntohs(address.sin_port));
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = listener};
    epoll_ctl(poll, EPOLL_CTL_ADD, listener->descriptor, &event);
}

int main(int count, char **arguments) {
    if (count < 2 || count - 1 > PORTS) {
        fprintf(stderr, "usage: calls NAME...\n");
        return 2;
    }
    nghttp2_session_callbacks *callbacks;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, on_begin);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_field);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_close);
    int poll = epoll_create1(EPOLL_CLOEXEC);
    for (int place = 0; place < count - 1; place += 1)
        begin(poll, &listeners[place], arguments[place + 1]);
    fflush(stdout);
    struct epoll_event events[EVENTS];
    for (;;) {
        int got = epoll_wait(poll, events, EVENTS, -1);
        for (int place = 0; place < got; place += 1) {
            struct listener *listener = events[place].data.ptr;
            if (listener >= listeners && listener < listeners + PORTS) {
                take(poll, listener, callbacks);
                continue;
            }
            struct connection *one = events[place].data.ptr;
            if (step(one)) continue;
            nghttp2_session_del(one->session);
            close(one->descriptor);
            free(one);
        }
    }
}
