/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * xdp.c - attaches a native XDP program to a device, or takes it off: bpf(2), netlink, no library.
 *
 * The programs are a few instructions each and are written as such: no compiler for BPF is needed.
 * Build: cc -O2 -o xdp xdp.c
 */
#include <errno.h>
#include <linux/bpf.h>
#include <linux/ethtool.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char usage[] =
	"usage: xdp DEVICE pass              attach: every packet goes on to the stack\n"
	"       xdp DEVICE pass-frags        attach: the same, also packets of several buffers\n"
	"       xdp DEVICE echo              attach: UDP goes back to its sender, to the same "
	"port\n"
	"       xdp DEVICE redirect OUT MAC  attach: UDP leaves by the device OUT, to MAC\n"
	"       xdp DEVICE off               take the program off\n"
	"       xdp DEVICE gso-off           no packet larger than the MTU leaves DEVICE\n"
	"       xdp DEVICE gro-on            packets of a flow are merged as they arrive\n";

static void fail(const char *format, ...)
{
	int error = errno;
	va_list args;

	fputs("xdp: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, ": %s\n", strerror(error));
	exit(1);
}

#define INSN(op, d, s, o, i)                                                                       \
	((struct bpf_insn){.code = (op), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i)})
#define MOV(d, s)		 INSN(BPF_ALU64 | BPF_MOV | BPF_X, d, s, 0, 0)
#define MOV_IMM(d, i)		 INSN(BPF_ALU64 | BPF_MOV | BPF_K, d, 0, 0, i)
#define ADD_IMM(d, i)		 INSN(BPF_ALU64 | BPF_ADD | BPF_K, d, 0, 0, i)
#define LOAD(size, d, s, o)	 INSN(BPF_LDX | BPF_MEM | (size), d, s, o, 0)
#define STORE(size, d, s, o)	 INSN(BPF_STX | BPF_MEM | (size), d, s, o, 0)
#define STORE_IMM(size, d, o, i) INSN(BPF_ST | BPF_MEM | (size), d, 0, o, i)
#define IF_GREATER(d, s, o)	 INSN(BPF_JMP | BPF_JGT | BPF_X, d, s, o, 0)
#define IF_NOT(d, i, o)		 INSN(BPF_JMP | BPF_JNE | BPF_K, d, 0, o, i)
#define CALL(f)			 INSN(BPF_JMP | BPF_CALL, 0, 0, 0, f)
#define EXIT()			 INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)

enum {
	ETH_DST = 0,
	ETH_SRC = 6,
	ETH_TYPE = 12,
	IP_PROTO = 23,
	IP_SRC = 26,
	IP_DST = 30,
	HEADERS = 42,
	MAX_INSNS = 64
};

/* struct program - instructions being put together */
struct program {
	struct bpf_insn insn[MAX_INSNS];
	int nr;
};

static void add(struct program *prog, struct bpf_insn insn)
{
	prog->insn[prog->nr++] = insn;
}

static void add_pass(struct program *prog)
{
	add(prog, MOV_IMM(BPF_REG_0, XDP_PASS));
	add(prog, EXIT());
}

/* r6 = the packet; whatever is no UDP over IPv4 goes to the stack. */
static void add_udp_only(struct program *prog)
{
	add(prog, LOAD(BPF_W, BPF_REG_6, BPF_REG_1, offsetof(struct xdp_md, data)));
	add(prog, LOAD(BPF_W, BPF_REG_2, BPF_REG_1, offsetof(struct xdp_md, data_end)));
	add(prog, MOV(BPF_REG_3, BPF_REG_6));
	add(prog, ADD_IMM(BPF_REG_3, HEADERS));
	add(prog, IF_GREATER(BPF_REG_3, BPF_REG_2, 5));
	add(prog, LOAD(BPF_B, BPF_REG_3, BPF_REG_6, ETH_TYPE));
	add(prog, IF_NOT(BPF_REG_3, 0x08, 3));
	add(prog, LOAD(BPF_B, BPF_REG_3, BPF_REG_6, IP_PROTO));
	add(prog, IF_NOT(BPF_REG_3, 17, 1));
	add(prog, INSN(BPF_JMP | BPF_JA, 0, 0, 2, 0));
	add_pass(prog);
}

static void add_swap(struct program *prog, int size, int a, int b)
{
	add(prog, LOAD(size, BPF_REG_2, BPF_REG_6, a));
	add(prog, LOAD(size, BPF_REG_3, BPF_REG_6, b));
	add(prog, STORE(size, BPF_REG_6, BPF_REG_3, a));
	add(prog, STORE(size, BPF_REG_6, BPF_REG_2, b));
}

static void add_echo(struct program *prog)
{
	add_udp_only(prog);
	for (int i = 0; i < 6; i += 2)
		add_swap(prog, BPF_H, ETH_DST + i, ETH_SRC + i);
	add_swap(prog, BPF_H, IP_SRC, IP_DST);
	add_swap(prog, BPF_H, IP_SRC + 2, IP_DST + 2);
	add(prog, MOV_IMM(BPF_REG_0, XDP_TX));
	add(prog, EXIT());
}

