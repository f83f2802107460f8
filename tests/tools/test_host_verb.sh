#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# `fragsim host`: usage, what uname says is in it, and as root a veth pair made for it in a namespace of its
# own. usage: test_host_verb.sh FRAGSIM
set -euo pipefail

fragsim=$1
source "$(dirname "$0")/expect.sh"

expect 2 "unexpected argument 'eth0'" "$fragsim" host eth0
expect 0 "no event of a capture tells" "$fragsim" host --help
expect 0 "Linux $(uname -r), $(uname -m), $(($(getconf PAGESIZE) / 1024))K pages" "$fragsim" host
expect 0 "\"kernel\": \"$(uname -r)\"" "$fragsim" host --json
expect 0 "\"page_size\": $(getconf PAGESIZE)" "$fragsim" host --json
expect 0 '"name": "lo"' "$fragsim" host --json

# Another namespace is looked into, and a virtual device has no IOMMU.
name=fragsim-host-$$
[ "$(id -u)" -eq 0 ] && ip netns add "$name" 2>/dev/null || exit 0
trap 'ip netns del "$name"' EXIT
ip -n "$name" link add hv0 type veth peer name hv1 2>/dev/null || exit 0
ip -n "$name" link set hv0 mtu 3456
device=$("$fragsim" host --json | sed -n '/"name": "hv0"/,/}/p')
[[ $device = *'"driver": "veth"'*'"iommu": "off"'*'"mtu": 3456'*'"rx_channels": '[1-9]* ]] ||
	{ echo "hv0 is not as it was made: $device"; exit 1; }
