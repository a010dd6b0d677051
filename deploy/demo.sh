#!/usr/bin/env bash
# The tour (make demo): a private MariaDB with the sample schema, from its tables to the One Big
# Table: a first run, a steward's day, a day of changes, a run without changes, the receipts.
# Every claim is checked; anything unexpected ends the demo with exit status 1.
set -euo pipefail
project=$(cd "$(dirname "$0")/.." && pwd)
sluice=${SLUICE:-$project/.build/sluice}
home=$project/.demo
server=$(mktemp -d "${TMPDIR:-/tmp}/sluice-demo.XXXXXX")
trap '"$project/deploy/private-mariadbd.sh" stop "$server"; rm -rf "$server"' EXIT

bold='' plain=''
[ ! -t 1 ] || { bold=$'\033[1m' plain=$'\033[0m'; }
heading() { printf '\n%s== %s%s\n' "$bold" "$1" "$plain"; }
say() { printf '   %s\n' "$@"; }
run() {
    local word
    printf '\n$ sluice'
    for word in "$@"; do
        case $word in *' '*) printf ' "%s"' "$word" ;; *) printf ' %s' "$word" ;; esac
    done
    printf '\n'
    "$sluice" "$@"
}
sql() { mariadb --no-defaults --default-character-set=utf8mb4 -S "$server/mysqld.sock" -u root "$@"; }
wrong() {
    echo "demo: $1" >&2
    exit 1
}
# expect WHAT ACTUAL EXPECTED
expect() {
    [ "$2" = "$3" ] || wrong "$1: $2 instead of $3"
    say "checked: $1: $2"
}
# read_tables TABLE…: their rows, a JSON object a line, into files for `rows`
read_tables() {
    local table
    for table in "$@"; do
        "$sluice" --quiet lake cat "$table" --format jsonl --limit 1000000 | sed 's/": /":/g; s/, "/,"/g' >"${table##*/}.jsonl"
    done
}
# read_all: the fact, the One Big Table and the fact's quarantine, as silver, sales and quarantine
read_all() {
    read_tables silver/transactions gold/sales
    mv transactions.jsonl silver.jsonl
    read_tables quarantine/transactions
    mv transactions.jsonl quarantine.jsonl
}
# count TABLE [PATTERN]: the rows as last read, or those whose JSON matches
count() { grep -c -- "${2:-}" "${1##*/}.jsonl" || true; }
# steward RULE FIELD: a number of the report about a rule of transactions
steward() {
    "$sluice" --quiet quarantine report --table transactions --json | tr -d ' \n' |
        grep -o "\"rule\":\"$1\"[^{}]*" | grep -o "\"$2\":[0-9]*" | cut -d: -f2
}
# files: every data file there is
files() { find lake -name '*.parquet' | sort; }

[ -x "$sluice" ] || wrong "$sluice is missing: run 'make build'"
rm -rf "$home" && mkdir -p "$home" && cd "$home"

