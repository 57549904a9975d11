// HTTP/2 by nghttp2: so many streams at a time on a connection.
#include <stdlib.h>
#include <string.h>

#include "steady.h"

// What a stream's answer said so far.
struct stream {
    uint64_t intended;
    int status;
    bool failed;
    size_t sent;
};

static int on_field(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name,
                    size_t name_length, const uint8_t *value, size_t length, uint8_t flags,
                    void *user) {
    (void)flags, (void)user;
    struct stream *stream = nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);
    if (stream == NULL) return 0;
    if (name_length == 7 && memcmp(name, ":status", 7) == 0) stream->status = atoi((char *)value);
    if (name_length == 11 && memcmp(name, "grpc-status", 11) == 0 && !(length == 1 && *value == '0'))
        stream->failed = true;
    return 0;
}

static int on_data(nghttp2_session *session, uint8_t flags, int32_t id, const uint8_t *data,
                   size_t length, void *user) {
    (void)session, (void)flags, (void)id, (void)data, (void)user;
    report.body_bytes += length;
    return 0;
}

static int on_close(nghttp2_session *session, int32_t id, uint32_t code, void *user) {
    struct connection *one = user;
    struct stream *stream = nghttp2_session_get_stream_user_data(session, id);
    if (stream == NULL) return 0;
    one->under_way -= 1;
    finished(stream->intended, code == 0 && stream->status == 200 && !stream->failed);
    free(stream);
    return 0;
}

static ssize_t read_body(nghttp2_session *session, int32_t id, uint8_t *buffer, size_t length,
                         uint32_t *flags, nghttp2_data_source *source, void *user) {
    (void)session, (void)id, (void)user;
    struct stream *stream = source->ptr;
    size_t left = options.body.length - stream->sent;
    size_t taken = left < length ? left : length;
    memcpy(buffer, options.body.start + stream->sent, taken);
    stream->sent += taken;
    if (stream->sent == options.body.length) *flags = NGHTTP2_DATA_FLAG_EOF;
    return (ssize_t)taken;
}

void http2_begin(struct connection *one) {
    nghttp2_session_callbacks *callbacks;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_field);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_close);
    nghttp2_session_client_new(&one->h2, callbacks, one);
    nghttp2_session_callbacks_del(callbacks);
    nghttp2_settings_entry settings[] = {{NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
                                         {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 1 << 20}};
    nghttp2_submit_settings(one->h2, NGHTTP2_FLAG_NONE, settings, 2);
    nghttp2_session_set_local_window_size(one->h2, NGHTTP2_FLAG_NONE, 0, 1 << 28);
    one->frames = malloc(ROOM);
}

void http2_end(struct connection *one) {
    nghttp2_session_del(one->h2);
    free(one->frames);
    one->h2 = NULL;
    one->frames = NULL;
}

static nghttp2_nv field(const char *name, size_t name_length, const char *value) {
    return (nghttp2_nv){(uint8_t *)name, (uint8_t *)value, name_length, strlen(value),
                        NGHTTP2_NV_FLAG_NONE};
}

static bool request(struct connection *one) {
    struct stream *stream = calloc(1, sizeof *stream);
    stream->intended = intended(one, one->next);
    one->next += 1;
    one->under_way += 1;
    one->sent += 1;
    report.begun += 1;
    nghttp2_nv fields[4 + HEADERS] = {
        field(":method", 7, options.body.length > 0 ? "POST" : "GET"),
        field(":scheme", 7, options.tls ? "https" : "http"),
        field(":authority", 10, options.host), field(":path", 5, options.path)};
    for (int place = 0; place < options.header_count; place += 1) {
        const char *header = options.headers[place], *colon = strchr(header, ':');
        fields[4 + place] = field(header, (size_t)(colon - header), colon + 2);
    }
    nghttp2_data_provider provider = {.source.ptr = stream, .read_callback = read_body};
    return nghttp2_submit_request(one->h2, NULL, fields, (size_t)(4 + options.header_count),
                                  options.body.length > 0 ? &provider : NULL, stream) > 0;
}

// Gathers the frames that are to be sent, as every client does: a request with a body is two.
static bool gather(struct connection *one) {
    // The longest frame of ours.
    enum { LONGEST = 16384 + 9 };
    one->out = one->frames;
    one->out_length = one->out_sent = 0;
    while (one->out_length + LONGEST <= ROOM) {
        const uint8_t *frame;
        ssize_t length = nghttp2_session_mem_send(one->h2, &frame);
        if (length < 0 || length > LONGEST) return false;
        if (length == 0) break;
        memcpy(one->frames + one->out_length, frame, (size_t)length);
        one->out_length += (size_t)length;
    }
    return true;
}

bool http2_send(struct connection *one) {
    while (one->under_way < options.streams && may_send(one))
        if (!request(one)) return false;
    for (;;) {
        if (!write_out(one)) return false;
        if (one->out_sent < one->out_length) return true;
        if (!gather(one)) return false;
        if (one->out_length == 0) break;
    }
    return nghttp2_session_want_read(one->h2) != 0;
}

bool http2_take(struct connection *one, const char *data, size_t length) {
    return nghttp2_session_mem_recv(one->h2, (const uint8_t *)data, length) == (ssize_t)length;
}
