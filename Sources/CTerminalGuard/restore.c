#include "guard.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

enum { HELD = 1, SHOWN = 2 };

static atomic_int state;
static int tty = -1;
static int drawing = -1;
static int nowhere = -1;
static struct termios saved;
static uint8_t reset[SKEIN_GUARD_RESET_MAX];
static size_t reset_length;

static void restore_at_exit(void) {
    skein_guard_restore();
}

int skein_guard_hold(int fd) {
    static atomic_flag registered = ATOMIC_FLAG_INIT;
    if (atomic_load(&state) != 0) {
        errno = EBUSY;
        return -1;
    }
    if (tcgetattr(fd, &saved) != 0) return -1;
    if (nowhere < 0 && (nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC)) < 0) return -1;
    if (tty >= 0) close(tty);
    if ((tty = fcntl(fd, F_DUPFD_CLOEXEC, 3)) < 0) return -1;
    if ((drawing = fcntl(fd, F_DUPFD_CLOEXEC, 3)) < 0) return -1;
    /* For an exit(3) somewhere that forgot the one way out. */
    if (!atomic_flag_test_and_set(&registered)) atexit(restore_at_exit);
    reset_length = 0;
    atomic_store(&state, HELD);
    return drawing;
}

/* Standard error as it was, and the end to read of the pipe that is in its place. */
static int error_before = -1;
static int kept_back = -1;

static void keep_back_errors(void) {
    struct stat error, terminal;
    int ends[2];
    if (fstat(STDERR_FILENO, &error) != 0 || fstat(tty, &terminal) != 0) return;
    if (!S_ISCHR(error.st_mode) || error.st_rdev != terminal.st_rdev) return;
    if (pipe(ends) != 0) return;
    for (int i = 0; i < 2; i++) {
        fcntl(ends[i], F_SETFD, FD_CLOEXEC);
        /* What does not fit is lost; nobody waits for room. */
        fcntl(ends[i], F_SETFL, O_NONBLOCK);
    }
    error_before = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    if (error_before >= 0 && dup2(ends[1], STDERR_FILENO) >= 0) {
        kept_back = ends[0];
    } else {
        close(ends[0]);
    }
    close(ends[1]);
}

int skein_guard_show(const uint8_t *bytes, size_t length) {
    if (length > sizeof reset) return EMSGSIZE;
    memcpy(reset, bytes, length);
    reset_length = length;
    if (!(atomic_fetch_or(&state, SHOWN) & SHOWN)) keep_back_errors();
    return 0;
}

static void write_all(int fd, const uint8_t *bytes, size_t length) {
    while (length > 0) {
        ssize_t written = write(fd, bytes, length);
        if (written > 0) {
            bytes += written;
            length -= (size_t)written;
        } else if (errno != EINTR) {
            return;
        }
    }
}

void skein_guard_clear_nonblocking(void) {
    for (int fd = 0; fd <= 2; fd++) {
        int flags = fcntl(fd, F_GETFL);
        if (flags >= 0 && (flags & O_NONBLOCK)) fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
    }
}

static void write_kept_back(void) {
    uint8_t buffer[512];
    ssize_t count;
    while ((count = read(kept_back, buffer, sizeof buffer)) > 0)
        write_all(STDERR_FILENO, buffer, (size_t)count);
    close(kept_back);
    close(error_before);
    kept_back = error_before = -1;
}

int skein_guard_restore(void) {
    int error = errno;
    int was = atomic_exchange(&state, 0);
    if (was == 0) return 0;

    /* Without this, writing or setting from the background would stop us instead of ending us. */
    sigset_t background, mask;
    sigemptyset(&background);
    sigaddset(&background, SIGTTOU);
    pthread_sigmask(SIG_BLOCK, &background, &mask);

    if (kept_back >= 0) dup2(error_before, STDERR_FILENO);
    skein_guard_clear_nonblocking();
    dup2(nowhere, drawing);
    if (was & SHOWN) write_all(tty, reset, reset_length);
    if (skein_guard_in_foreground(tty)) {
        while (tcsetattr(tty, TCSADRAIN, &saved) != 0 && errno == EINTR) {}
    }
    if (kept_back >= 0) write_kept_back();

    pthread_sigmask(SIG_SETMASK, &mask, NULL);
    errno = error;
    return 1;
}
