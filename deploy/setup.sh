#!/usr/bin/env bash
# Installs Sluice on this machine (as root): the user, the folders with their modes, the binary, the manual pages, the
# systemd units.
# Running it again changes nothing but the binary and the units. It starts nothing and overwrites no configuration.
set -euo pipefail
project=$(cd "$(dirname "$0")/.." && pwd)
prefix=${PREFIX:-/usr/local}

[ "$(id -u)" -eq 0 ] || { echo "setup.sh: run me as root" >&2; exit 1; }
make --no-print-directory -C "$project" install PREFIX="$prefix"

# what the binary links to; the development packages are needed only where it is built
apt-get install -y -q --no-install-recommends libmariadb3 libsqlite3-0 zlib1g libzstd1 libsnappy1v5 liblz4-1 libyaml-0-2 libpcre2-8-0 libssl3 libstdc++6

getent passwd sluice >/dev/null ||
    useradd --system --user-group --home-dir /var/lib/sluice --no-create-home --shell /usr/sbin/nologin sluice
install -d -o root -g sluice -m 750 /etc/sluice       # read by the agent, written by root
install -d -o root -g root -m 700 /etc/sluice/secrets # systemd hands the password over; the agent cannot list this
install -d -o sluice -g sluice -m 750 /var/lib/sluice # the lake and the state
[ -e /etc/sluice/agent.conf ] ||
    install -o root -g sluice -m 640 "$project/agent.conf.example" /etc/sluice/agent.conf
[ -e /etc/sluice/secrets/source-password ] ||
    install -o root -g root -m 600 /dev/null /etc/sluice/secrets/source-password

if [ -d /run/systemd/system ]; then
    systemctl daemon-reload
fi
cat <<TEXT
Installed $prefix/bin/sluice. What is left to do:
  1. create the database user: $prefix/share/sluice/grants.sql
  2. write its password into /etc/sluice/secrets/source-password (one line)
  3. edit /etc/sluice/agent.conf: source, schema, the tables of silver and gold ('sluice init --output FILE' proposes
     them from what the database declares), and
       password: {credential: source-password}
       lake: /var/lib/sluice/lake
       state: /var/lib/sluice/state.sqlite
  4. try it:        systemctl start sluice && journalctl -u sluice -n 50
  5. every night:   systemctl enable --now sluice.timer     (or $prefix/share/sluice/crontab.example)
  6. every week:    systemctl enable --now sluice-upkeep.timer
TEXT
