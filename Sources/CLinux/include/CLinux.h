// What Swift's importer cannot give: epoll data, variadic calls, atomics on plain memory, and
// the byte-mask instructions. No logic.
#pragma once
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "Kernel.h"

static inline uint64_t weir_load_relaxed(const uint64_t *cell) {
    return __atomic_load_n(cell, __ATOMIC_RELAXED);
}
static inline void weir_store_relaxed(uint64_t *cell, uint64_t value) {
    __atomic_store_n(cell, value, __ATOMIC_RELAXED);
}
static inline uint64_t weir_load_acquire(const uint64_t *cell) {
    return __atomic_load_n(cell, __ATOMIC_ACQUIRE);
}
static inline void weir_store_release(uint64_t *cell, uint64_t value) {
    __atomic_store_n(cell, value, __ATOMIC_RELEASE);
}
/// `errno` as a function: the macro is not imported.
static inline int weir_errno(void) { return errno; }

/// pthread_setname_np is behind _GNU_SOURCE too.
int weir_set_thread_name(pthread_t thread, const char *name);
static inline int weir_get_descriptor_limit(struct rlimit *limit) {
    return getrlimit(RLIMIT_NOFILE, limit);
}
static inline int weir_set_descriptor_limit(const struct rlimit *limit) {
    return setrlimit(RLIMIT_NOFILE, limit);
}
/// Asks one DNS question of class IN and waits for the answer, some seconds at most.
///
/// The servers are those of /etc/resolv.conf, read anew; or one IPv4 address in network order,
/// where `port` is not 0. Returns the answer's bytes, or less than 0: the negated h_errno.
int weir_ask_name(
    const char *name, int type, uint8_t *answer, int size, uint32_t server, uint16_t port);
/// Waits until the descriptor can be read, or so long; a signal ends the wait.
void weir_wait_readable(int descriptor, int milliseconds);
/// The same until it can be written.
void weir_wait_writable(int descriptor, int milliseconds);
/// Opens to append, without waiting: a pipe that nobody reads is refused (ENXIO), and so is what is
/// neither file nor character device (EINVAL). (open is variadic, the modes' macros not imported.)
int weir_open_log(const char *path);
/// SIG_IGN is not imported.
static inline void weir_ignore_broken_pipes(void) { signal(SIGPIPE, SIG_IGN); }
