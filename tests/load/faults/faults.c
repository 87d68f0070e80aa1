/* Stands between the studio and its C library, and lets calls fail that a test names.
 *
 * STUDIO_FAULTS names a folder. A file in it arms the fault of its name; the file's text is the folder whose files are
 * concerned, without a line break at its end:
 *
 *   fsync     the next sync fails with EIO; the file is removed, so that it is one
 *   full      writing, and making files, fails with ENOSPC
 *   readonly  writing, and opening for it, fails with EROFS
 *   clock     its text is the number of seconds by which the clock of the day is off
 *
 * Every sync adds "<inode> <bytes>" to the file `synced` there: what is safe from a loss of power. A file that was just
 * made adds "<inode> 0". */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define LONGEST 4096

static int place(char *path, const char *name) {
    const char *folder = getenv("STUDIO_FAULTS");
    return folder && snprintf(path, LONGEST, "%s/%s", folder, name) < LONGEST;
}

/* Reads the text of an armed fault; its length, 0 where it is not armed. */
static int armed(const char *name, char *text) {
    char path[LONGEST];
    int saved = errno, length = 0;
    if (place(path, name)) {
        long fd = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
        if (fd >= 0) {
            length = syscall(SYS_read, fd, text, LONGEST - 1);
            syscall(SYS_close, fd);
        }
    }
    errno = saved;
    if (length <= 0) return 0;
    text[length] = 0;
    return length;
}

static int concerns(const char *name, int fd) {
    char folder[LONGEST], link[64], path[LONGEST];
    int length = armed(name, folder);
    if (!length) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    int got = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path);
    return got >= length && memcmp(path, folder, length) == 0;
}

/* Why a file may not be written now; 0 where it may. */
static int refusal(int fd) {
    return concerns("full", fd) ? ENOSPC : concerns("readonly", fd) ? EROFS : 0;
}

/* Opened at the start, and kept: a sync must be noted also while there are no descriptors left. */
static long synced = -1;

__attribute__((constructor)) static void begin(void) {
    char path[LONGEST];
    if (place(path, "synced"))
        synced = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

static void keep(const struct stat *file) {
    char line[64];
    int saved = errno;
    if (S_ISREG(file->st_mode) && synced >= 0) {
        unsigned long inode = file->st_ino, bytes = file->st_size;
        syscall(SYS_write, synced, line, snprintf(line, sizeof line, "%lu %lu\n", inode, bytes));
    }
    errno = saved;
}

static int sync_by(long call, int fd) {
    char path[LONGEST];
    struct stat before;
    int fails = concerns("fsync", fd) && place(path, "fsync") && syscall(SYS_unlinkat, AT_FDCWD, path, 0) == 0;
    int refused = fails ? EIO : refusal(fd);
    if (refused) {
        errno = refused;
        return -1;
    }
    /* Looked at before: what is added while the sync runs need not be part of it. */
    int known = fstat(fd, &before) == 0;
    int result = syscall(call, fd);
    if (result == 0 && known) keep(&before);
    return result;
}

int fsync(int fd) { return sync_by(SYS_fsync, fd); }
int fdatasync(int fd) { return sync_by(SYS_fdatasync, fd); }

#define UNLESS_REFUSED(fd, call)        \
    int refused = refusal(fd);          \
    if (refused) {                      \
        errno = refused;                \
        return -1;                      \
    }                                   \
    return call

ssize_t write(int fd, const void *bytes, size_t count) { UNLESS_REFUSED(fd, syscall(SYS_write, fd, bytes, count)); }
ssize_t writev(int fd, const struct iovec *parts, int count) { UNLESS_REFUSED(fd, syscall(SYS_writev, fd, parts, count)); }
ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
    UNLESS_REFUSED(fd, syscall(SYS_pwrite64, fd, bytes, count, at));
}
int ftruncate64(int fd, off64_t length) { UNLESS_REFUSED(fd, syscall(SYS_ftruncate, fd, length)); }

static int open_at(int folder, const char *path, int flags, mode_t mode) {
    struct stat file;
    int fd = syscall(SYS_openat, folder, path, flags, mode);
    if (fd < 0) return fd;
    int writes = (flags & O_ACCMODE) != O_RDONLY;
    int is_new = (flags & (O_CREAT | O_TRUNC)) && fstat(fd, &file) == 0 && file.st_size == 0;
    int refused = writes && concerns("readonly", fd) ? EROFS : is_new && concerns("full", fd) ? ENOSPC : 0;
    if (refused) {
        syscall(SYS_close, fd);
        errno = refused;
        return -1;
    }
    if (is_new) keep(&file);
    return fd;
}

#define OPEN(name, folder, ...)                             \
    int name(__VA_ARGS__, int flags, ...) {                 \
        mode_t mode = 0;                                    \
        if (flags & (O_CREAT | O_TMPFILE)) {                \
            va_list rest;                                   \
            va_start(rest, flags);                          \
            mode = va_arg(rest, mode_t);                    \
            va_end(rest);                                   \
        }                                                   \
        return open_at(folder, path, flags, mode);          \
    }

OPEN(open, AT_FDCWD, const char *path)
OPEN(open64, AT_FDCWD, const char *path)
OPEN(openat, folder, int folder, const char *path)
OPEN(openat64, folder, int folder, const char *path)

int clock_gettime(clockid_t clock, struct timespec *time) {
    char text[LONGEST];
    int result = syscall(SYS_clock_gettime, clock, time);
    if (result == 0 && clock == CLOCK_REALTIME && armed("clock", text)) time->tv_sec += atol(text);
    return result;
}
