/* Counts the syncs of a process: each one is a line in the file named by COUNT_SYNCS, "kind path".
 * Loaded before the C library, so that SQLite's own calls come by here. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static void note(const char *kind, int fd) {
    const char *log = getenv("COUNT_SYNCS");
    if (!log) return;
    char link[64], path[4096], line[4200];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    path[length < 0 ? 0 : length] = 0;
    int size = snprintf(line, sizeof line, "%s %s\n", kind, path);
    int out = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (out < 0) return;
    if (write(out, line, (size_t)size) != size) abort();
    close(out);
}

int fsync(int fd) {
    note("fsync", fd);
    return (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd) {
    note("fdatasync", fd);
    return (int)syscall(SYS_fdatasync, fd);
}
