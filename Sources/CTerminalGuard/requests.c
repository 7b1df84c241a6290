#include "guard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static const int requests[] = {SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGCONT, SIGWINCH};
enum { REQUESTS = sizeof requests / sizeof requests[0], PATIENCE = 2000 };

static int pipe_ends[2] = {-1, -1};
/* Milliseconds of the monotonic clock at which the oldest unanswered request to end came, or 0. */
static atomic_long unanswered;

static long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (long)time.tv_sec * 1000 + time.tv_nsec / 1000000 + 1;
}

static void note(int signal) {
    int error = errno;
    if (signal == SIGINT || signal == SIGTERM || signal == SIGHUP) {
        long first = 0, time = now();
        if (!atomic_compare_exchange_strong(&unanswered, &first, time) && time - first >= PATIENCE)
            skein_guard_die(signal);
    }
    uint8_t byte = (uint8_t)signal;
    /* A full pipe holds thousands of requests nobody has looked at: one more says nothing new. */
    ssize_t ignored = write(pipe_ends[1], &byte, 1);
    (void)ignored;
    errno = error;
}

/* Ignores `signal`, which also discards it where it is pending, blocked or not. */
static void ignore(int signal) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_IGN;
    sigaction(signal, &action, NULL);
}

int skein_guard_catch_requests(void) {
    if (pipe_ends[0] < 0) {
        if (pipe(pipe_ends) != 0) return -1;
        for (int i = 0; i < 2; i++) {
            fcntl(pipe_ends[i], F_SETFD, FD_CLOEXEC);
            fcntl(pipe_ends[i], F_SETFL, O_NONBLOCK);
        }
    }
    skein_guard_answer();
    /* The one that brought us here may still be pending in a thread that blocks it. */
    ignore(SIGCONT);
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = note;
    action.sa_flags = SA_RESTART | SA_ONSTACK;
    sigfillset(&action.sa_mask);
    for (int i = 0; i < REQUESTS; i++) {
        int signal = requests[i];
        if (signal != SIGCONT && signal != SIGWINCH && skein_guard_was_ignored(signal)) continue;
        sigaction(signal, &action, NULL);
    }
    return pipe_ends[0];
}

void skein_guard_release_requests(void) {
    for (int i = 0; i < REQUESTS; i++)
        sigaction(requests[i], skein_guard_at_start(requests[i]), NULL);
}

void skein_guard_answer(void) {
    atomic_store(&unanswered, 0);
}

void skein_guard_stop(void) {
    struct sigaction before;
    sigaction(SIGTSTP, NULL, &before);
    /* The others first. A signal to a whole process may stop it by another of its threads, a moment
     * after kill returned here; one to this thread stops it now. */
    ignore(SIGTSTP);
    kill(0, SIGTSTP);
    /* Where a thread has it blocked it is pending in spite of being ignored, and would stop us a
     * second time. Ignoring it once more discards it. */
    ignore(SIGTSTP);
    skein_guard_default(SIGTSTP);
    raise(SIGTSTP);
    sigaction(SIGTSTP, &before, NULL);
}

int skein_guard_in_foreground(int tty) {
    pid_t front = tcgetpgrp(tty);
    return front == getpgrp() || (front < 0 && errno == ENOTTY);
}

int skein_guard_come_forward(int tty) {
    enum { MOMENT = 10, MOMENTS = 10 };
    struct sigaction before;
    sigset_t mask;
    int error = 0, waited = 0;
    if (skein_guard_in_foreground(tty)) return 0;
    sigaction(SIGTTOU, NULL, &before);
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    if (!skein_guard_was_ignored(SIGTTOU)) skein_guard_default(SIGTTOU);
    while (!skein_guard_in_foreground(tty)) {
        /* A shell may continue us a moment before it gives us the terminal. */
        if (waited++ < MOMENTS) {
            poll(NULL, 0, MOMENT);
            continue;
        }
        /* From the background this stops the process group (POSIX, 11.1.4), and in an orphaned one
         * it fails; where it does neither, SIGTTOU is ignored and waiting would be spinning. */
        if (tcdrain(tty) != 0) {
            if (errno == EINTR) continue;
            error = errno;
            break;
        }
        if (!skein_guard_in_foreground(tty)) {
            error = EPERM;
            break;
        }
    }
    sigaction(SIGTTOU, &before, NULL);
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
    return error;
}
