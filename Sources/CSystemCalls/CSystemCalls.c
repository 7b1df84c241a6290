#define _GNU_SOURCE
#include "CSystemCalls.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/syscall.h>
#else
#include <net/route.h>
#include <sys/un.h>
#endif

#define MOST_INHERITED 8

int skein_pidfd_open(pid_t pid) {
#if defined(__linux__) && defined(SYS_pidfd_open)
    return (int)syscall(SYS_pidfd_open, pid, 0);
#else
    (void)pid;
    errno = ENOSYS;
    return -1;
#endif
}

int skein_exchange_paths(const char *one, const char *other) {
#ifdef __linux__
    return renameat2(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE);
#else
    return renamex_np(one, other, RENAME_SWAP);
#endif
}

int skein_peer_uid(int fd, uid_t *uid) {
#ifdef __linux__
    struct ucred credentials;
    socklen_t length = sizeof credentials;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &length) != 0) return -1;
    *uid = credentials.uid;
    return 0;
#else
    gid_t group;
    return getpeereid(fd, uid, &group);
#endif
}

int skein_peer_pid(int fd, pid_t *pid) {
#ifdef __linux__
    struct ucred credentials;
    socklen_t length = sizeof credentials;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &length) != 0) return -1;
    *pid = credentials.pid;
    return 0;
#elif defined(LOCAL_PEERPID)
    socklen_t length = sizeof *pid;
    return getsockopt(fd, SOL_LOCAL, LOCAL_PEERPID, pid, &length);
#else
    (void)fd;
    (void)pid;
    errno = ENOSYS;
    return -1;
#endif
}

int skein_pidfd_terminate(int pidfd) {
#if defined(__linux__) && defined(SYS_pidfd_send_signal)
    return (int)syscall(SYS_pidfd_send_signal, pidfd, SIGTERM, NULL, 0);
#else
    (void)pidfd;
    errno = ENOSYS;
    return -1;
#endif
}

int skein_network_changes(void) {
#ifdef __linux__
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
    if (fd < 0) return -1;
    struct sockaddr_nl address = {0};
    address.nl_family = AF_NETLINK;
    address.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR
        | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE;
    if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    return fd;
#else
    int fd = socket(PF_ROUTE, SOCK_RAW, 0);
    if (fd < 0) return -1;
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    return fd;
#endif
}

int skein_drain(int fd) {
    char bytes[8192];
    int any = 0;
    // A bound: whatever floods it is read the next time.
    for (int i = 0; i < 64; i++) {
        ssize_t count = recv(fd, bytes, sizeof bytes, 0);
        if (count > 0 || (count < 0 && errno == ENOBUFS)) {
            any = 1;
        } else if (count < 0 && errno == EINTR) {
            continue;
        } else if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            break;
        } else {
            return -1;
        }
    }
    return any;
}

// What follows runs between fork(2) and execve(2) of a process with many threads: only calls of
// signal-safety(7) are made, and nothing is allocated.

static void close_from(int first) {
#if defined(__linux__) && defined(SYS_close_range)
    if (syscall(SYS_close_range, (unsigned)first, ~0U, 0U) == 0) return;
#endif
    long most = sysconf(_SC_OPEN_MAX);
    if (most < 0 || most > 65536) most = 65536;
    for (int fd = first; fd < most; fd++) close(fd);
}

static void default_signals(void) {
    struct sigaction action = {0};
    action.sa_handler = SIG_DFL;
    sigemptyset(&action.sa_mask);
    for (int number = 1; number < NSIG; number++) sigaction(number, &action, NULL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static void report_and_exit(int fd, int error) {
    char text[16];
    int at = sizeof text;
    text[--at] = '\n';
    do {
        text[--at] = (char)('0' + error % 10);
        error /= 10;
    } while (error > 0);
    text[--at] = 'X';
    ssize_t written = write(fd, text + at, sizeof text - (size_t)at);
    (void)written;
    _exit(127);
}

static void run(
    const char *path, char *const argv[], char *const envp[], const int *inherited, int count) {
    // First above the final places, so that no descriptor is overwritten before it is moved.
    int moved[MOST_INHERITED];
    for (int i = 0; i < count; i++) {
        moved[i] = fcntl(inherited[i], F_DUPFD, 3 + MOST_INHERITED);
        if (moved[i] < 0) _exit(127);
    }
    for (int i = 0; i < count; i++) {
        if (dup2(moved[i], 3 + i) < 0) _exit(127);
    }
    int null = open("/dev/null", O_RDWR);
    if (null < 0) report_and_exit(3, errno);
    for (int fd = 0; fd < 3; fd++) {
        if (null != fd && dup2(null, fd) < 0) report_and_exit(3, errno);
    }
    close_from(3 + count);
    if (chdir("/") != 0) report_and_exit(3, errno);
    execve(path, argv, envp);
    report_and_exit(3, errno);
}

int skein_spawn_detached(
    const char *path, char *const argv[], char *const envp[],
    const int *inherited, int inherited_count) {
    if (inherited_count < 1 || inherited_count > MOST_INHERITED) {
        errno = EINVAL;
        return -1;
    }
    // No handler of ours may run in the child before it has put the defaults back.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t child = fork();
    if (child == 0) {
        setsid();
        pid_t grandchild = fork();
        if (grandchild != 0) _exit(grandchild < 0 ? 1 : 0);
        default_signals();
        run(path, argv, envp, inherited, inherited_count);
    }
    int error = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (child < 0) {
        errno = error;
        return -1;
    }
    int status = 0;
    pid_t reaped;
    do {
        reaped = waitpid(child, &status, 0);
    } while (reaped < 0 && errno == EINTR);
    // Where SIGCHLD is ignored the kernel reaps by itself (ECHILD): the child is on its way.
    if (reaped == child && status != 0) {
        errno = EAGAIN;
        return -1;
    }
    return 0;
}
