/* Stands between the studio and its C library, and lets calls fail that a test names.
 *
 * STUDIO_FAULTS names a folder. A file in it arms the fault of its name; the file's text is the folder whose files are
 * concerned, without a line break at its end:
 *
 *   fsync     the next sync fails with EIO; the file is removed, so that it is one
 *   hang      a sync does not return as long as the fault stands
 *   full      writing, emptying files, and making or renaming them fails with ENOSPC, before anything is done; the first write
 *             of a process takes half of what it is given. Removing succeeds
 *   readonly  writing, opening for it, and every change of a name fails with EROFS, before anything is done
 *   clock     its text is the number of seconds by which the clock of the day is off
 *   stall     its text is the name of threads, which make no headway when they next ask for the time
 *
 * Each time that a fault happens, and whenever the clock is found to be off by another number than before, one byte is added to the
 * file `happened` there.
 *
 * Every sync adds "<inode> <bytes>" to the file `synced` there: what is safe from a loss of power. A file that was just
 * made adds "<inode> 0".
 *
 * Every change of a name adds a line to the file `names` there, fields apart by tabs:
 *
 *   c path           a file was made, or a link to one       m path   a folder was made
 *   r old new kept   renamed                                 x path   a folder was removed
 *   d path kept      a file's name was removed
 *   b thread path    a sync of a folder begins               s thread path   and has succeeded
 *
 * `kept` is another name, in the folder `kept`, of the file whose name was removed or taken by another; empty where there was none. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
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

/* Opened at the start, and kept: what happens must be noted also while there are no descriptors left. */
static long synced = -1, happened = -1, names = -1;

static long note(const char *name) {
    char path[LONGEST];
    if (!place(path, name)) return -1;
    return syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

__attribute__((constructor)) static void begin(void) {
    synced = note("synced");
    happened = note("happened");
    names = note("names");
}

static void happens(void) {
    int saved = errno;
    if (happened >= 0) syscall(SYS_write, happened, ".", 1);
    errno = saved;
}

static void tell(const char *what, const char *first, const char *second, const char *third) {
    static __thread char line[3 * LONGEST + 32];
    int saved = errno;
    int length = snprintf(line, sizeof line, "%s\t%s\t%s\t%s\n", what, first, second, third);
    if (names >= 0 && length < (int)sizeof line) syscall(SYS_write, names, line, length);
    errno = saved;
}

/* The whole path of a name below a folder that is open; 0 where there is none. */
static int whole(int folder, const char *name, char *path) {
    char link[64], base[LONGEST];
    if (name[0] == '/') return snprintf(path, LONGEST, "%s", name) < LONGEST;
    if (folder == AT_FDCWD)
        snprintf(link, sizeof link, "/proc/self/cwd");
    else
        snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
    int got = syscall(SYS_readlinkat, AT_FDCWD, link, base, sizeof base - 1);
    if (got <= 0) return 0;
    base[got] = 0;
    if (strcmp(name, ".") == 0) return snprintf(path, LONGEST, "%s", base) < LONGEST;
    return snprintf(path, LONGEST, "%s/%s", base, name) < LONGEST;
}

static int exists(const char *path) { return syscall(SYS_faccessat, AT_FDCWD, path, F_OK) == 0; }

/* Gives a file another name, which it keeps when it loses this one. */
static void keep_name(const char *path, char *kept) {
    static long number;
    char name[64];
    int saved = errno;
    kept[0] = 0;
    snprintf(name, sizeof name, "kept/%d.%ld", (int)getpid(), __atomic_add_fetch(&number, 1, __ATOMIC_RELAXED));
    if (!place(kept, name) || syscall(SYS_linkat, AT_FDCWD, path, AT_FDCWD, kept, 0) != 0) kept[0] = 0;
    errno = saved;
}

static void forget_kept(const char *kept) {
    int saved = errno;
    if (kept[0]) syscall(SYS_unlinkat, AT_FDCWD, kept, 0);
    errno = saved;
}

/* Whether a fault is armed for a folder that this path is in. */
static int concerns_path(const char *name, const char *path, int got) {
    char folder[LONGEST];
    int length = armed(name, folder);
    return length && got >= length && memcmp(path, folder, length) == 0;
}

static int concerns(const char *name, int fd) {
    char link[64], path[LONGEST];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    int saved = errno, got = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path);
    errno = saved;
    return concerns_path(name, path, got);
}

