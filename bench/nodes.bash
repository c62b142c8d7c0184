# Copyright The Ferrule authors. SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# For scripts that measure what the first packet of a connection costs: nodes alike, each with a client and a server of its
# own, so that what differs is their rules.
#
#   client 10.255.0.2 ---- node 10.255.0.1 | 10.255.1.1 ---- server 10.255.1.2, which is every Pod
#
# The script says: endpoints (of each Service), rounds.
cd "$(dirname "$0")/.." || exit
: "${endpoints:?} ${rounds:?}"
[ "$(id -u)" = 0 ] || { echo "bench: needs root, to make network namespaces; try: sudo $0" >&2; exit 1; }
connections=2000
nodes=()
command -v gcc >/dev/null || { apt-get -qq update; DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends gcc libc6-dev; }
[ -n "$(ls agent/target/ferrule-agent-[0-9]*.jar 2>/dev/null)" ] || mvn -q -B -DskipTests package
work=$(mktemp -d)
name=ferrule-bench-$$
cleanup() {
  local running node role
  running=$(jobs -p)
  # shellcheck disable=SC2086 # one word each
  [ -z "$running" ] || kill $running 2>/dev/null || true
  for node in "${nodes[@]}"; do
    for role in client node server; do ip netns del "$name-$role-$node" 2>/dev/null || true; done
  done
  rm -rf "$work"
}
trap cleanup EXIT
gcc -O2 -Wall -Werror -o "$work/connect" bench/src/main/c/connect.c

inside() { ip netns exec "$name-$1" "${@:2}"; }

cable() { # from its address to its address
  ip -n "$name-$1" link add to-"${3%-*}" type veth peer name to-"${1%-*}" netns "$name-$3"
  ip -n "$name-$1" addr add "$2/24" dev to-"${3%-*}"
  ip -n "$name-$3" addr add "$4/24" dev to-"${1%-*}"
  ip -n "$name-$1" link set to-"${3%-*}" up
  ip -n "$name-$3" link set to-"${1%-*}" up
}

# Services from 10.96.0.0 on, their Pods from 10.128.0.0 on, some hundred Services in a file.
manifests() {
  mkdir -p "$1"
  awk -v services="$2" -v endpoints="$endpoints" -v folder="$1" '
    function address(first, n) { return first "." int(n / 65536) % 256 "." int(n / 256) % 256 "." n % 256 }
    function pod(n) { return "10." (128 + int(n / 65536)) "." int(n / 256) % 256 "." n % 256 }
    function service(n) { return "10." (96 + int(n / 65536)) "." int(n / 256) % 256 "." n % 256 }
    BEGIN {
      for (i = 0; i < services; i++) {
        file = folder "/" int(i / 200) ".yaml"
        printf "---\napiVersion: v1\nkind: Service\nmetadata: {name: s%d}\nspec: {clusterIP: %s, ports: [{port: 80}]}\n", \
          i, service(i + 256) > file
        printf "---\napiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\n" > file
        printf "metadata: {name: s%d-x, labels: {kubernetes.io/service-name: s%d}}\n", i, i > file
        printf "addressType: IPv4\nports: [{name: \"\", port: 8080}]\nendpoints:\n" > file
        for (e = 0; e < endpoints; e++) printf "- {addresses: [%s]}\n", pod(i * endpoints + e) > file
      }
    }'
}

make_node() { # name, number of Services, flags for ferrule apply
  local role flags=("${@:3}")
  nodes+=("$1")
  for role in client node server; do
    ip netns add "$name-$role-$1"
    ip -n "$name-$role-$1" link set lo up
  done
  cable "client-$1" 10.255.0.2 "node-$1" 10.255.0.1
  cable "node-$1" 10.255.1.1 "server-$1" 10.255.1.2
  inside "node-$1" sysctl -qw net.ipv4.ip_forward=1 net.netfilter.nf_conntrack_tcp_timeout_close=1
  ip -n "$name-client-$1" route add default via 10.255.0.1
  ip -n "$name-server-$1" route add default via 10.255.1.1
  ip -n "$name-server-$1" route add local 10.128.0.0/10 dev lo
  ip -n "$name-node-$1" route add 10.128.0.0/10 via 10.255.1.2
  manifests "$work/$1" "$2"
  inside "node-$1" ./ferrule apply --manifests "$work/$1" --state-directory "$work/state-$1" \
    --cluster-cidr 10.128.0.0/9 "${flags[@]}" >"$work/apply-$1.log" 2>&1 || { cat "$work/apply-$1.log" >&2; exit 1; }
  # not by a function: its shell would be ended in place of the server
  ip netns exec "$name-server-$1" "$work/connect" serve 8080 &
  case "${flags[*]}" in
    *iptables*) ;;
    *) echo "$1, $2 Services: $(inside "node-$1" nft -a list table ip ferrule | grep -c '# handle') chains, maps, sets and rules" ;;
  esac
}

sample() { # name, number of Services to connect to, round
  inside "client-$1" "$work/connect" 10.96.1.0 "$2" 80 "$connections" "$3"
}

# Lines of "median mean" of each kind, one line a round: the median of a column.
median() { awk -v c="$1" '{ print $c }' "$work/rounds" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

row() { # what, columns of its median and mean; ratios are to the first two columns
  awk -v name="$1" -v median="$(median "$2")" -v mean="$(median "$3")" -v least="$(median 1)" -v leastmean="$(median 2)" \
    'BEGIN { printf "  %-42s median %.2f us, mean %.2f us; ratio %.3f, %.3f\n", name, median, mean, median / least, mean / leastmean }'
}
