// Counts what a process asks of the allocator and of Swift's reference counting, thread by
// thread, in a file that another process maps: built by perf/bench, loaded with LD_PRELOAD.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { THREADS = 256 };

struct counts {
    _Atomic uint64_t thread, mallocs, frees, retains, releases, unused[3];
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

void *malloc(size_t size) {
    COUNT(mallocs);
    return __libc_malloc(size);
}
void *calloc(size_t count, size_t size) {
    COUNT(mallocs);
    return __libc_calloc(count, size);
}
void *realloc(void *old, size_t size) {
    COUNT(mallocs);
    return __libc_realloc(old, size);
}
void *memalign(size_t alignment, size_t size) {
    COUNT(mallocs);
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

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("WEIR_COUNTS");
    int file = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
    if (file < 0) return;
    void *memory =
        mmap(NULL, sizeof(struct table), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (memory == MAP_FAILED) return;
    table = memory;
}