heading "1. A source: private MariaDB, schema Atliqsale"
port=$("$project/deploy/private-mariadbd.sh" start "$server")
sql <"$project/sql/sample/schema.sql"
sql <"$project/sql/sample/data.sql"
say "listening on 127.0.0.1:$port, files in $server"
sql -t Atliqsale -e "SELECT 'markets' AS source_table, COUNT(*) AS row_count FROM markets UNION ALL SELECT 'customer', COUNT(*) FROM customer
    UNION ALL SELECT 'product', COUNT(*) FROM product UNION ALL SELECT 'date', COUNT(*) FROM \`date\`
    UNION ALL SELECT 'transactions', COUNT(*) FROM transactions"
say "transactions has no key, no foreign keys and no time of change, and the usual defects: 'INR\\r', rows repeated," \
    "negative amounts, unknown codes, missing codes, zero dates."

heading "2. A user who may read this schema and nothing else (sql/grants.sql), and a configuration"
SLUICE_SOURCE_PASSWORD=$(head -c 18 /dev/urandom | base64)
export SLUICE_SOURCE_PASSWORD
{ echo "SET @sluice_password = '$SLUICE_SOURCE_PASSWORD';"; cat "$project/sql/grants.sql"; } | sql
run init --schema Atliqsale --port "$port"
say "What init proposes for silver and gold, from keys, foreign keys, names, ENUM, CHECK and NOT NULL, and from a look at the rows:"
sed -n '/^transform:/,$s/^/     /p' agent.conf
say "" "What the source cannot tell, its owner adds: the date that divides the fact, whom its rows belong to, how a currency is" \
    "spelt, and which amounts are no sale. Unknown products were never entered: they stay a warning."
sed -i -e 's/^    transactions_wide:/    sales:/' \
    -e '/^  facts:/,/^  one_big_tables:/{
        s/^      # date: order_date.*/      date: order_date   # rows without one are quarantined\n      partition: month\n      owner: sales-ops@example.com/
        s/^        currency: \(trim(.*)\)   #/        currency: upper(\1)   #/
        /{id: known_\(customer\|market\)/s/, severity: warn//
        s/^        # - {id: sales_/        - {id: sales_/
        s/^      rules:/&\
        - {id: has_codes, not_null: [product_code, customer_code, market_code]}\
        - {id: currency_known, values: {column: currency, in: [INR, USD]}, nulls: fail}\
        - {id: not_in_future, check: "order_date <= current_date"}/
    }' agent.conf
sed -n '/^  facts:/,$s/^/     /p' agent.conf

heading "3. Can it run, and what would it do?"
run check
run discover

heading "4. The first run: extract, transform, reconcile"
run run --schema Atliqsale
for table in "markets 12" "customer 42" "product 280" "date 1126" "transactions 200000"; do
    read_tables "bronze/Atliqsale/${table% *}"
    expect "rows of bronze ${table% *}" "$(count "${table% *}")" "${table#* }"
done
read_all
expect "transactions quarantined" "$(count quarantine '"status":"open"')" 3600
expect "transactions in silver, without those and the 500 that were repeated" "$(count silver)" 195900
expect "rows of the One Big Table" "$(count sales)" 195900
expect "rows of gold with another currency than INR and USD" \
    "$(grep -vc '"currency":"\(INR\|USD\)"' sales.jsonl || true)" 0
expect "codes with a blank behind, trimmed" "$(count silver '"product_code":"Prod001 "')" 0
expect "carriage returns in silver" "$(count silver '\\r')" 0
expect "zero dates quarantined, shown as the source has them" "$(count quarantine 'null_date.*0000-00-00')" 200
[ -d lake/gold/sales/order_date_month=2021-01-01 ] || wrong "gold/sales has no partitions by the months of order_date"
say "checked: gold/sales is partitioned by order_date: $(ls lake/gold/sales | grep -c '^order_date_month=') months"

heading "5. The data steward: quarantined rows, and why"
run rules lint
run quarantine report
say "" "One of the rows, by the beginning of its id:"
id=$(grep -m 1 '"rules":"currency_known"' quarantine.jsonl | grep -o '"quarantine_id":"[0-9a-f]*"' | cut -d'"' -f4)
run quarantine show "${id:0:8}"

heading "6. A fix and a replay: 'Rs' is INR"
run quarantine export --rule currency_known --out fix.csv
head -n 3 fix.csv | cut -c 1-150 | sed 's/^/     /'
say "400 of the 800 rows can be corrected: Rs (and rs) is INR. EUR and nothing at all stay."
sed -i 's/,RS,/,INR,/' fix.csv
files >before.txt
run quarantine replay --from fix.csv --dry-run
files | cmp -s before.txt - || wrong "a dry run wrote files"
run quarantine replay --from fix.csv --note "Rs is INR"
read_all
expect "transactions in silver" "$(count silver)" 196300
expect "rows of the One Big Table" "$(count sales)" 196300
expect "rows replayed, by the report" "$(steward currency_known replayed)" 400
expect "rows of this rule still open" "$(steward currency_known open)" 400
expect "decisions that keep who and why" "$(count quarantine '"decided_by":"[^"]*".*"note":"Rs is INR"')" 400
run quarantine waive --rule not_in_future --until 365d --reason "orders of the future are looked at next year"
run quarantine report --table transactions

heading "7. A day passes: 5 inserts, 3 updates and 2 deletes in transactions, a customer's new segment, a new product"
sql <"$project/sql/sample/changes.sql"
sed 's/^/     /' "$project/sql/sample/changes.sql" | grep -v '^ *--'
say "" "Before: $(grep -m 1 '"customer_code":"Cus001"' sales.jsonl | grep -o '"customer_segment":"[^"]*"') for Cus001."
before=$(count sales '"customer_code":"Cus001"')
run run
read_all
read_tables silver/customer
expect "new transactions in the One Big Table" "$(count sales '"order_date":"2024-01-3[01]"')" 4
expect "the fifth, an unknown customer with a negative amount in Rs, quarantined" \
    "$(grep '"customer_code":"Cus999".*"order_date":"2024-01-31"' quarantine.jsonl | grep -o '"rules":"[^"]*"')" \
    '"rules":"currency_known,known_customer,sales_amount_positive"'
expect "rows corrected in the source, now in the One Big Table" "$(count sales '"note":"sign corrected"')" 3
expect "and superseded in quarantine" "$(count quarantine '"sales_amount":"\{0,1\}-249.50.*"status":"superseded"')" 3
expect "transactions in silver, without the 2 that were deleted" "$(count silver)" 196305
expect "sales of the new product, which got its name" "$(count sales '"product_code":"Prod281".*"product_product_name":"Headset Zen 281"')" \
    "$(count sales '"product_code":"Prod281"')"
expect "intervals of Cus001 in silver" "$(count customer '"customer_code":"Cus001"')" 2
expect "of these current, with the new segment" \
    "$(count customer '"customer_code":"Cus001".*"segment":"Key account".*"is_current":true')" 1
expect "rows of Cus001 in gold, all with the new segment" \
    "$(count sales '"customer_code":"Cus001".*"customer_segment":"Key account"')" $((before + 1))
run scd explain --dimension customer --key Cus001

heading "8. Another run: nothing changed, no data file is written"
files >before.txt
start=$(date +%s.%N)
run run
seconds=$(echo "$start $(date +%s.%N)" | awk '{printf "%.2f", $2 - $1}')
files >after.txt
cmp -s before.txt after.txt || wrong "a run without changes wrote files: $(diff before.txt after.txt | head -n 3)"
say "checked: the same $(wc -l <after.txt) data files as before, after $seconds s"

heading "9. The receipts"
run reconcile
expect "the receipts balance" "$("$sluice" --quiet reconcile --json | grep -m 1 -o '"balanced": [a-z]*')" '"balanced": true'
expect "rows of the One Big Table = rows of the fact" "$(count sales)" "$(count silver)"

heading "10. What is in the lake"
run lake ls
run lake schema gold/sales
run lake history silver/transactions
say "" "A dashboard's question, without a join: sales in INR by zone and category, from gold/sales alone."
grep '"currency":"INR"' sales.jsonl |
    sed 's/.*"sales_amount":"\{0,1\}\([0-9.]*\).*"product_category":"\([^"]*\)".*"markets_zone":"\{0,1\}\([A-Za-z]*\).*/\3\t\2\t\1/; t; d' |
    awk -F'\t' '{sum[$1 "\t" $2] += $3} END {for (key in sum) printf "%s\t%.2f\n", key, sum[key]}' |
    sort -t$'\t' -k3,3nr | head -n 5 | awk -F'\t' '{printf "     %-10s %-14s %18s\n", $1, $2, $3}'

heading "11. The runs"
run runs

rm -f ./*.jsonl before.txt after.txt

heading "Done"
say "The server stops now. The lake stays: open $home/lake/gold/sales with any Delta reader."
