// HTTP/1.1: one request at a time on a connection; answers have a length.
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "steady.h"

bool http1_send(struct connection *one) {
    static size_t turn;
    if (one->under_way > 0 || !may_send(one)) return true;
    const struct bytes *request = &options.requests[turn++ % options.request_count];
    one->intended = intended(one, one->next);
    one->next += 1;
    one->under_way = 1;
    one->sent += 1;
    report.begun += 1;
    one->out = request->start;
    one->out_length = request->length;
    one->out_sent = 0;
    return write_out(one);
}

static bool complete(struct connection *one) {
    one->under_way = 0;
    one->in_body = false;
    finished(one->intended, one->status == 200);
    if (one->closes) return false;
    return options.per_connection == 0 || one->sent < options.per_connection;
}

static bool read_head(struct connection *one, char *ending) {
    *ending = 0;
    one->status = one->have > 12 ? atoi(one->head + 9) : 0;
    char *length = strcasestr(one->head, "\r\ncontent-length:");
    one->closes = strcasestr(one->head, "\r\nconnection: close") != NULL;
    one->body_left = length == NULL ? 0 : strtoull(length + 17, NULL, 10);
    one->in_body = true;
    return length != NULL;
}

bool http1_take(struct connection *one, const char *data, size_t length) {
    if (one->under_way == 0) return false;
    if (!one->in_body) {
        size_t room = HEAD - 1 - one->have, had = one->have;
        size_t taken = length < room ? length : room;
        memcpy(one->head + had, data, taken);
        one->have += taken;
        char *ending = memmem(one->head, one->have, "\r\n\r\n", 4);
        if (ending == NULL) return one->have < HEAD - 1;
        size_t of_head = (size_t)(ending - one->head) + 4 - had;
        if (!read_head(one, ending)) return false;
        one->have = 0;
        data += of_head;
        length -= of_head;
    }
    size_t of_body = length < one->body_left ? length : one->body_left;
    one->body_left -= of_body;
    report.body_bytes += of_body;
    if (one->body_left > 0) return true;
    return complete(one) && http1_send(one);
}
