// The calls by which a worker reaches its kernel: sockets, epoll, wake-ups, clock, entropy.
//
// In a debug build a thread may run on a kernel of its own making; the release build has no such
// door, and each function here is the system's call.
#pragma once
#include <netinet/in.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>

int weir_socket(int family, int type, int protocol);
int weir_bind(int s, const struct sockaddr_storage *address, socklen_t size);
int weir_listen(int s, int backlog);
/// accept4 is behind _GNU_SOURCE, which the importer does not set.
int weir_accept4(int listening, struct sockaddr_storage *address, int flags);
/// How many connections wait to be accepted; 0 where the kernel does not tell.
int weir_connections_waiting(int listening);
int weir_connect(int s, const struct sockaddr_storage *address, socklen_t size);
ssize_t weir_recv(int s, void *bytes, size_t count, int flags);
ssize_t weir_send(int s, const void *bytes, size_t count, int flags);
ssize_t weir_sendmsg(int s, const struct msghdr *message, int flags);
int weir_shutdown(int s, int how);
int weir_close(int descriptor);
int weir_setsockopt(int s, int level, int name, const void *value, socklen_t size);
int weir_getsockopt(int s, int level, int name, void *value, socklen_t *size);
int weir_getsockname(int s, struct sockaddr_storage *address);
/// Has a listening socket take no further connection; the macros of the filter are not imported.
int weir_drop_new_connections(int listening);
int weir_epoll_create1(int flags);
int weir_epoll_ctl(int epoll, int operation, int descriptor, struct epoll_event *event);
int weir_epoll_wait(int epoll, struct epoll_event *events, int most, int milliseconds);
int weir_eventfd(unsigned first, int flags);
ssize_t weir_read(int descriptor, void *bytes, size_t count);
ssize_t weir_write(int descriptor, const void *bytes, size_t count);
int weir_clock_gettime(clockid_t clock, struct timespec *time);
ssize_t weir_getrandom(void *bytes, size_t count, unsigned flags);

/// A kernel for one thread: the same calls with its world in front. They return what the system's
/// calls return, but for a negated errno where those return -1.
struct weir_kernel {
    void *world;
    int (*socket)(void *world);
    int (*bind)(void *world, int s, const struct sockaddr_storage *address);
    int (*listen)(void *world, int s);
    int (*accept)(void *world, int listening, struct sockaddr_storage *address);
    int (*waiting)(void *world, int listening);
    int (*connect)(void *world, int s, const struct sockaddr_storage *address);
    ssize_t (*receive)(void *world, int s, void *bytes, size_t count, int flags);
    ssize_t (*send)(void *world, int s, const struct iovec *pieces, int count);
    int (*shutdown)(void *world, int s);
    int (*close)(void *world, int descriptor);
    int (*set_option)(void *world, int s, int level, int name);
    int (*take_error)(void *world, int s);
    int (*local_address)(void *world, int s, struct sockaddr_storage *address);
    int (*epoll_create)(void *world);
    int (*epoll_control)(
        void *world, int epoll, int operation, int descriptor, const struct epoll_event *event);
    int (*epoll_wait)(
        void *world, int epoll, struct epoll_event *events, int most, int milliseconds);
    int (*event_create)(void *world);
    ssize_t (*event_read)(void *world, int descriptor, uint64_t *count);
    ssize_t (*event_write)(void *world, int descriptor, uint64_t count);
    uint64_t (*time)(void *world, int is_wall);
    uint64_t (*random)(void *world);
};

/// From now on this thread's calls go to that kernel; with NULL to the system's again.
///
/// False in a release build, where nothing changes.
int weir_use_kernel(const struct weir_kernel *kernel);
