#!/usr/bin/env bash
# The tour (make demo): a private MariaDB, the sample schema, three extracts, a look at the lake.
# Every row count is checked; anything unexpected ends the demo with exit status 1.
set -euo pipefail
project=$(cd "$(dirname "$0")/.." && pwd)
sluice=${SLUICE:-$project/.build/sluice}
home=$project/.demo
server=$(mktemp -d "${TMPDIR:-/tmp}/sluice-demo.XXXXXX")
trap '"$project/deploy/private-mariadbd.sh" stop "$server"; rm -rf "$server"' EXIT

heading() { printf '\n\033[1m== %s\033[0m\n' "$1"; }
say() { printf '   %s\n' "$@"; }
run() {
    printf '\n$ sluice %s\n' "$*"
    "$sluice" "$@"
}
sql() { mariadb --no-defaults --default-character-set=utf8mb4 -S "$server/mysqld.sock" -u root "$@"; }
wrong() {
    echo "demo: $1" >&2
    exit 1
}
# expect_rows TABLE N: the bronze table holds N rows, as our own reader prints them
expect_rows() {
    local rows
    rows=$("$sluice" --quiet lake cat "bronze/Atliqsale/$1" --format jsonl --limit 1000000 | wc -l)
    [ "$rows" -eq "$2" ] || wrong "bronze $1 holds $rows rows, expected $2"
    say "bronze $1: $rows rows, as expected"
}

[ -x "$sluice" ] || wrong "$sluice is missing: run 'make build'"
rm -rf "$home" && mkdir -p "$home" && cd "$home"

heading "1. A source: private MariaDB, schema Atliqsale"
port=$("$project/deploy/private-mariadbd.sh" start "$server")
sql <"$project/sql/sample/schema.sql"
sql <"$project/sql/sample/data.sql"
say "listening on 127.0.0.1:$port, files in $server"
sql -t Atliqsale -e "SELECT 'market' AS source_table, COUNT(*) AS row_count FROM market UNION ALL SELECT 'customer', COUNT(*) FROM customer
    UNION ALL SELECT 'product', COUNT(*) FROM product UNION ALL SELECT 'transactions', COUNT(*) FROM transactions"
say "Among the transactions are the usual defects: 'INR\\r', negative amounts, unknown codes, null keys, zero dates."

heading "2. A user who may read this schema and nothing else (sql/grants.sql)"
SLUICE_SOURCE_PASSWORD=$(head -c 18 /dev/urandom | base64)
export SLUICE_SOURCE_PASSWORD
{ echo "SET @sluice_password = '$SLUICE_SOURCE_PASSWORD';"; cat "$project/sql/grants.sql"; } | sql
cat >agent.conf <<CONF
source:
  host: 127.0.0.1
  port: $port
  user: sluice
  password: {env: SLUICE_SOURCE_PASSWORD}
lake: ./lake
state: ./state.sqlite
extract:
  schema: Atliqsale
CONF
say "and this configuration, $home/agent.conf:"
sed 's/^/     /' agent.conf

heading "3. Can it run, and what would it do?"
run check
run discover

heading "4. The first extract: everything"
run extract --schema Atliqsale
expect_rows market 12
expect_rows customer 42
expect_rows product 280
expect_rows transactions 200000

heading "5. A day passes: 5 inserts and 3 updates in transactions, 1 updated customer, 1 new product"
sql <"$project/sql/sample/changes.sql"
run extract --schema Atliqsale
say "Bronze keeps every version of a row, so an update is one row more:"
expect_rows market 12
expect_rows customer 43
expect_rows product 281
expect_rows transactions 200008

heading "6. A third extract: nothing changed, nothing is written"
run extract --schema Atliqsale
expect_rows market 12
expect_rows customer 43
expect_rows product 281
expect_rows transactions 200008

heading "7. What is in the lake"
run lake ls
run lake schema bronze/Atliqsale/transactions
run lake history bronze/Atliqsale/transactions
run lake cat bronze/Atliqsale/customer --limit 5
find lake/bronze -name '*.parquet' -printf '%9s bytes  %p\n'

heading "8. The runs"
run runs

heading "Done"
say "The server stops now. The lake stays: open $home/lake/bronze/Atliqsale/transactions with any Delta reader."
