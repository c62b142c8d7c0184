// Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
//
// Measures how long connections take to be made, or serves them.
//
//   connect serve PORT
//   connect ADDRESS SERVICES PORT CONNECTIONS SEED
//
// The second makes connections one after the other, each to one of SERVICES addresses that begin at
// ADDRESS, and prints the median and the mean of connect() in microseconds. Each is ended by a
// reset, so that no port is left waiting.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const int BACKLOG = 4096;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static int new_socket(void) {
  int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (made < 0) fail("socket");
  return made;
}

static int serve(int port) {
  int listener = new_socket();
  int on = 1;
  struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons(port)};
  if (setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0) fail("setsockopt");
  if (bind(listener, (struct sockaddr *)&any, sizeof any) < 0) fail("bind");
  if (listen(listener, BACKLOG) < 0) fail("listen");
  // A connection may be reset before it is accepted, which is no reason to end.
  for (int caller;;) {
    if ((caller = accept(listener, NULL, NULL)) >= 0) close(caller);
  }
  return 0;
}

static uint64_t next(uint64_t *state) {
  *state ^= *state << 13;
  *state ^= *state >> 7;
  *state ^= *state << 17;
  return *state;
}

static int ascending(const void *a, const void *b) {
  double left = *(const double *)a, right = *(const double *)b;
  return (left > right) - (left < right);
}

static double microseconds(struct timespec from, struct timespec to) {
  return (to.tv_sec - from.tv_sec) * 1e6 + (to.tv_nsec - from.tv_nsec) / 1e3;
}

int main(int argc, char **argv) {
  if (argc == 3 && strcmp(argv[1], "serve") == 0) return serve(atoi(argv[2]));
  struct in_addr first;
  if (argc != 6 || !inet_aton(argv[1], &first)) {
    fprintf(stderr, "usage: connect serve PORT | connect ADDRESS SERVICES PORT CONNECTIONS SEED\n");
    return 2;
  }
  uint32_t services = strtoul(argv[2], NULL, 10);
  int port = atoi(argv[3]);
  int connections = atoi(argv[4]);
  uint64_t state = strtoull(argv[5], NULL, 10) * 2654435761u + 88172645463325252u;
  double *took = calloc(connections, sizeof *took);
  if (!took || services == 0 || connections <= 0) fail("arguments");
  double sum = 0;
  for (int i = 0; i < connections; i++) {
    struct sockaddr_in service = {.sin_family = AF_INET, .sin_port = htons(port)};
    service.sin_addr.s_addr = htonl(ntohl(first.s_addr) + next(&state) % services);
    int caller = new_socket();
    struct linger reset = {.l_onoff = 1};
    if (setsockopt(caller, SOL_SOCKET, SO_LINGER, &reset, sizeof reset) < 0) fail("setsockopt");
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    if (connect(caller, (struct sockaddr *)&service, sizeof service) < 0) {
      fprintf(stderr, "%s: ", inet_ntoa(service.sin_addr));
      fail("connect");
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    close(caller);
    took[i] = microseconds(start, end);
    sum += took[i];
  }
  qsort(took, connections, sizeof *took, ascending);
  printf("%.3f %.3f\n", took[connections / 2], sum / connections);
  return 0;
}
