#include "guard.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct sigaction start[NSIG];
static sigset_t start_mask;
static struct sigaction before_exec[NSIG];
static sigset_t mask_before_exec;

/* Runs before main, so before anything in this process has changed a disposition, except that the
 * Swift runtime has put its crash handlers where SIG_DFL was; exec makes those SIG_DFL again. */
__attribute__((constructor)) static void record_start(void) {
    for (int signal = 1; signal < NSIG; signal++) sigaction(signal, NULL, &start[signal]);
    pthread_sigmask(SIG_SETMASK, NULL, &start_mask);
}

const struct sigaction *skein_guard_at_start(int signal) {
    return &start[signal];
}

int skein_guard_was_ignored(int signal) {
    return !(start[signal].sa_flags & SA_SIGINFO) && start[signal].sa_handler == SIG_IGN;
}

static void close_on_exec(int fd) {
    int flags = fcntl(fd, F_GETFD);
    if (flags >= 0 && !(flags & FD_CLOEXEC)) fcntl(fd, F_SETFD, flags | FD_CLOEXEC);
}

static void close_all_on_exec(void) {
#if defined(__linux__) && defined(SYS_close_range)
    enum { ON_EXEC = 4 }; /* CLOSE_RANGE_CLOEXEC, Linux 5.11 */
    if (syscall(SYS_close_range, 3u, ~0u, ON_EXEC) == 0) return;
#endif
    DIR *directory = opendir("/dev/fd");
    if (directory != NULL) {
        for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
            int fd = atoi(entry->d_name);
            if (fd > 2) close_on_exec(fd);
        }
        closedir(directory);
        return;
    }
    long limit = sysconf(_SC_OPEN_MAX);
    if (limit < 0 || limit > 65536) limit = 65536;
    for (int fd = 3; fd < limit; fd++) close_on_exec(fd);
}

void skein_guard_prepare_exec(void) {
    struct sigaction action;
    fflush(NULL);
    for (int signal = 1; signal < NSIG; signal++) {
        sigaction(signal, NULL, &before_exec[signal]);
        memset(&action, 0, sizeof action);
        action.sa_handler = skein_guard_was_ignored(signal) ? SIG_IGN : SIG_DFL;
        sigaction(signal, &action, NULL);
    }
    pthread_sigmask(SIG_SETMASK, &start_mask, &mask_before_exec);
    close_all_on_exec();
    skein_guard_clear_nonblocking();
}

void skein_guard_undo_exec(void) {
    for (int signal = 1; signal < NSIG; signal++) sigaction(signal, &before_exec[signal], NULL);
    pthread_sigmask(SIG_SETMASK, &mask_before_exec, NULL);
}
