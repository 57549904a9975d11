#define _GNU_SOURCE 1
#include "Kernel.h"

#include <errno.h>
#include <linux/filter.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <unistd.h>

#ifdef DEBUG
static __thread const struct weir_kernel *kernel;

int weir_use_kernel(const struct weir_kernel *other) {
    kernel = other;
    return 1;
}

/// What the system's call would return.
static ssize_t told(ssize_t result) {
    if (result >= 0) return result;
    errno = (int)-result;
    return -1;
}
/// Asks this thread's own kernel, if it has one.
#define ASK(call, ...) \
    if (kernel) return told(kernel->call(kernel->world __VA_OPT__(, ) __VA_ARGS__))
#else
int weir_use_kernel(const struct weir_kernel *other) {
    (void)other;
    return 0;
}
#define ASK(call, ...)
#endif

int weir_socket(int family, int type, int protocol) {
    ASK(socket);
    return socket(family, type, protocol);
}

int weir_bind(int s, const struct sockaddr_storage *address, socklen_t size) {
    ASK(bind, s, address);
    return bind(s, (const struct sockaddr *)address, size);
}

int weir_listen(int s, int backlog) {
    ASK(listen, s);
    return listen(s, backlog);
}

int weir_accept4(int listening, struct sockaddr_storage *address, int flags) {
    ASK(accept, listening, address);
    socklen_t size = sizeof *address;
    return accept4(listening, (struct sockaddr *)address, &size, flags);
}

int weir_connections_waiting(int listening) {
    ASK(waiting, listening);
    // Of a listening socket Linux tells it here (net/ipv4/tcp.c, tcp_get_info), and copies no more
    // than is asked for.
    struct tcp_info info = {0};
    socklen_t size = offsetof(struct tcp_info, tcpi_sacked);
    int failed = getsockopt(listening, IPPROTO_TCP, TCP_INFO, &info, &size);
    return failed || info.tcpi_unacked > INT32_MAX ? 0 : (int)info.tcpi_unacked;
}

int weir_connect(int s, const struct sockaddr_storage *address, socklen_t size) {
    ASK(connect, s, address);
    return connect(s, (const struct sockaddr *)address, size);
}

ssize_t weir_recv(int s, void *bytes, size_t count, int flags) {
    ASK(receive, s, bytes, count, flags);
    return recv(s, bytes, count, flags);
}

ssize_t weir_send(int s, const void *bytes, size_t count, int flags) {
    ASK(send, s, &(struct iovec){(void *)bytes, count}, 1);
    return send(s, bytes, count, flags);
}

ssize_t weir_sendmsg(int s, const struct msghdr *message, int flags) {
    ASK(send, s, message->msg_iov, (int)message->msg_iovlen);
    return sendmsg(s, message, flags);
}

int weir_shutdown(int s, int how) {
    ASK(shutdown, s);
    return shutdown(s, how);
}

int weir_close(int descriptor) {
    ASK(close, descriptor);
    return close(descriptor);
}

int weir_setsockopt(int s, int level, int name, const void *value, socklen_t size) {
    ASK(set_option, s, level, name);
    return setsockopt(s, level, name, value, size);
}

int weir_getsockopt(int s, int level, int name, void *value, socklen_t *size) {
#ifdef DEBUG
    if (kernel) {
        // The one option that is asked for is SO_ERROR.
        *(int *)value = kernel->take_error(kernel->world, s);
        return 0;
    }
#endif
    return getsockopt(s, level, name, value, size);
}

int weir_getsockname(int s, struct sockaddr_storage *address) {
    ASK(local_address, s, address);
    socklen_t size = sizeof *address;
    return getsockname(s, (struct sockaddr *)address, &size);
}

int weir_drop_new_connections(int listening) {
    struct sock_filter drop = BPF_STMT(BPF_RET | BPF_K, 0);
    struct sock_fprog program = {.len = 1, .filter = &drop};
    return weir_setsockopt(listening, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}

int weir_epoll_create1(int flags) {
    ASK(epoll_create);
    return epoll_create1(flags);
}

int weir_epoll_ctl(int epoll, int operation, int descriptor, struct epoll_event *event) {
    ASK(epoll_control, epoll, operation, descriptor, event);
    return epoll_ctl(epoll, operation, descriptor, event);
}

int weir_epoll_wait(int epoll, struct epoll_event *events, int most, int milliseconds) {
    ASK(epoll_wait, epoll, events, most, milliseconds);
    return epoll_wait(epoll, events, most, milliseconds);
}

int weir_eventfd(unsigned first, int flags) {
    ASK(event_create);
    return eventfd(first, flags);
}

ssize_t weir_read(int descriptor, void *bytes, size_t count) {
    ASK(event_read, descriptor, bytes);
    return read(descriptor, bytes, count);
}

ssize_t weir_write(int descriptor, const void *bytes, size_t count) {
    ASK(event_write, descriptor, *(const uint64_t *)bytes);
    return write(descriptor, bytes, count);
}

int weir_clock_gettime(clockid_t clock, struct timespec *time) {
#ifdef DEBUG
    if (kernel) {
        uint64_t now = kernel->time(kernel->world, clock == CLOCK_REALTIME);
        time->tv_sec = (time_t)(now / 1000000000);
        time->tv_nsec = (long)(now % 1000000000);
        return 0;
    }
#endif
    return clock_gettime(clock, time);
}

ssize_t weir_getrandom(void *bytes, size_t count, unsigned flags) {
#ifdef DEBUG
    if (kernel && count == sizeof(uint64_t)) {
        *(uint64_t *)bytes = kernel->random(kernel->world);
        return (ssize_t)count;
    }
#endif
    return getrandom(bytes, count, flags);
}
