#define _GNU_SOURCE 1
#include "CTestSupport.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

int support_open_pty(char *path, size_t size) {
    int window = posix_openpt(O_RDWR | O_NOCTTY);
    if (window < 0) return -1;
    fcntl(window, F_SETFD, FD_CLOEXEC);
    fcntl(window, F_SETFL, fcntl(window, F_GETFL) | O_NONBLOCK);
    const char *name = NULL;
    if (grantpt(window) == 0 && unlockpt(window) == 0) name = ptsname(window);
    if (name == NULL || strlen(name) >= size) {
        close(window);
        return -1;
    }
    strcpy(path, name);
    return window;
}

pid_t support_spawn(
    const char *terminal, const char *directory, char *const arguments[],
    char *const environment[]) {
    /* Closed by a successful exec; otherwise it brings back why there was none. */
    int failure[2], error = 0;
    if (pipe(failure) != 0) return -1;
    fcntl(failure[0], F_SETFD, FD_CLOEXEC);
    fcntl(failure[1], F_SETFD, FD_CLOEXEC);
    pid_t child = fork();
    if (child == 0) {
        for (int signal = 1; signal < NSIG; signal++) {
            struct sigaction action;
            memset(&action, 0, sizeof action);
            action.sa_handler = SIG_DFL;
            sigaction(signal, &action, NULL);
        }
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        setsid();
        int tty = open(terminal, O_RDWR);
        if (tty >= 0) {
            ioctl(tty, TIOCSCTTY, 0);
            for (int fd = 0; fd <= 2; fd++) dup2(tty, fd);
            for (int fd = 3; fd < 1024; fd++)
                if (fd != failure[1]) close(fd);
            if (directory == NULL || chdir(directory) == 0)
                execve(arguments[0], arguments, environment);
        }
        error = errno;
        ssize_t written = write(failure[1], &error, sizeof error);
        _exit(written > 0 ? 127 : 126);
    }
    close(failure[1]);
    if (child > 0 && read(failure[0], &error, sizeof error) == sizeof error) {
        close(failure[0]);
        errno = error;
        return -1;
    }
    close(failure[0]);
    return child;
}
