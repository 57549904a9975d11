#define _GNU_SOURCE 1
#include "CLinux.h"

#include <linux/filter.h>

int weir_accept4(int listening, struct sockaddr_storage *address, int flags) {
    socklen_t size = sizeof *address;
    return accept4(listening, (struct sockaddr *)address, &size, flags);
}

int weir_affinity_count(void) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
    return CPU_COUNT(&set);
}

int weir_set_thread_name(pthread_t thread, const char *name) {
    return pthread_setname_np(thread, name);
}

int weir_drop_new_connections(int listening) {
    struct sock_filter drop = BPF_STMT(BPF_RET | BPF_K, 0);
    struct sock_fprog program = {.len = 1, .filter = &drop};
    return setsockopt(listening, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}
