#!/usr/bin/env bash
# A private MariaDB server for the demo, the tests and the bench: its own folder, a free port on
# the loopback address, root without a password on its socket only.
#   private-mariadbd.sh start DIR [mariadbd options…]   prints the port
#   private-mariadbd.sh stop DIR                        stops that server, by its process id
set -euo pipefail
PATH=$PATH:/usr/sbin:/usr/local/sbin

# The database is thrown away, so nothing waits for the disk; without native I/O it takes nothing
# of the machine's limit for it, which other servers may have used up.
unsafe_but_fast=(--innodb-flush-log-at-trx-commit=0 --innodb-doublewrite=0
    --innodb-flush-method=nosync --innodb-use-native-aio=0)

fail() {
    echo "private-mariadbd.sh: $1" >&2
    grep -i -m 20 error "$directory/install.log" >&2 2>/dev/null || true
    tail -n 20 "$directory/error.log" >&2 2>/dev/null || true
    exit 1
}

free_port() {
    local port
    for _ in $(seq 100); do
        port=$((20000 + RANDOM % 12000))
        # Nobody answers there: the port is free. A race is caught by mariadbd, which then ends.
        if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            echo "$port"
            return
        fi
    done
    fail "no free port found"
}

start() {
    command -v mariadbd >/dev/null || fail "mariadbd is not installed (make deps)"
    # A starting server deletes every temporary table in its tmpdir, another server's in use too.
    mkdir -p "$directory/tmp"
    # libc's limit for a socket's path is 107 bytes
    [ ${#directory} -le 90 ] || fail "the folder's path is too long for a socket: $directory"
    local as_user=() port
    [ "$(id -u)" -ne 0 ] || as_user=(--user=root)
    if [ ! -d "$directory/data/mysql" ]; then
        # --force: also where neither the host's name nor localhost can be looked up
        mariadb-install-db --no-defaults "${as_user[@]}" --force --datadir="$directory/data" \
            --tmpdir="$directory/tmp" --auth-root-authentication-method=normal --skip-test-db \
            "${unsafe_but_fast[@]}" \
            >"$directory/install.log" 2>&1 || fail "mariadb-install-db failed"
    fi
    # The port may be taken between the look and the start: then another one.
    for _ in 1 2 3 4 5; do
        port=$(free_port)
        setsid mariadbd --no-defaults "${as_user[@]}" --datadir="$directory/data" \
            --tmpdir="$directory/tmp" --socket="$directory/mysqld.sock" \
            --pid-file="$directory/mysqld.pid" --port="$port" --bind-address=127.0.0.1 \
            --log-error="$directory/error.log" --character-set-server=utf8mb4 \
            "${unsafe_but_fast[@]}" "$@" </dev/null >/dev/null 2>&1 &
        if answers "$!"; then
            echo "$port" >"$directory/port"
            echo "$port"
            return
        fi
        grep -q "Can't start server: Bind on TCP/IP port" "$directory/error.log" 2>/dev/null || break
    done
    fail "mariadbd ended at once, or did not answer within 30 s"
}

# Waits until the server of that process id answers on the folder's socket.
answers() {
    for _ in $(seq 300); do
        kill -0 "$1" 2>/dev/null || return 1
        mariadb-admin --no-defaults -S "$directory/mysqld.sock" -u root ping >/dev/null 2>&1 && return 0
        sleep 0.1
    done
    kill "$1" 2>/dev/null
    return 1
}

stop() {
    [ -f "$directory/mysqld.pid" ] || return 0
    local pid
    pid=$(cat "$directory/mysqld.pid")
    # A server that was killed leaves its number behind, which another process may have by now.
    tr '\0' '\n' <"/proc/$pid/cmdline" 2>/dev/null | grep -qxF -- "--datadir=$directory/data" || return 0
    kill "$pid" 2>/dev/null || return 0
    for _ in $(seq 300); do
        kill -0 "$pid" 2>/dev/null || return 0
        sleep 0.1
    done
    kill -9 "$pid"
}

verb=${1:-} directory=${2:-}
[ -n "$directory" ] || { echo "usage: $0 start|stop DIR [mariadbd options]" >&2; exit 2; }
shift 2
case $verb in
start) start "$@" ;;
stop) stop ;;
*) echo "usage: $0 start|stop DIR [mariadbd options]" >&2; exit 2 ;;
esac
