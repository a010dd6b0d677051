#!/usr/bin/env bash
# Installs the Debian packages that Sluice needs and that are missing. Usage: deps.sh [build] [test]
# Nothing that is already there is touched, and no service is started: the demo and the tests
# use a private MariaDB server in a temporary folder.
set -euo pipefail

packages=()
for group in "${@:-build}"; do
    case $group in
    # what the binary links, what the Swift toolchain itself needs, and the demo's server
    build) packages+=(make pkg-config git ca-certificates binutils libc6-dev libgcc-12-dev
        libstdc++-12-dev libcurl4 libxml2 libncurses6 libedit2 tzdata libmariadb-dev libsqlite3-dev
        zlib1g-dev libzstd-dev libsnappy-dev liblz4-dev libyaml-dev libpcre2-dev libssl-dev libxxhash-dev mariadb-server mariadb-client) ;;
    # readers by other people (pyarrow, duckdb, polars, Spark), the C program of the bench, man
    test) packages+=(python3 python3-venv gcc time openjdk-17-jre-headless man-db) ;;
    *) echo "deps.sh: unknown group '$group'; known: build, test" >&2; exit 2 ;;
    esac
done

missing=()
for package in "${packages[@]}"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done

if [ ${#missing[@]} -gt 0 ]; then
    as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || {
            echo "deps.sh: missing packages: ${missing[*]}" >&2
            echo "deps.sh: installing them needs root or sudo" >&2
            exit 1
        }
        as_root=(sudo)
    fi
    # policy-rc.d with status 101 is Debian's way to say "install, but start nothing".
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
        "${as_root[@]}" chmod 755 "$policy"
        trap '"${as_root[@]}" rm -f "$policy"' EXIT
    fi
    echo "installing: ${missing[*]}"
    "${as_root[@]}" apt-get update -q
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -q --no-install-recommends "${missing[@]}"
fi
