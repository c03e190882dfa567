/* Lets a process live at another time: CLOCK_AHEAD_MS is added to what the wall clock says. Clocks that only
 * measure how long something takes stay as they are. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec *at) {
    int failed = (int)syscall(SYS_clock_gettime, clock, at);
    const char *ahead = getenv("CLOCK_AHEAD_MS");
    if (failed == 0 && clock == CLOCK_REALTIME && ahead) {
        long long ms = strtoll(ahead, NULL, 10);
        at->tv_sec += ms / 1000;
        at->tv_nsec += (ms % 1000) * 1000000;
        if (at->tv_nsec >= 1000000000) { at->tv_sec++; at->tv_nsec -= 1000000000; }
    }
    return failed;
}
