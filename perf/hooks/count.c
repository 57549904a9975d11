// Counts what a process asks of the allocator and of Swift's reference counting, thread by
// thread, in a file that another process maps: built by perf/bench, loaded with LD_PRELOAD.
// What OpenSSL and nghttp2 ask is counted apart: where they call the allocator themselves, by the
// caller's address; where they were given functions, by standing between.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <nghttp2/nghttp2.h>
#include <openssl/crypto.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { THREADS = 256, LIBRARIES = 8, MEMORIES = 256 };

struct counts {
    _Atomic uint64_t thread, mallocs, frees, retains, releases, of_libraries, unused[2];
};

// The layout that perf/harness/hooks.py reads.
struct table {
    _Atomic uint64_t used, unused[7];
    struct counts threads[THREADS];
};

static struct table *table;
static __thread struct counts *mine __attribute__((tls_model("initial-exec")));

static struct counts *own(void) {
    if (mine == NULL && table != NULL) {
        uint64_t place = atomic_fetch_add(&table->used, 1);
        mine = &table->threads[place < THREADS ? place : THREADS - 1];
        mine->thread = (uint64_t)syscall(SYS_gettid);
    }
    return mine;
}

#define COUNT(what)                                                              \
    do {                                                                         \
        struct counts *counts = own();                                           \
        if (counts != NULL)                                                      \
            atomic_fetch_add_explicit(&counts->what, 1, memory_order_relaxed);   \
    } while (0)

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

// Where the code of the libraries lies.
static struct range {
    uintptr_t first, last;
} ranges[LIBRARIES];
static int range_count;

static int note(struct dl_phdr_info *info, size_t size, void *unused) {
    (void)size, (void)unused;
    static const char *const names[] = {"/libssl.", "/libcrypto.", "/libnghttp2."};
    for (size_t place = 0; place < sizeof names / sizeof *names; place += 1) {
        if (strstr(info->dlpi_name, names[place]) == NULL) continue;
        for (int segment = 0; segment < info->dlpi_phnum; segment += 1) {
            const ElfW(Phdr) *header = &info->dlpi_phdr[segment];
            if (header->p_type != PT_LOAD || !(header->p_flags & PF_X)) continue;
            if (range_count == LIBRARIES) return 0;
            uintptr_t first = info->dlpi_addr + header->p_vaddr;
            ranges[range_count++] = (struct range){first, first + header->p_memsz};
        }
    }
    return 0;
}

static int is_of_library(void *caller) {
    for (int place = 0; place < range_count; place += 1)
        if ((uintptr_t)caller - ranges[place].first < ranges[place].last - ranges[place].first)
            return 1;
    return 0;
}

#define COUNT_ALLOCATION                                                         \
    do {                                                                         \
        if (is_of_library(__builtin_return_address(0)))                          \
            COUNT(of_libraries);                                                 \
        else                                                                     \
            COUNT(mallocs);                                                      \
    } while (0)

void *malloc(size_t size) {
    COUNT_ALLOCATION;
    return __libc_malloc(size);
}
void *calloc(size_t count, size_t size) {
    COUNT_ALLOCATION;
    return __libc_calloc(count, size);
}
void *realloc(void *old, size_t size) {
    COUNT_ALLOCATION;
    return __libc_realloc(old, size);
}
void *memalign(size_t alignment, size_t size) {
    COUNT_ALLOCATION;
    return __libc_memalign(alignment, size);
}
void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }
int posix_memalign(void **result, size_t alignment, size_t size) {
    void *memory = memalign(alignment, size);
    if (memory == NULL) return ENOMEM;
    *result = memory;
    return 0;
}
void free(void *memory) {
    if (memory != NULL) COUNT(frees);
    __libc_free(memory);
}

