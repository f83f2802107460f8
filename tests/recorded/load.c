/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * load.c - traffic of known shape: TCP and UDP senders and readers, requests and responses.
 *
 * Every process ends by itself 2 s after -t at the latest, and with its parent.
 * Build: cc -O2 -o load load.c
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char usage[] =
	"usage: load tcp-read|udp-read|answer PORT [options]\n"
	"       load tcp-send|udp-send|ask IP PORT [options]\n"
	"  -c CPU[,CPU]  run there; several flows take turns\n"
	"  -f FLOWS      so many at once, on PORT and the ports after it (default 1)\n"
	"  -t MS         end after so long (default 10000)\n"
	"  -r RATE       send: Mbit/s with TCP, packets/s with UDP; 0 (default): what is possible\n"
	"  -s SIZE       bytes of a write or read or message; imix: 18, 534, 1472 as 7:4:1\n"
	"  -b BYTES      read: SO_RCVBUF\n"
	"  -n NUMBER     read: so many bytes (UDP: packets), then sleep ...\n"
	"  -w USEC       ... for so long\n";

/* struct options - what the command line says */
static struct options {
	const char *ip;
	int port, flows, cpus[8], nr_cpus, rcvbuf, nap_us;
	long ms, size, burst;
	double rate;
} opt = {.flows = 1, .ms = 10000, .burst = 1L << 40};

static char buf[1 << 17];

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static void sleep_ns(uint64_t ns)
{
	struct timespec ts = {.tv_sec = (time_t)(ns / 1000000000u),
			      .tv_nsec = (long)(ns % 1000000000u)};

	nanosleep(&ts, NULL);
}

