// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
//
// Sends a file with one nf_tables batch to the kernel in one system call and prints how many
// milliseconds that took. The kernel carries the batch out before the call returns.

#include <fcntl.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void fail(const char *what) {
  perror(what);
  exit(1);
}

int main(int argc, char **argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: %s FILE\n", argv[0]);
    return 2;
  }
  int file = open(argv[1], O_RDONLY);
  struct stat info;
  if (file < 0 || fstat(file, &info) < 0) fail(argv[1]);
  char *batch = malloc(info.st_size);
  if (!batch) fail("malloc");
  for (off_t done = 0; done < info.st_size;) {
    ssize_t count = read(file, batch + done, info.st_size - done);
    if (count <= 0) fail("read");
    done += count;
  }

  int netlink = socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER);
  if (netlink < 0) fail("socket");
  int room = 1 << 30;
  if (setsockopt(netlink, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room) < 0) fail("setsockopt");
  struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};

  struct timespec start, end;
  clock_gettime(CLOCK_MONOTONIC, &start);
  if (sendto(netlink, batch, info.st_size, 0, (struct sockaddr *)&kernel, sizeof kernel) < 0)
    fail("sendto");
  clock_gettime(CLOCK_MONOTONIC, &end);

  char answer[8192];
  ssize_t length;
  while ((length = recv(netlink, answer, sizeof answer, MSG_DONTWAIT)) > 0) {
    for (struct nlmsghdr *h = (struct nlmsghdr *)answer; NLMSG_OK(h, length); h = NLMSG_NEXT(h, length)) {
      int error = h->nlmsg_type == NLMSG_ERROR ? ((struct nlmsgerr *)NLMSG_DATA(h))->error : 0;
      if (error) {
        fprintf(stderr, "message %u: %s\n", h->nlmsg_seq, strerror(-error));
        return 1;
      }
    }
  }
  printf("%.3f\n", (end.tv_sec - start.tv_sec) * 1e3 + (end.tv_nsec - start.tv_nsec) / 1e6);
  return 0;
}