// What the program calls of Swift's reference counting. The runtime's own calls among itself
// are not seen. (Its replaceable pointers are of no use: with them 6.3.1 takes the text of small
// strings for objects.)
#define HOOK(result, name, counter, parameters, arguments)                       \
    result name parameters {                                                     \
        static result(*_Atomic next) parameters;                                 \
        if (next == NULL) next = (result(*) parameters)dlsym(RTLD_NEXT, #name);  \
        COUNT(counter);                                                          \
        return next arguments;                                                   \
    }

HOOK(void *, swift_retain, retains, (void *object), (object))
HOOK(void *, swift_retain_n, retains, (void *object, uint32_t times), (object, times))
HOOK(void *, swift_bridgeObjectRetain, retains, (void *object), (object))
HOOK(void *, swift_bridgeObjectRetain_n, retains, (void *object, int times), (object, times))
HOOK(void, swift_release, releases, (void *object), (object))
HOOK(void, swift_release_n, releases, (void *object, uint32_t times), (object, times))
HOOK(void, swift_bridgeObjectRelease, releases, (void *object), (object))
HOOK(void, swift_bridgeObjectRelease_n, releases, (void *object, int times), (object, times))

// OpenSSL's functions, if it is given any.
static CRYPTO_malloc_fn crypto_malloc;
static CRYPTO_realloc_fn crypto_realloc;

static void *counted_malloc(size_t size, const char *file, int line) {
    COUNT(of_libraries);
    return crypto_malloc(size, file, line);
}
static void *counted_realloc(void *old, size_t size, const char *file, int line) {
    COUNT(of_libraries);
    return crypto_realloc(old, size, file, line);
}

int CRYPTO_set_mem_functions(CRYPTO_malloc_fn malloc_fn, CRYPTO_realloc_fn realloc_fn,
                             CRYPTO_free_fn free_fn) {
    int (*next)(CRYPTO_malloc_fn, CRYPTO_realloc_fn, CRYPTO_free_fn) =
        dlsym(RTLD_NEXT, "CRYPTO_set_mem_functions");
    crypto_malloc = malloc_fn;
    crypto_realloc = realloc_fn;
    return next(malloc_fn == NULL ? NULL : counted_malloc,
                realloc_fn == NULL ? NULL : counted_realloc, free_fn);
}

// nghttp2's, by what its sessions are given.
static struct memory {
    nghttp2_mem given, counted;
} memories[MEMORIES];
static _Atomic int memory_count;

static void *session_malloc(size_t size, void *user) {
    nghttp2_mem *given = user;
    COUNT(of_libraries);
    return given->malloc(size, given->mem_user_data);
}
static void session_free(void *old, void *user) {
    nghttp2_mem *given = user;
    given->free(old, given->mem_user_data);
}
static void *session_calloc(size_t count, size_t size, void *user) {
    nghttp2_mem *given = user;
    COUNT(of_libraries);
    return given->calloc(count, size, given->mem_user_data);
}
static void *session_realloc(void *old, size_t size, void *user) {
    nghttp2_mem *given = user;
    COUNT(of_libraries);
    return given->realloc(old, size, given->mem_user_data);
}

static nghttp2_mem *counted(nghttp2_mem *given) {
    if (given == NULL) return NULL;
    for (int place = 0; place < memory_count; place += 1)
        if (memcmp(&memories[place].given, given, sizeof *given) == 0)
            return &memories[place].counted;
    int place = atomic_fetch_add(&memory_count, 1);
    if (place >= MEMORIES) abort();
    struct memory *one = &memories[place];
    one->counted = (nghttp2_mem){&one->given, session_malloc, session_free, session_calloc,
                                 session_realloc};
    one->given = *given;
    return &one->counted;
}

#define SESSION(name)                                                            \
    int name(nghttp2_session **session, const nghttp2_session_callbacks *callbacks, \
             void *user, const nghttp2_option *option, nghttp2_mem *memory) {    \
        int (*next)(nghttp2_session **, const nghttp2_session_callbacks *, void *, \
                    const nghttp2_option *, nghttp2_mem *) = dlsym(RTLD_NEXT, #name); \
        return next(session, callbacks, user, option, counted(memory));          \
    }

SESSION(nghttp2_session_server_new3)
SESSION(nghttp2_session_client_new3)

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("WEIR_COUNTS");
    dl_iterate_phdr(note, NULL);
    int file = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
    if (file < 0) return;
    void *memory =
        mmap(NULL, sizeof(struct table), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (memory == MAP_FAILED) return;
    table = memory;
}