static void fail(const char *what)
{
	fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int socket_open(int type, int flow)
{
	struct sockaddr_in addr = {.sin_family = AF_INET,
				   .sin_port = htons((uint16_t)(opt.port + flow))};
	int one = 1, sock = socket(AF_INET, type, 0);

	if (sock < 0)
		fail("socket");
	setsockopt(sock, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	/* Nobody fills in the checksum of a UDP packet that is sent back or redirected. */
	if (type == SOCK_DGRAM)
		setsockopt(sock, SOL_SOCKET, SO_NO_CHECK, &one, sizeof(one));
	if (opt.rcvbuf && setsockopt(sock, SOL_SOCKET, SO_RCVBUFFORCE, &opt.rcvbuf, sizeof(int)))
		fail("SO_RCVBUFFORCE");
	if (opt.ip) {
		addr.sin_addr.s_addr = inet_addr(opt.ip);
		if (connect(sock, (struct sockaddr *)&addr, sizeof(addr)))
			fail("connect");
		return sock;
	}
	if (bind(sock, (struct sockaddr *)&addr, sizeof(addr)))
		fail("bind");
	if (type == SOCK_STREAM) {
		int listener = sock;

		if (listen(listener, 1) || (sock = accept(listener, NULL, NULL)) < 0)
			fail("accept");
		close(listener);
	}
	return sock;
}

/* Reads bursts with naps between, until the sender or the time ends. */
static void run_read(int type, int flow)
{
	size_t size = opt.size > 0 ? (size_t)opt.size : sizeof(buf);
	int sock = socket_open(type, flow);

	for (;;) {
		long left = opt.burst;

		while (left > 0) {
			size_t want =
				type == SOCK_STREAM && (long)size > left ? (size_t)left : size;
			ssize_t got = recv(sock, buf, want, opt.nap_us ? MSG_DONTWAIT : 0);

			if (got < 0 && errno == EAGAIN)
				break;
			if (got < 0 || (!got && type == SOCK_STREAM))
				return;
			left -= type == SOCK_STREAM ? got : 1;
		}
		if (opt.nap_us)
			sleep_ns((uint64_t)opt.nap_us * 1000);
	}
}

/* Bytes of the next UDP payload; IMIX by a generator of its own, so always the same sequence. */
static size_t next_size(void)
{
	static uint32_t seed = 12345;

	if (opt.size >= 0)
		return (size_t)opt.size;
	seed = seed * 1664525u + 1013904223u;
	switch ((seed >> 16) % 12) {
	case 0:
		return 1472;
	case 1 ... 4:
		return 534;
	default:
		return 18;
	}
}

/*
 * Writes as fast as the rate allows: what is due is written, then a nap.  Who was kept from the
 * CPU for long catches up with 10 ms of it at most.
 */
static void run_send(int type, int flow)
{
	double per_ns = type == SOCK_STREAM ? opt.rate / 8e3 : opt.rate / 1e9, sent = 0;
	size_t size = opt.size > 0 ? (size_t)opt.size : sizeof(buf);
	int sock = socket_open(type, flow);
	uint64_t start = now_ns();

	for (;;) {
		uint64_t ns = now_ns() - start;
		ssize_t put;

		if (ns / 1000000u >= (uint64_t)opt.ms)
			return;
		if (sent > (double)ns * per_ns && per_ns > 0) {
			sleep_ns(100000);
			continue;
		}
		if (sent < ((double)ns - 10e6) * per_ns)
			sent = ((double)ns - 10e6) * per_ns;
		put = send(sock, buf, type == SOCK_STREAM ? size : next_size(), MSG_NOSIGNAL);
		if (put < 0 && type == SOCK_STREAM)
			return;
		sent += type == SOCK_STREAM ? (double)put : 1;
	}
}

static int receive_all(int sock, size_t size)
{
	for (size_t got = 0; got < size;) {
		ssize_t more = recv(sock, buf + got, size - got, 0);

		if (more <= 0)
			return -1;
		got += (size_t)more;
	}
	return 0;
}

/* Requests and responses of one size, one at a time; without -s 64 to 1400 bytes in turn. */
static void run_messages(int ask, int flow)
{
	int one = 1, sock = socket_open(SOCK_STREAM, flow);
	uint64_t end = now_ns() + (uint64_t)opt.ms * 1000000u;

	setsockopt(sock, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	for (long i = 0; now_ns() < end; i++) {
		size_t size = opt.size > 0 ? (size_t)opt.size : 64 + (size_t)(i * 167 % 1337);

		if (!ask && receive_all(sock, size))
			return;
		if (send(sock, buf, size, MSG_NOSIGNAL) < 0 || (ask && receive_all(sock, size)))
			return;
		if (ask && opt.rate > 0)
			sleep_ns((uint64_t)(1e9 / opt.rate));
	}
}

static void run(const char *what, int flow)
{
	cpu_set_t set;

	if (opt.nr_cpus) {
		CPU_ZERO(&set);
		CPU_SET((size_t)opt.cpus[flow % opt.nr_cpus], &set);
		if (sched_setaffinity(0, sizeof(set), &set))
			fail("sched_setaffinity");
	}
	if (!strcmp(what, "tcp-read"))
		run_read(SOCK_STREAM, flow);
	else if (!strcmp(what, "udp-read"))
		run_read(SOCK_DGRAM, flow);
	else if (!strcmp(what, "tcp-send"))
		run_send(SOCK_STREAM, flow);
	else if (!strcmp(what, "udp-send"))
		run_send(SOCK_DGRAM, flow);
	else
		run_messages(!strcmp(what, "ask"), flow);
}

static void options_read(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "c:f:t:r:s:b:n:w:")) != -1) {
		switch (c) {
		case 'c':
			for (char *at = strtok(optarg, ","); at && opt.nr_cpus < 8;
			     at = strtok(NULL, ","))
				opt.cpus[opt.nr_cpus++] = atoi(at);
			break;
		case 'f':
			opt.flows = atoi(optarg);
			break;
		case 't':
			opt.ms = atol(optarg);
			break;
		case 'r':
			opt.rate = atof(optarg);
			break;
		case 's':
			opt.size = strcmp(optarg, "imix") ? atol(optarg) : -1;
			break;
		case 'b':
			opt.rcvbuf = atoi(optarg);
			break;
		case 'n':
			opt.burst = atol(optarg);
			break;
		case 'w':
			opt.nap_us = atoi(optarg);
			break;
		default:
			fputs(usage, stderr);
			exit(2);
		}
	}
	if (opt.size > (long)sizeof(buf))
		opt.size = sizeof(buf);
}

int main(int argc, char **argv)
{
	const char *what = argc > 2 ? argv[1] : "";
	int sends = !strcmp(what, "tcp-send") || !strcmp(what, "udp-send") || !strcmp(what, "ask");
	int status = 0, child;

	if (!(sends && argc > 3) && strcmp(what, "tcp-read") && strcmp(what, "udp-read") &&
	    strcmp(what, "answer")) {
		fputs(usage, stderr);
		return 2;
	}
	opt.ip = sends ? argv[2] : NULL;
	opt.port = atoi(argv[sends ? 3 : 2]);
	options_read(argc - (sends ? 3 : 2), argv + (sends ? 3 : 2));
	for (int flow = 0; flow < opt.flows; flow++) {
		if (fork())
			continue;
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		signal(SIGALRM, SIG_DFL);
		alarm((unsigned int)(opt.ms / 1000 + 2));
		run(what, flow);
		return 0;
	}
	while (wait(&child) > 0)
		status |= child;
	return status && !WIFSIGNALED(status);
}
