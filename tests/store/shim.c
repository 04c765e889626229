/* A thin layer between a child process and its disk, loaded by LD_PRELOAD.
 *
 * SHIM_ROOT   only files below this folder are watched
 * SHIM_TRACE  every change, sync and name below the root is appended here, in the order in which it took effect,
 *             together with everything the child writes to its standard output
 * SHIM_FAULT  full-after=N   ENOSPC once N bytes have been written
 *             full-while=P   ENOSPC for every write to another file while the file P exists
 *             sync-fails=N   EIO from the N-th fdatasync on
 *             read-only      EROFS for every opening that could write
 *
 * A trace record is five little-endian u32 (kind, path length, second length, offset low, offset high), the path,
 * and the second part: the bytes written, or the new name.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { CREATE = 1, WRITE, TRUNCATE, FSYNC, FDATASYNC, RENAME, UNLINK, MKDIR, RMDIR, OUTPUT };
enum { FDS = 4096 };

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static char *paths[FDS];
static const char *root, *fault;
static int trace = -1;
static uint64_t written, synced;

#define REAL(name) static __typeof__(name) *real; if (!real) real = dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void begin(void) {
    root = getenv("SHIM_ROOT");
    fault = getenv("SHIM_FAULT");
    const char *path = getenv("SHIM_TRACE");
    int (*opener)(const char *, int, ...) = dlsym(RTLD_NEXT, "open");
    if (path) trace = opener(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

/* Whoever is at a call finishes it and its record; nobody begins another one. What ends a process by a signal is not
 * traced. */
__attribute__((destructor)) static void end(void) { pthread_mutex_lock(&turn); }

static int below(const char *path) { return root && path && !strncmp(path, root, strlen(root)); }
static const char *fault_of(const char *name) {
    return fault && !strncmp(fault, name, strlen(name)) ? fault + strlen(name) : NULL;
}
static const char *path_of(int fd) { return fd >= 0 && fd < FDS ? paths[fd] : NULL; }

static void note(uint32_t kind, const char *path, const void *second, size_t length, uint64_t offset) {
    if (trace < 0) return;
    int saved = errno;
    uint32_t head[5] = {kind, (uint32_t)strlen(path), (uint32_t)length, (uint32_t)offset, (uint32_t)(offset >> 32)};
    struct iovec parts[3] = {{head, sizeof head}, {(void *)path, head[1]}, {(void *)second, length}};
    ssize_t wanted = (ssize_t)(sizeof head + head[1] + length);
    if (writev(trace, parts, 3) != wanted) abort();
    errno = saved;
}

static int refuses_write(const char *path, size_t length) {
    const char *value;
    written += length;
    if ((value = fault_of("full-after=")) && written > strtoull(value, NULL, 10)) return 1;
    if ((value = fault_of("full-while=")) && strcmp(value, path) && !access(value, F_OK)) return 1;
    return 0;
}

static int opened(int fd, const char *path, int existed, int flags) {
    if (fd < 0 || fd >= FDS) return fd;
    free(paths[fd]);
    paths[fd] = strdup(path);
    if (!existed) note(CREATE, path, "", 0, 0);
    if (flags & O_TRUNC) note(TRUNCATE, path, "", 0, 0);
    return fd;
}

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        REAL(name); \
        va_list more; va_start(more, flags); mode_t mode = va_arg(more, mode_t); va_end(more); \
        if (!below(path)) return real(path, flags, mode); \
        if (fault_of("read-only") && (flags & (O_WRONLY | O_RDWR | O_CREAT))) { errno = EROFS; return -1; } \
        pthread_mutex_lock(&turn); \
        int existed = !access(path, F_OK); \
        int fd = opened(real(path, flags, mode), path, existed, flags); \
        pthread_mutex_unlock(&turn); \
        return fd; \
    }
OPEN(open)
OPEN(open64)

int close(int fd) {
    REAL(close);
    pthread_mutex_lock(&turn);
    if (fd >= 0 && fd < FDS) { free(paths[fd]); paths[fd] = NULL; }
    int result = real(fd);
    pthread_mutex_unlock(&turn);
    return result;
}

