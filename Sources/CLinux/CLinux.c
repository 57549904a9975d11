#define _GNU_SOURCE 1
#include "CLinux.h"

#include <arpa/nameser.h>
#include <netdb.h>
#include <poll.h>
#include <resolv.h>
#include <sys/stat.h>

int weir_set_thread_name(pthread_t thread, const char *name) {
    return pthread_setname_np(thread, name);
}

int weir_ask_name(
    const char *name, int type, uint8_t *answer, int size, uint32_t server, uint16_t port) {
    struct __res_state state = {0};
    if (res_ninit(&state) != 0) return -NO_RECOVERY;
    state.retrans = 2;
    state.retry = 2;
    if (port != 0) {
        state.nscount = 1;
        state.nsaddr_list[0] = (struct sockaddr_in){
            .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = server};
    }
    int count = res_nquery(&state, name, ns_c_in, type, answer, size);
    int fault = state.res_h_errno;
    res_nclose(&state);
    if (count >= 0) return count < size ? count : size;
    return fault > 0 ? -fault : -NO_RECOVERY;
}

void weir_wait_readable(int descriptor, int milliseconds) {
    struct pollfd wanted = {.fd = descriptor, .events = POLLIN};
    poll(&wanted, 1, milliseconds);
}

void weir_wait_writable(int descriptor, int milliseconds) {
    struct pollfd wanted = {.fd = descriptor, .events = POLLOUT};
    poll(&wanted, 1, milliseconds);
}

int weir_open_log(const char *path) {
    int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
    int descriptor = open(path, flags, 0640);
    if (descriptor < 0) return descriptor;
    struct stat facts;
    if (fstat(descriptor, &facts) == 0
        && (S_ISREG(facts.st_mode) || S_ISCHR(facts.st_mode) || S_ISFIFO(facts.st_mode)))
        return descriptor;
    close(descriptor);
    errno = EINVAL;
    return -1;
}