static void add_redirect(struct program *prog, unsigned int ifindex, const char *mac)
{
	unsigned int byte[6];

	errno = EINVAL;
	if (sscanf(mac, "%x:%x:%x:%x:%x:%x", &byte[0], &byte[1], &byte[2], &byte[3], &byte[4],
		   &byte[5]) != 6)
		fail("%s: no MAC address", mac);
	add_udp_only(prog);
	for (int i = 0; i < 6; i++)
		add(prog, STORE_IMM(BPF_B, BPF_REG_6, ETH_DST + i, (int)byte[i]));
	add(prog, MOV_IMM(BPF_REG_1, (int)ifindex));
	add(prog, MOV_IMM(BPF_REG_2, 0));
	add(prog, CALL(BPF_FUNC_redirect));
	add(prog, EXIT());
}

static int program_load(const struct program *prog, unsigned int flags)
{
	static char log[65536];
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_XDP,
		.insn_cnt = (unsigned int)prog->nr,
		.insns = (uintptr_t)prog->insn,
		.license = (uintptr_t) "GPL",
		.log_buf = (uintptr_t)log,
		.log_size = sizeof(log),
		.log_level = 1,
		.prog_flags = flags,
	};
	long fd = syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));

	if (fd < 0)
		fail("the kernel refuses the program\n%s", log);
	return (int)fd;
}

/* struct request - RTM_SETLINK with IFLA_XDP { IFLA_XDP_FD, IFLA_XDP_FLAGS } */
struct request {
	struct nlmsghdr head;
	struct ifinfomsg link;
	struct rtattr xdp;
	struct rtattr fd_head;
	int fd;
	struct rtattr flags_head;
	unsigned int flags;
};

static void attach(unsigned int ifindex, int fd)
{
	struct request req = {
		.head = {.nlmsg_len = sizeof(req),
			 .nlmsg_type = RTM_SETLINK,
			 .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK},
		.link = {.ifi_index = (int)ifindex},
		.xdp = {.rta_type = IFLA_XDP | NLA_F_NESTED,
			.rta_len = sizeof(req) - offsetof(struct request, xdp)},
		.fd_head = {.rta_type = IFLA_XDP_FD, .rta_len = RTA_LENGTH(sizeof(int))},
		.fd = fd,
		.flags_head = {.rta_type = IFLA_XDP_FLAGS, .rta_len = RTA_LENGTH(sizeof(int))},
		.flags = XDP_FLAGS_DRV_MODE,
	};
	struct {
		struct nlmsghdr head;
		struct nlmsgerr err;
		char more[4096];
	} answer;
	int sock = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);

	if (sock < 0 || send(sock, &req, sizeof(req), 0) < 0 ||
	    recv(sock, &answer, sizeof(answer), 0) < (ssize_t)sizeof(answer.head))
		fail("netlink");
	errno = -answer.err.error;
	if (answer.head.nlmsg_type != NLMSG_ERROR || errno)
		fail("the device takes no native XDP program");
	close(sock);
}

static void feature_set(const char *device, unsigned int command, unsigned int on)
{
	struct ethtool_value value = {.cmd = command, .data = on};
	struct ifreq req = {.ifr_data = (void *)&value};
	int sock = socket(AF_INET, SOCK_DGRAM, 0);

	strncpy(req.ifr_name, device, sizeof(req.ifr_name) - 1);
	if (sock < 0 || ioctl(sock, SIOCETHTOOL, &req))
		fail("%s: GSO or GRO cannot be switched", device);
	close(sock);
}

static unsigned int device_index(const char *device)
{
	unsigned int ifindex = if_nametoindex(device);

	if (!ifindex)
		fail("%s", device);
	return ifindex;
}

int main(int argc, char **argv)
{
	const char *what = argc > 2 ? argv[2] : "";
	unsigned int ifindex, flags = 0;
	struct program prog = {.nr = 0};

	if (argc != 3 && !(argc == 5 && !strcmp(what, "redirect"))) {
		fputs(usage, stderr);
		return 2;
	}
	ifindex = device_index(argv[1]);
	if (!strcmp(what, "off")) {
		attach(ifindex, -1);
		return 0;
	} else if (!strcmp(what, "gso-off")) {
		feature_set(argv[1], ETHTOOL_STSO, 0);
		feature_set(argv[1], ETHTOOL_SGSO, 0);
		return 0;
	} else if (!strcmp(what, "gro-on")) {
		feature_set(argv[1], ETHTOOL_SGRO, 1);
		return 0;
	} else if (!strcmp(what, "pass")) {
		add_pass(&prog);
	} else if (!strcmp(what, "pass-frags")) {
		add_pass(&prog);
		flags = BPF_F_XDP_HAS_FRAGS;
	} else if (!strcmp(what, "echo")) {
		add_echo(&prog);
	} else if (argc == 5) {
		add_redirect(&prog, device_index(argv[3]), argv[4]);
	} else {
		fputs(usage, stderr);
		return 2;
	}
	attach(ifindex, program_load(&prog, flags));
	return 0;
}