/* Why a file may not be written now; 0 where it may. */
static int refusal(int fd) {
    return concerns("full", fd) ? ENOSPC : concerns("readonly", fd) ? EROFS : 0;
}

static int fails_with(int refused) {
    happens();
    errno = refused;
    return -1;
}

/* Why nothing may be done to a name, or nothing made there where `makes`; 0 where it may. What is only removed needs no room. */
static int refusal_at(int folder, const char *name, int makes) {
    char path[LONGEST];
    if (!whole(folder, name, path)) return 0;
    int length = strlen(path);
    if (makes && concerns_path("full", path, length)) return ENOSPC;
    return concerns_path("readonly", path, length) ? EROFS : 0;
}

/* How much a disk that is full still takes of so many bytes: half of the first write since it was armed, nothing after it. */
static size_t room(size_t count) {
    static long long before;
    char path[LONGEST];
    struct stat file;
    if (count < 2 || !place(path, "full") || syscall(SYS_newfstatat, AT_FDCWD, path, &file, 0) != 0) return 0;
    long long armed_at = file.st_mtim.tv_sec * 1000000000LL + file.st_mtim.tv_nsec;
    return __atomic_exchange_n(&before, armed_at, __ATOMIC_RELAXED) == armed_at ? 0 : count / 2;
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

/* Holds a sync for as long as the fault stands. */
static void hang(int fd) {
    struct timespec pause = {0, 10 * 1000 * 1000};
    if (!concerns("hang", fd)) return;
    happens();
    while (concerns("hang", fd)) syscall(SYS_nanosleep, &pause, NULL);
}

static int sync_by(long call, int fd) {
    char path[LONGEST];
    struct stat before;
    hang(fd);
    int fails = concerns("fsync", fd) && place(path, "fsync") && syscall(SYS_unlinkat, AT_FDCWD, path, 0) == 0;
    int refused = fails ? EIO : refusal(fd);
    if (refused) return fails_with(refused);
    /* Looked at before: what is added while the sync runs need not be part of it. */
    int known = fstat(fd, &before) == 0;
    int is_folder = known && S_ISDIR(before.st_mode) && whole(fd, ".", path);
    char thread[32];
    snprintf(thread, sizeof thread, "%ld", (long)syscall(SYS_gettid));
    if (is_folder) tell("b", thread, path, "");
    int result = syscall(call, fd);
    if (result == 0 && is_folder) tell("s", thread, path, "");
    if (result == 0 && known) keep(&before);
    return result;
}

int fsync(int fd) { return sync_by(SYS_fsync, fd); }
int fdatasync(int fd) { return sync_by(SYS_fdatasync, fd); }

/* How much of a write of so many bytes is done: all of it, a part, or -1 for nothing. */
static ssize_t taken(int fd, size_t count) {
    int refused = refusal(fd);
    size_t part = refused == ENOSPC ? room(count) : 0;
    if (!refused) return count;
    if (!part) return fails_with(refused);
    happens();
    return part;
}

ssize_t write(int fd, const void *bytes, size_t count) {
    ssize_t part = taken(fd, count);
    return part < 0 ? part : syscall(SYS_write, fd, bytes, part);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    size_t first = count > 0 ? parts[0].iov_len : 0;
    ssize_t part = taken(fd, first);
    if (part < 0) return part;
    return (size_t)part < first ? syscall(SYS_write, fd, parts[0].iov_base, part) : syscall(SYS_writev, fd, parts, count);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
    ssize_t part = taken(fd, count);
    return part < 0 ? part : syscall(SYS_pwrite64, fd, bytes, part, at);
}
ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) { return pwrite64(fd, bytes, count, at); }

int ftruncate64(int fd, off64_t length) {
    int refused = refusal(fd);
    return refused ? fails_with(refused) : syscall(SYS_ftruncate, fd, length);
}
int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

int truncate64(const char *path, off64_t length) {
    int refused = refusal_at(AT_FDCWD, path, 1);
    return refused ? fails_with(refused) : syscall(SYS_truncate, path, length);
}
int truncate(const char *path, off_t length) { return truncate64(path, length); }