ssize_t write(int fd, const void *bytes, size_t length) {
    REAL(write);
    const char *path = path_of(fd);
    if (fd != 1 && !path) return real(fd, bytes, length);
    pthread_mutex_lock(&turn);
    ssize_t done = -1;
    if (path && refuses_write(path, length)) errno = ENOSPC;
    else {
        uint64_t offset = path ? (uint64_t)lseek(fd, 0, SEEK_CUR) : 0;
        done = real(fd, bytes, length);
        if (done > 0) note(path ? WRITE : OUTPUT, path ? path : "", bytes, (size_t)done, offset);
    }
    pthread_mutex_unlock(&turn);
    return done;
}

#define PWRITE(name, type) \
    ssize_t name(int fd, const void *bytes, size_t length, type offset) { \
        REAL(name); \
        const char *path = path_of(fd); \
        if (!path) return real(fd, bytes, length, offset); \
        pthread_mutex_lock(&turn); \
        ssize_t done = -1; \
        if (refuses_write(path, length)) errno = ENOSPC; \
        else if ((done = real(fd, bytes, length, offset)) > 0) note(WRITE, path, bytes, (size_t)done, (uint64_t)offset); \
        pthread_mutex_unlock(&turn); \
        return done; \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

/* What copies inside the kernel cannot be watched: the caller then reads and writes. */
ssize_t copy_file_range(int from, off64_t *at, int to, off64_t *there, size_t length, unsigned flags) {
    REAL(copy_file_range);
    if (!path_of(to)) return real(from, at, to, there, length, flags);
    errno = ENOSYS;
    return -1;
}

#define SENDFILE(name, type) \
    ssize_t name(int to, int from, type *at, size_t length) { \
        REAL(name); \
        if (!path_of(to)) return real(to, from, at, length); \
        errno = ENOSYS; \
        return -1; \
    }
SENDFILE(sendfile, off_t)
SENDFILE(sendfile64, off64_t)

#define FTRUNCATE(name, type) \
    int name(int fd, type length) { \
        REAL(name); \
        const char *path = path_of(fd); \
        pthread_mutex_lock(&turn); \
        int result = real(fd, length); \
        if (!result && path) note(TRUNCATE, path, "", 0, (uint64_t)length); \
        pthread_mutex_unlock(&turn); \
        return result; \
    }
FTRUNCATE(ftruncate, off_t)
FTRUNCATE(ftruncate64, off64_t)

#define SYNC(name, kind) \
    int name(int fd) { \
        REAL(name); \
        const char *path = path_of(fd), *value = fault_of("sync-fails="); \
        pthread_mutex_lock(&turn); \
        int result = -1; \
        if (path && kind == FDATASYNC && value && ++synced >= strtoull(value, NULL, 10)) errno = EIO; \
        else if (!(result = real(fd)) && path) note(kind, path, "", 0, 0); \
        pthread_mutex_unlock(&turn); \
        return result; \
    }
SYNC(fsync, FSYNC)
SYNC(fdatasync, FDATASYNC)

int rename(const char *from, const char *to) {
    REAL(rename);
    pthread_mutex_lock(&turn);
    int result = real(from, to);
    if (!result && below(from)) note(RENAME, from, to, strlen(to), 0);
    pthread_mutex_unlock(&turn);
    return result;
}

#define NAMED(name, kind) \
    int name(const char *path) { \
        REAL(name); \
        pthread_mutex_lock(&turn); \
        int result = real(path); \
        if (!result && below(path)) note(kind, path, "", 0, 0); \
        pthread_mutex_unlock(&turn); \
        return result; \
    }
NAMED(unlink, UNLINK)
NAMED(rmdir, RMDIR)

int mkdir(const char *path, mode_t mode) {
    REAL(mkdir);
    pthread_mutex_lock(&turn);
    int result = real(path, mode);
    if (!result && below(path)) note(MKDIR, path, "", 0, 0);
    pthread_mutex_unlock(&turn);
    return result;
}