static int open_at(int folder, const char *path, int flags, mode_t mode) {
    struct stat file;
    char made[LONGEST];
    int makes = (flags & O_CREAT) && whole(folder, path, made) && !exists(made);
    int changes = makes || (flags & O_TRUNC) || (flags & O_ACCMODE) != O_RDONLY;
    int refused = changes ? refusal_at(folder, path, makes || (flags & O_TRUNC)) : 0;
    if (refused) return fails_with(refused);
    int fd = syscall(SYS_openat, folder, path, flags, mode);
    if (fd < 0) return fd;
    if (makes) tell("c", made, "", "");
    if ((flags & (O_CREAT | O_TRUNC)) && fstat(fd, &file) == 0 && file.st_size == 0) keep(&file);
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

static int rename_at(int from, const char *old, int to, const char *new, unsigned flags) {
    char old_path[LONGEST], new_path[LONGEST], kept[LONGEST] = "";
    int refused = refusal_at(to, new, 1);
    if (!refused) refused = refusal_at(from, old, 0);
    if (refused) return fails_with(refused);
    int known = whole(from, old, old_path) && whole(to, new, new_path);
    if (known) keep_name(new_path, kept);
    int result = syscall(SYS_renameat2, from, old, to, new, flags);
    if (result == 0 && known)
        tell("r", old_path, new_path, kept);
    else
        forget_kept(kept);
    return result;
}

int rename(const char *old, const char *new) { return rename_at(AT_FDCWD, old, AT_FDCWD, new, 0); }
int renameat(int from, const char *old, int to, const char *new) { return rename_at(from, old, to, new, 0); }
int renameat2(int from, const char *old, int to, const char *new, unsigned flags) {
    return rename_at(from, old, to, new, flags);
}

int unlinkat(int folder, const char *name, int flags) {
    char path[LONGEST], kept[LONGEST] = "";
    int refused = refusal_at(folder, name, 0);
    if (refused) return fails_with(refused);
    int known = whole(folder, name, path);
    if (known && !(flags & AT_REMOVEDIR)) keep_name(path, kept);
    int result = syscall(SYS_unlinkat, folder, name, flags);
    if (result == 0 && known)
        tell(flags & AT_REMOVEDIR ? "x" : "d", path, kept, "");
    else
        forget_kept(kept);
    return result;
}

int unlink(const char *name) { return unlinkat(AT_FDCWD, name, 0); }
int rmdir(const char *name) { return unlinkat(AT_FDCWD, name, AT_REMOVEDIR); }

int mkdirat(int folder, const char *name, mode_t mode) {
    char path[LONGEST];
    int refused = refusal_at(folder, name, 1);
    if (refused) return fails_with(refused);
    int result = syscall(SYS_mkdirat, folder, name, mode);
    if (result == 0 && whole(folder, name, path)) tell("m", path, "", "");
    return result;
}

int mkdir(const char *name, mode_t mode) { return mkdirat(AT_FDCWD, name, mode); }

int linkat(int from, const char *old, int to, const char *new, int flags) {
    char path[LONGEST];
    int refused = refusal_at(to, new, 1);
    if (refused) return fails_with(refused);
    int result = syscall(SYS_linkat, from, old, to, new, flags);
    if (result == 0 && whole(to, new, path)) tell("c", path, "", "");
    return result;
}

int link(const char *old, const char *new) { return linkat(AT_FDCWD, old, AT_FDCWD, new, 0); }

static int is_named(const char *wanted) {
    char name[16];
    return prctl(PR_GET_NAME, name) == 0 && strcmp(name, wanted) == 0;
}

/* Holds a thread for as long as the fault stands. */
static void stall(void) {
    char text[LONGEST];
    struct timespec pause = {0, 10 * 1000 * 1000};
    if (!armed("stall", text) || !is_named(text)) return;
    happens();
    while (armed("stall", text) && is_named(text)) syscall(SYS_nanosleep, &pause, NULL);
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    static long before;
    char text[LONGEST];
    stall();
    int result = syscall(SYS_clock_gettime, clock, time);
    if (result == 0 && clock == CLOCK_REALTIME && armed("clock", text)) {
        long off = atol(text);
        time->tv_sec += off;
        if (__atomic_exchange_n(&before, off, __ATOMIC_RELAXED) != off) happens();
    }
    return result;
}
